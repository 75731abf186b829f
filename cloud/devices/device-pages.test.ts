import { afterEach, beforeEach, expect, test } from "bun:test";
import type { DeviceDetail } from "../../protocol/devices/device.ts";
import { HOUR } from "../../protocol/units.ts";
import { addEstate, applyEvents, type Estate } from "../testing/estate.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

let pages: TestPages;
let estate: Estate;
let path: string;
beforeEach(async () => {
  pages = await startPages();
  estate = await addEstate(pages.cloud, pages.cloud.owner, "Cardiff Bay", {
    till: { metrics: { temperature: 21 } },
  });
  path = `/devices/${estate.devices.till}`;
});
afterEach(() => pages[Symbol.asyncDispose]());

const html = async (of: string) => (await pages.open(of)).text();
const apply = (...events: Parameters<typeof applyEvents>[3]) =>
  applyEvents(pages.cloud, estate, pages.cloud.owner, events);

test("the charts of a device with a wrong clock say whose times they have, and by how much those are wrong", async () => {
  const clockIs = async (aheadMs: number | null) => {
    await apply({
      ...{ kind: "device.conduct", device: "till" },
      ...(aheadMs === null ? {} : { clock: { aheadMs } }),
    });
    return (await pages.cloud.read<DeviceDetail>(path)).clockAheadMs;
  };
  expect(await clockIs(-3 * HOUR)).toBe(-3 * HOUR);
  expect(await html(path)).toContain(
    "own clock, which is 3 h behind: what it measures now is at their right edge, 3 h before the time here.",
  );
  expect(await clockIs(2 * HOUR)).toBe(2 * HOUR);
  expect(await html(path)).toContain(
    "own clock, which is 2 h ahead: what it measures now is at their right edge, 2 h after the time here.",
  );
  expect(await clockIs(null)).toBeNull();
  expect(await html(path)).not.toContain("the device’s own clock");
});

test("a configuration that its device refuses is not one that is waited for", async () => {
  const wish = { json: { config: { volume: 11 } }, method: "PUT" };
  expect((await pages.cloud.api(`${path}/config`, pages.cloud.owner, wish)).status).toBe(200);
  expect(await html(`${path}/configuration`)).toContain("Waiting for the device");
  const configError = "volume: must be at most 10";
  await apply({ kind: "device.attributes", device: "till", attributes: { configError } });
  const refused = await html(`${path}/configuration`);
  expect(refused).not.toContain("Waiting for the device");
  expect(refused).toContain("Refused by the device");
  expect(refused).toMatch(/does not run with it: <q [^>]+>volume: must be at most 10<\/q>/);
  await apply({ kind: "config.reported", device: "till", version: 1, config: { volume: 11 } });
  // What it said before it took it counts no more.
  expect(await html(`${path}/configuration`)).not.toContain("must be at most 10</q>");
});

test("one that refused a configuration has not refused the next", async () => {
  const want = (volume: number) =>
    pages.cloud.api(`${path}/config`, pages.cloud.owner, { json: { config: { volume } }, method: "PUT" });
  await want(11);
  const attributes = { configError: "volume: must be at most 10", configErrorVersion: 1 };
  await apply({ kind: "device.attributes", device: "till", attributes });
  expect(await html(`${path}/configuration`)).toContain("Refused by the device");
  await want(12);
  const waiting = await html(`${path}/configuration`);
  expect(waiting).toContain("Waiting for the device");
  expect(waiting).not.toContain("Refused by the device");
  expect(waiting).not.toContain("must be at most 10</q>");
  await apply({
    ...{ kind: "device.attributes", device: "till" },
    attributes: { ...attributes, configErrorVersion: 2 },
  });
  expect(await html(`${path}/configuration`)).toContain("Refused by the device");
});
