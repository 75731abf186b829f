import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "../../protocol/api/list.ts";
import { type Device, HEALTHS } from "../../protocol/devices/device.ts";
import type { DeviceCounts } from "../../protocol/sites/site.ts";
import { addEstate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";

const VALUES: readonly (string | number | boolean)[] = [
  ...[0, 1, -1, 4.9, 5, 19.9, 20, 80, 1e-7, 1e21],
  ...[true, false, "", "0", "1", "none", "None", "low", "3", 'a "quoted" word'],
];
/** Every value under every metric that counts, pairs of them, one that does not count, and a device never heard. */
const METRICS: Record<string, string | number | boolean>[] = [
  ...["errorCode", "fault", "battery", "temperature"].flatMap((name) =>
    VALUES.map((value) => ({ [name]: value })),
  ),
  { errorCode: 0, fault: false, battery: 12 },
  { errorCode: "E17", battery: 12 },
  { fault: "none", battery: 3 },
];

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startCloud();
  const devices = METRICS.map((metrics, index) => [`device-${index}`, { metrics }] as const);
  await addEstate(cloud, cloud.owner, "Cardiff Bay", { ...Object.fromEntries(devices), unheard: {} });
});
afterAll(() => cloud[Symbol.asyncDispose]());

test("the database filters and counts by the same health that each device is shown with", async () => {
  const all = await cloud.read<Page<Device>>("/devices?limit=200");
  expect(all.items.length).toBe(METRICS.length + 1);
  const counts = await cloud.read<DeviceCounts>("/devices/health");
  for (const health of HEALTHS) {
    const shown = all.items.filter((device) => device.health === health).map(({ key }) => key);
    const found = await cloud.read<Page<Device>>(`/devices?limit=200&health=${health}`);
    expect([health, found.items.map(({ key }) => key)]).toEqual([health, shown]);
    expect([health, found.total, counts.health[health]]).toEqual([health, shown.length, shown.length]);
  }
});

test("a filter by health is paged like any other", async () => {
  const whole = await cloud.read<Page<Device>>("/devices?limit=200&health=error");
  const walked: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Page<Device> = await cloud.read<Page<Device>>(`/devices?limit=7&health=error${after}`);
    expect(page.total).toBe(whole.total);
    walked.push(...page.items.map(({ key }) => key));
    cursor = page.nextCursor;
  }
  expect(walked).toEqual(whole.items.map(({ key }) => key));
});
