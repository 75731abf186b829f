import { afterAll, beforeAll, expect, test } from "bun:test";
import type { DeviceDetail } from "../../protocol/devices/device.ts";
import type { Simulation } from "../../protocol/simulation/simulation.ts";
import { Cloud, Gateway, until } from "./stack.ts";

/** HOMEPOT's reference scenario on real processes: the change of a payment gateway, which one of five terminals fails. */

let cloud: Cloud;
let gateway: Gateway;
let siteId: string;
beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Cardiff Bay");
  siteId = (await cloud.api<{ items: { id: string }[] }>("/sites")).items[0]!.id;
}, 60_000);
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

const post = <T = Simulation>(path: string, body: object): Promise<T> =>
  cloud.api<T>(path, { method: "POST", body: JSON.stringify(body) });
const simulation = async (): Promise<Simulation> =>
  (await cloud.api<{ items: Simulation[] }>(`/agents/simulation/status?siteId=${siteId}`)).items[0]!;
const terminals = async (): Promise<DeviceDetail[]> => {
  const { items } = await cloud.api<{ items: DeviceDetail[] }>("/agents?sort=name");
  const details = items.map(({ id }) => cloud.api<DeviceDetail>(`/devices/${id}`));
  return (await Promise.all(details)).toSorted((a, b) => a.key.localeCompare(b.key));
};
const health = async () => (await terminals()).map((one) => one.health).join(" ");
const WANTED = { paymentGateway: "https://new.pay.example", merchantId: "M-1001" };

test("four of five terminals take a new payment gateway; the fifth when its cause is gone, whatever goes down meanwhile", async () => {
  await post("/agents/simulation/start", { siteId, scenario: "payment-rollout" });
  await until("five terminals online", async () => {
    const seen = await terminals();
    return (
      seen.length === 5 && seen.every((one) => one.connectivity === "online" && one.health === "healthy")
    );
  });
  expect((await terminals()).map(({ provenance }) => provenance)).toEqual(Array(5).fill("simulated"));
  await until("the gateway's report", async () => (await simulation()).reported?.connected === 5);

  for (const { id } of await terminals()) {
    const body = JSON.stringify({ config: WANTED });
    await cloud.api(`/devices/${id}/config`, { method: "PUT", body });
  }
  const inSync = async () => (await terminals()).map((one) => one.config.inSync);
  await until("four terminals with it", async () => (await inSync()).filter(Boolean).length === 4, 60_000);
  await until(
    "the fifth to be sick",
    async () => (await health()) === "healthy healthy healthy error healthy",
  );
  const sick = await until("why", async () => {
    const fourth = (await terminals())[3]!;
    return String(fourth.attributes.configError).includes("the payment gateway rejected") && fourth;
  });
  expect(sick.healthReasons).toEqual(["It reports error CONFIG_REJECTED."]);
  expect((await simulation()).faults).toMatchObject([{ what: "config-rejected", active: true, devices: 1 }]);

  // The cause is no matter of luck: after a power cut at the site it is there as before.
  await gateway.program.kill();
  await gateway.run();
  await until("the terminals back", async () => (await simulation()).reported?.connected === 5, 60_000);
  await until("the same one sick", async () => (await health()) === "healthy healthy healthy error healthy");

  await post("/agents/simulation/faults/clear", { siteId, fault: "scenario-1" });
  await until("five of five healthy", async () => (await inSync()).every(Boolean), 60_000);
  await until("nobody sick", async () => (await health()) === Array(5).fill("healthy").join(" "));

  await post("/agents/simulation/stop", { siteId, removeDevices: true });
  await until("no terminal left", async () => (await terminals()).length === 0);
}, 240_000);

test("the same as a job: four of five succeed, the fifth says why, and a retry of what failed does the rest", async () => {
  await post("/agents/simulation/start", { siteId, scenario: "payment-rollout" });
  await until("five terminals online", async () => {
    const seen = await terminals();
    return seen.length === 5 && seen.every((one) => one.connectivity === "online");
  });
  const args = { version: "2026-11", config: WANTED };
  const { id } = await post<{ id: string }>("/jobs", {
    kind: "device.command",
    arguments: { command: "update-payment-config", args },
    targets: { filter: { site: siteId, type: "payment-terminal" } },
  });
  const executions = async () =>
    (await cloud.api<{ items: { state: string; reason: string | null }[] }>(`/jobs/${id}/executions`)).items;
  const inState = async (state: string) => (await executions()).filter((one) => one.state === state);
  await until("four that took it", async () => (await inState("succeeded")).length === 4);
  const [failed] = await until("the one that did not", async () => {
    const found = await inState("failed");
    return found.length === 1 && found;
  });
  expect(failed?.reason).toContain("the payment gateway rejected the configuration");

  await post("/agents/simulation/faults/clear", { siteId, fault: "scenario-1" });
  await until("the cause gone", async () => (await simulation()).reported?.faults.length === 0);
  await post(`/jobs/${id}/retry`, {});
  await until("all five", async () => (await inState("succeeded")).length === 5);
  const versions = async () => (await terminals()).map(({ attributes }) => attributes.paymentConfig);
  await until("the version they report", async () => (await versions()).every((one) => one === "2026-11"));
}, 240_000);

test("what is wrong with how a device behaves is in its health with the reason, as long as its cause lasts", async () => {
  await post("/agents/simulation/start", { siteId, scenario: "payment-rollout" });
  // The terminals are still to have the settings of before, and one of them rejects them.
  await post("/agents/simulation/faults/clear", { siteId, fault: "scenario-1" });
  await until("the terminals back", async () => (await simulation()).reported?.connected === 5, 60_000);
  await until("five terminals well", async () => (await health()) === Array(5).fill("healthy").join(" "));
  const keys = (await terminals()).map(({ key }) => key);
  const fault = (body: object) => post<Simulation>("/agents/simulation/faults", { siteId, ...body });
  await fault({ what: "wrong-payloads", which: [keys[0]] });
  await fault({ what: "slow", which: [keys[1]], seconds: 2 });
  const reasons = async (index: number) => (await terminals())[index]!.healthReasons.join(" ");
  await until("what it sends refused", async () => (await reasons(0)).includes("refused: "), 60_000);
  await until("it slow", async () => (await reasons(1)).includes("expected within 1 s."), 90_000);
  expect((await terminals()).slice(2).map((one) => one.healthReasons)).toEqual(Array(3).fill([]));
  for (const { id } of (await simulation()).faults)
    await post("/agents/simulation/faults/clear", { siteId, fault: id });
  await until("all well", async () => (await health()) === Array(5).fill("healthy").join(" "), 240_000);
  await post("/agents/simulation/stop", { siteId, removeDevices: true });
}, 400_000);
