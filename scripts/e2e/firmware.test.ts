import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import mqtt from "mqtt";
import type { Firmware } from "../../protocol/firmware/firmware.ts";
import type { JobExecution, JobExecutionDetail } from "../../protocol/jobs/job-execution.ts";
import { Cloud, Gateway, until } from "./stack.ts";

/** A firmware from its upload to the devices that run it, with real processes, and with clients a person types. */

const BYTES = Buffer.alloc(600_000, "what a payment terminal runs, from its version 8 on\n");
const SHA256 = createHash("sha256").update(BYTES).digest("hex");

let cloud: Cloud;
let gateway: Gateway;
let site: string;
let firmware: Firmware;

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Firmware");
  const { items } = await cloud.api<{ items: { id: string }[] }>("/sites");
  site = items[0]!.id;
  const query = new URLSearchParams({ name: "terminal", version: "8.0.0", sha256: SHA256 });
  const answer = await fetch(`${cloud.url}/api/v1/firmware?${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${cloud.token}` },
    body: BYTES,
  });
  expect(answer.status).toBe(201);
  firmware = (await answer.json()) as Firmware;
}, 60_000);
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

const post = <T>(path: string, body: object) =>
  cloud.api<T>(path, { method: "POST", body: JSON.stringify(body) });
const bring = (more: object) =>
  post<{ id: string }>("/jobs", {
    ...{ kind: "firmware.transfer", arguments: { firmware: firmware.id } },
    ...more,
  });
const executions = async (job: string) =>
  (await cloud.api<{ items: JobExecution[] }>(`/jobs/${job}/executions`)).items;
const devices = async () =>
  (await cloud.api<{ items: { id: string; key: string; firmware: string | null }[] }>("/devices")).items;

test("simulated devices take it in parts, verify it, restart and report it; one that fails goes back", async () => {
  const scenario = {
    ...{ name: "Firmware", seed: 3 },
    devices: [{ profile: "payment-terminal", "key-prefix": "till", count: 3 }],
    fault: [{ what: "firmware-fails", which: "till-3" }],
  };
  await post("/agents/simulation/start", { siteId: site, scenario });
  await until(
    "the devices in the cloud",
    async () => (await devices()).filter((one) => one.firmware).length === 3,
  );
  const job = await bring({ targets: { sites: [site] } });
  await until(
    "all to have ended",
    async () => (await executions(job.id)).every(({ state }) => state === "verified" || state === "failed"),
    60_000,
  );
  const ended = (await executions(job.id)).map(({ target, state, reason }) => [target.name, state, reason]);
  const failed = expect.stringMatching(/^rolled back: health check: .*; rolled back to 7\.12\.0$/);
  expect(ended.map(([, state]) => state).sort()).toEqual(["failed", "verified", "verified"]);
  expect(ended.find(([, state]) => state === "failed")?.[2]).toEqual(failed);
  await until("what they run in the cloud", async () => {
    const running = (await devices()).map(({ key, firmware: runs }) => `${key} ${runs}`).sort();
    return running.join() === "till-1 8.0.0,till-2 8.0.0,till-3 7.12.0";
  });
  const logs = await cloud.api<{ items: { targetName: string; message: string }[] }>(`/jobs/${job.id}/logs`);
  const stages = logs.items.map(({ message }) => message.split(":")[0]);
  for (const stage of ["staged", "applied", "confirmed", "rolled-back"]) expect(stages).toContain(stage);
  await post("/agents/simulation/stop", { siteId: site, removeDevices: true });
}, 120_000);

test("the device of the manual, a shell with mosquitto's clients, takes it through a gateway killed in the middle", async () => {
  const { username, password } = await gateway.addDevice("by-hand");
  const manual = await Bun.file("docs/mqtt.md").text();
  const [, script = ""] = /```sh\n(#!\/bin\/sh\n# usage: take-firmware.*?)```/s.exec(manual) ?? [];
  const file = join(gateway.directory, "taken.bin");
  const device = Bun.spawn(["sh", "-c", script, "take-firmware", "127.0.0.1", username, password, file], {
    env: { ...process.env, PORT: String(gateway.port) },
  });
  const says = async (firmware: string) => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.port}`, { username, password });
    await client.publishAsync("homepot/by-hand/state", JSON.stringify({ firmware }), {
      qos: 1,
      retain: true,
    });
    await client.endAsync();
  };
  await says("7.0.0");
  let id = "";
  await until("the device in the cloud", async () => {
    id = (await devices()).find(({ key }) => key === "by-hand")?.id ?? "";
    return id !== "";
  });
  const job = await bring({ targets: { devices: [id] } });
  await until("the middle of it", async () => (await stat(file)).size > 100_000);
  await gateway.program.kill();
  const had = (await stat(file)).size;
  expect(had).toBeLessThan(BYTES.length);
  await gateway.run();
  expect(await device.exited).toBe(0);
  expect(Buffer.from(await Bun.file(file).bytes()).equals(BYTES)).toBe(true);
  await says("8.0.0");
  await until("it to be verified", async () => (await executions(job.id))[0]?.state === "verified");
  const [{ id: execution }] = (await executions(job.id)) as [JobExecution];
  const detail = await cloud.api<JobExecutionDetail>(`/jobs/${job.id}/executions/${execution}`);
  expect(detail.transitions.map(({ to }) => to)).toEqual(["delivered", "running", "succeeded", "verified"]);
}, 120_000);

test("a gateway that is killed while it fetches goes on where it was", async () => {
  await using relay = await StallingRelay.start(cloud.port, 300_000);
  await using far = await Gateway.enrolled(cloud, "Far away");
  far.runsAs.options = ["--cloud-url", `http://127.0.0.1:${relay.port}`];
  await far.run();
  const { username, password } = await far.addDevice("far-1");
  const connect = async () => {
    const url = `mqtt://127.0.0.1:${far.port}`;
    const client = await mqtt.connectAsync(url, { username, password, reconnectPeriod: 0 });
    const command = new Promise<string>((resolve) => client.once("message", (topic) => resolve(topic)));
    await client.subscribeAsync("homepot/far-1/command/+", { qos: 1 });
    return { client, command };
  };
  const before = await connect();
  let id = "";
  await until("the device in the cloud", async () => {
    id = (await devices()).find(({ key }) => key === "far-1")?.id ?? "";
    return id !== "";
  });
  await bring({ targets: { devices: [id] } });
  const part = join(far.directory, "firmware", `${SHA256}.part`);
  await until("the line to have stalled in the middle", async () => (await stat(part)).size > 150_000);
  await far.program.kill();
  await before.client.endAsync(true);
  const { size: has } = await stat(part);
  relay.stallAfterBytes = Number.POSITIVE_INFINITY;
  relay.carried = 0;
  await far.run();
  const after = await connect();
  expect(await after.command).toStartWith("homepot/far-1/command/");
  expect(has).toBeGreaterThan(150_000);
  expect(relay.carried).toBeLessThan(BYTES.length - has + 100_000);
  await after.client.endAsync(true);
}, 120_000);

test("a firmware that a job needs is not deleted", async () => {
  const targets = { sites: [site] };
  const later = await bring({ timing: { kind: "at", at: "2099-01-01T00:00:00.000Z" }, targets });
  const remove = async () => {
    const headers = { authorization: `Bearer ${cloud.token}` };
    return (await fetch(`${cloud.url}/api/v1/firmware/${firmware.id}`, { method: "DELETE", headers })).status;
  };
  expect(await remove()).toBe(409);
  await post(`/jobs/${later.id}/cancel`, {});
  const open = await cloud.api<{ items: { id: string }[] }>("/jobs?kind=firmware.transfer&status=running");
  for (const job of open.items) await post(`/jobs/${job.id}/cancel`, {});
  expect(await remove()).toBe(204);
}, 60_000);

/** A TCP proxy that carries so many bytes of the answers on each connection, and then nothing more. */
class StallingRelay implements AsyncDisposable {
  stallAfterBytes: number;
  /** Bytes of answers that it has carried. */
  carried = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(targetPort: number, stallAfterBytes: number) {
    this.stallAfterBytes = stallAfterBytes;
    this.#server = createServer((client) => this.#carry(client, targetPort));
  }

  static async start(targetPort: number, stallAfterBytes: number): Promise<StallingRelay> {
    const relay = new StallingRelay(targetPort, stallAfterBytes);
    await new Promise<void>((resolve) => relay.#server.listen(0, "127.0.0.1", resolve));
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #carry(client: Socket, targetPort: number): void {
    const target = createConnection({ host: "127.0.0.1", port: targetPort });
    let bytes = 0;
    client.pipe(target);
    target.on("data", (data: Buffer) => {
      const some = data.subarray(0, this.stallAfterBytes - bytes);
      bytes += some.length;
      this.carried += some.length;
      if (some.length > 0) client.write(some);
    });
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => undefined);
      one.on("close", () => other.destroy());
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
