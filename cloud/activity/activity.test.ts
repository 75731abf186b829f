import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Activity } from "../../protocol/activity/activity.ts";
import { MINUTE } from "../../protocol/units.ts";
import { addEstate, applyEvents, type Estate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { KEPT_MAX } from "./activity.ts";

let cloud: TestCloud;
let bay: Estate;
beforeAll(async () => {
  cloud = await startCloud();
  const other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
  await addEstate(cloud, other, "Foreign", { secret: { connectivity: "online" } });
  cloud.clock.advance(MINUTE);
  bay = await addEstate(cloud, cloud.owner, "Cardiff Bay", {
    till: { connectivity: "online" },
    meter: { connectivity: "online" },
  });
});
afterAll(() => cloud[Symbol.asyncDispose]());

const lines = async (query = "", as = cloud.owner) =>
  (await cloud.read<{ items: Activity[] }>(`/activity${query}`, as)).items.map(
    ({ kind, count, site, device, deed }) =>
      deed === null
        ? [kind, count, site?.name ?? null, device?.name ?? null]
        : [deed.actor, deed.action, deed.target.name],
  );
const say = (device: string, connectivity: "online" | "offline") =>
  applyEvents(cloud, bay, cloud.owner, [
    { kind: "device.connectivity", device, connectivity, sinceMs: cloud.clock.nowMs() },
  ]);

describe("what happened lately", () => {
  test("tells what befell several devices of a site within minutes as one line, and whose deed it was", async () => {
    expect(await lines()).toEqual([
      ["device.online", 2, "Cardiff Bay", null],
      ["device.added", 2, "Cardiff Bay", null],
      ["Owner", "gateway.claim", "Cardiff Bay"],
      [null, "site.create", "Cardiff Bay"],
    ]);
  });

  test("is newest first, and names a device that is alone; what is told again did not happen again", async () => {
    cloud.clock.advance(10 * MINUTE);
    await say("till", "offline");
    await say("till", "offline");
    cloud.clock.advance(10 * MINUTE);
    await say("till", "online");
    expect(await lines("?limit=2")).toEqual([
      ["device.online", 1, "Cardiff Bay", "till"],
      ["device.offline", 1, "Cardiff Bay", "till"],
    ]);
  });

  test("shows each reader what they may ask for anyway", async () => {
    const make = async (...permissions: string[]) => {
      const json = { name: permissions.join(" "), permissions };
      const made = await cloud.api("/organization/roles", cloud.owner, { json });
      return cloud.addMember(((await made.json()) as { id: string }).id);
    };
    const sitesOnly = await lines("", await make("site:read"));
    expect(sitesOnly).toEqual([]);
    const withDevices = await lines("", await make("site:read", "device:read"));
    expect(withDevices.map(([kind]) => kind)).toEqual([
      "device.online",
      "device.offline",
      "device.online",
      "device.added",
    ]);
    const withDeeds = await lines("", await make("site:read", "audit:read"));
    expect(withDeeds.every(([, action]) => String(action).includes("."))).toBe(true);
  });

  test("refuses a limit that is none", async () => {
    const answer = await cloud.api("/activity?limit=101", cloud.owner);
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining("must be at most 100"),
    ]);
  });

  test("keeps the newest of each organisation, and none of a site that is deleted", async () => {
    const { activity } = cloud.cloud;
    const happening = {
      organizationId: cloud.owner.scope.organizationId,
      siteId: bay.site,
      subjectId: bay.gateway,
      kind: "gateway.lost" as const,
    };
    const fromMs = cloud.clock.nowMs();
    await cloud.db.write(async (trx) => {
      for (let index = 0; index < KEPT_MAX; index += 1)
        await activity.happened(trx, { ...happening, atMs: fromMs + index });
    });
    await activity.trim();
    const counted = (id: string) =>
      cloud.db.read
        .selectFrom("happening")
        .select(({ fn }) => [fn.countAll<number>().as("rows"), fn.min("at_ms").as("oldestMs")])
        .where("organization_id", "=", id)
        .executeTakeFirstOrThrow();
    expect(await counted(happening.organizationId)).toEqual({ rows: KEPT_MAX, oldestMs: fromMs });
    expect(await lines("?limit=1")).toEqual([["gateway.lost", 1, "Cardiff Bay", null]]);
    await cloud.api(`/sites/${bay.site}`, cloud.owner, { method: "DELETE" });
    const kinds = (await lines()).map(([kind]) => String(kind));
    expect(kinds.filter((kind) => /^(gateway\.lost|device)/.test(kind))).toEqual([]);
  });
});
