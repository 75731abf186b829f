import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import type { Job } from "../../protocol/jobs/job.ts";
import { ObedientDevices } from "./obedient-devices.ts";
import { Cloud, Gateway, until } from "./stack.ts";

/** A job that a site begins by itself at one time: the cloud is killed before that, and is told when it is back. */

let cloud: Cloud;
let gateway: Gateway;
let devices: ObedientDevices;
const followed: { name: string; atMs: number }[] = [];

beforeAll(async () => {
  cloud = await Cloud.start();
  const body = JSON.stringify({ name: "Brooklyn", timeZone: "America/New_York" });
  await cloud.api("/sites", { method: "POST", body });
  gateway = await Gateway.start(cloud, "Brooklyn");
  devices = await ObedientDevices.connect(gateway, 2, ({ name }) => {
    if (typeof name === "string") followed.push({ name, atMs: Date.now() });
  });
  await until("the devices in the cloud", async () => {
    const { total } = await cloud.api<{ total: number }>("/devices?connectivity=online");
    return total === 2;
  });
}, 60_000);
afterAll(async () => {
  await devices?.[Symbol.asyncDispose]();
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

/** Until when the cloud must be gone. */
const AHEAD_MS = 8_000;

/** A job that is to begin in some seconds and of which the gateway knows; the cloud is gone by then. */
async function makeAndKill(name: string): Promise<{ id: string; atMs: number }> {
  for (;;) {
    const atMs = Date.now() + AHEAD_MS;
    const { id } = await cloud.api<Job>("/jobs", {
      method: "POST",
      body: JSON.stringify({
        kind: "device.command",
        arguments: { command: "open", args: { name: `${name} ${atMs}` } },
        targets: { types: ["unknown"] },
        timing: { kind: "at", at: new Date(atMs).toISOString() },
        place: "site",
      }),
    });
    await until("the gateway to know of it", async () => knowsOf(id));
    await cloud.program.kill();
    if (Date.now() < atMs) return { id, atMs };
    // The machine took longer than that: once more.
    await cloud.run();
  }
}

function knowsOf(job: string): boolean {
  using database = new Database(join(gateway.directory, "edge.db"), { readonly: true });
  return database.query("SELECT 1 FROM schedule WHERE job = ?").get(job) !== null;
}

test("begins at its time with the cloud unreachable, on every device once, and is told when the cloud is back", async () => {
  const { id, atMs } = await makeAndKill("doors");
  const of = () => followed.filter(({ name }) => name === `doors ${atMs}`);
  await until("both devices to follow it", async () => of().length === 2, 60_000);
  for (const one of of()) expect(one.atMs).toBeGreaterThanOrEqual(atMs);
  await cloud.run();
  const job = await until("the cloud to hear of it", async () => {
    const now = await cloud.api<Job>(`/jobs/${id}`);
    return now.status === "finished" && now;
  });
  expect(job.run).toMatchObject({ slot: new Date(atMs).toISOString(), total: 2, counts: { succeeded: 2 } });
  expect(of().length).toBe(2);
}, 180_000);

test("begins as soon as the gateway is back when both were down at its time", async () => {
  const { id, atMs } = await makeAndKill("lights");
  await gateway.program.kill();
  await until("its time to be over", async () => Date.now() > atMs);
  const of = () => followed.filter(({ name }) => name === `lights ${atMs}`);
  expect(of()).toEqual([]);
  await gateway.run();
  await until("both devices to follow it", async () => of().length === 2, 60_000);
  await cloud.run();
  await until("the cloud to hear of it", async () => {
    const { status } = await cloud.api<Job>(`/jobs/${id}`);
    return status === "finished";
  });
}, 180_000);
