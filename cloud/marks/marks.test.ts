import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Mark } from "../../protocol/devices/mark.ts";
import { type JobRig, startJobs } from "../jobs/testing/job-rig.ts";

let rig: JobRig;
beforeEach(async () => {
  rig = await startJobs();
});
afterEach(() => rig[Symbol.asyncDispose]());

const marksOf = async (device: string, query = "", as = rig.cloud.owner): Promise<Mark[]> =>
  (await rig.cloud.read<{ items: Mark[] }>(`/devices/${rig.estate.devices[device]}/marks${query}`, as)).items;
const put = (path: string) =>
  rig.cloud.api(path, rig.cloud.owner, {
    method: "PUT",
    json: { config: { volume: rig.cloud.clock.nowMs() } },
  });
const at = (ms: number) => new Date(ms).toISOString();

test("what ran on a device and what was wanted of it are marks, newest first; what never reached it is none", async () => {
  const { cloud, estate } = rig;
  const beganMs = cloud.clock.nowMs();
  const job = await rig.make(rig.restart({ name: "Restart" }));
  const [first, second] = await rig.executions(job.id);
  await rig.say(first!.id, "delivered", "running");
  await rig.hear(rig.state(second!.id, "cancelled", { attempt: 0 }));
  cloud.clock.advance(1_000);
  await rig.hear(rig.state(first!.id, "failed", { reason: "no paper" }));
  cloud.clock.advance(1_000);
  await put(`/devices/${estate.devices["till-1"]}/config`);
  cloud.clock.advance(1_000);
  await put("/config/types/unknown");
  await put("/config/types/kiosk");
  expect(await marksOf("till-1")).toEqual([
    { at: at(beganMs + 3_000), job: null, layer: { level: "type", version: 1 } },
    { at: at(beganMs + 2_000), job: null, layer: { level: "device", version: 1 } },
    {
      at: at(beganMs + 1_000),
      job: { id: job.id, name: "Restart", execution: first!.id, state: "failed" },
      layer: null,
    },
  ]);
  expect((await marksOf("till-2")).map(({ layer }) => layer?.level)).toEqual(["type"]);
  const span = `?from=${beganMs + 1_500}&to=${beganMs + 2_500}`;
  expect((await marksOf("till-1", span)).map(({ layer }) => layer?.level)).toEqual(["device"]);
});

test("who may not see jobs is told of none, and nobody of another organisation of anything", async () => {
  const { cloud, estate } = rig;
  const job = await rig.make(rig.restart());
  const [first] = await rig.executions(job.id);
  await rig.say(first!.id, "delivered", "running");
  await put(`/devices/${estate.devices["till-1"]}/config`);
  const json = { name: "Sees devices", permissions: ["device:read"] };
  const role = await cloud.api("/organization/roles", cloud.owner, { json });
  const somebody = await cloud.addMember(((await role.json()) as { id: string }).id);
  expect((await marksOf("till-1", "", somebody)).map(({ job }) => job)).toEqual([null]);
  const stranger = await cloud.addOwner("stranger@elsewhere.test", "Elsewhere");
  const path = `/devices/${estate.devices["till-1"]}/marks`;
  expect((await cloud.api(path, stranger)).status).toBe(404);
  expect((await cloud.api(`${path}?from=2&to=1`, cloud.owner)).status).toBe(400);
  expect((await cloud.api(`${path}?since=1`, cloud.owner)).status).toBe(400);
});
