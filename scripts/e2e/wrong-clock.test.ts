import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import type { Browser } from "playwright-core";
import { launchChromium, logIn, openPage } from "./browser.ts";
import { falseClock } from "./false-clock.ts";
import { Cloud, type DeviceCredential, Gateway, runCommand, until } from "./stack.ts";

/** A gateway whose clock is two hours and three minutes behind, as people meet it. */

/** And some seconds, so that what is measured is never a minute less. */
const BEHIND_MS = (2 * 60 + 3) * 60_000 + 20_000;
/** Two measurements on the loopback, and what a chunk waits to be sealed. */
const WITHIN_MS = 5_000;

interface Series {
  points: [atMs: number, ...rest: number[]][];
  corrected?: { skewMs: number }[];
}
interface DeviceView {
  id: string;
  siteId: string;
  lastSeenAt: string;
  connectivitySince: string;
}

let cloud: Cloud;
let gateway: Gateway;
let credential: DeviceCredential;
let browser: Browser;
let device: DeviceView;
let measuredMs: number;

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.enrolled(cloud, "Behind");
  gateway.runsAs.environment = falseClock(`-${BEHIND_MS / 1_000}`);
  await gateway.run();
  credential = await gateway.addDevice("fridge-1");
  const { username, password } = credential;
  const client = await mqtt.connectAsync({ host: "127.0.0.1", port: gateway.port, username, password });
  measuredMs = Date.now();
  await client.publishAsync("homepot/fridge-1/telemetry", '{"temperature":4.25}', { qos: 1 });
  await client.endAsync();
  device = await until("the reading in the cloud", async () => {
    const { items } = await cloud.api<{ items: DeviceView[] }>("/devices?q=fridge-1");
    return items.find(({ lastSeenAt }) => lastSeenAt !== null);
  });
  browser = await launchChromium();
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

const off = (timeMs: number) => Math.abs(timeMs - measuredMs);

test("its readings and states are shown at the time when they were, and on demand as it stamped them", async () => {
  const path = `/devices/${device.id}/telemetry?metric=temperature`;
  const series = await cloud.api<Series>(path);
  expect(series.points).toHaveLength(1);
  expect(off(series.points[0]![0])).toBeLessThan(WITHIN_MS);
  expect(Math.abs(series.corrected![0]!.skewMs + BEHIND_MS)).toBeLessThan(WITHIN_MS);
  expect(off(Date.parse(device.lastSeenAt))).toBeLessThan(WITHIN_MS);
  expect(off(Date.parse(device.connectivitySince))).toBeLessThan(WITHIN_MS);

  const toMs = Date.now() - BEHIND_MS + 60_000;
  const raw = await cloud.api<Series>(`${path}&clock=gateway&to=${toMs}`);
  expect(raw.corrected).toBeUndefined();
  expect(Math.abs(raw.points[0]![0] + BEHIND_MS - measuredMs)).toBeLessThan(WITHIN_MS);
});

test("the dashboard says by how much it is off, and what to do", async () => {
  const { page, context, complaints } = await openPage(browser);
  await logIn(page, cloud);
  await page.goto(`${cloud.url}/gateways`);
  await page.getByText("Clock 2 h 3 min behind").waitFor();
  await page.goto(`${cloud.url}/sites/${device.siteId}`);
  await page.getByText("Check NTP on the gateway").waitFor();
  await page.goto(`${cloud.url}/devices/${device.id}`);
  await page.getByText("Times are corrected: the gateway's clock was 2 h 3 min behind.").waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test("a clock so wrong that no certificate is valid is named as what keeps the gateway from the cloud", async () => {
  const directory = mkdtempSync(join(tmpdir(), "homepot-tls-"));
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const made = Bun.spawnSync([
    ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-keyout", key, "-out", cert, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
  ]);
  expect(made.exitCode).toBe(0);
  using server = Bun.serve({
    port: 0,
    tls: { key: Bun.file(key), cert: Bun.file(cert) },
    fetch: () => new Response("no cloud"),
  });
  await using lost = await Gateway.enrolled(cloud, "In 1990");
  lost.runsAs.environment = { ...falseClock("-36y"), NODE_EXTRA_CA_CERTS: cert };
  lost.runsAs.options = ["--cloud-url", `https://localhost:${server.port}`];
  await lost.run();
  const { stdout } = await until("the reason", async () => {
    const status = await runCommand(["edge/main.ts", "status", "--data", lost.directory]);
    return status.stdout.includes("certificate") ? status : null;
  });
  expect(stdout).toContain("The cloud's certificate is not valid at this machine's time");
  expect(stdout).toContain("by this machine's clock");
  expect(stdout).toContain("timedatectl status");
  rmSync(directory, { recursive: true });
});

test("so does the gateway itself", async () => {
  const status = await runCommand(["edge/main.ts", "status", "--data", gateway.directory]);
  expect(status.stdout).toContain("clock       2 h 3 min behind, by the cloud's");
  const doctor = await runCommand(["edge/main.ts", "doctor", "--data", gateway.directory]);
  expect(doctor.stdout).toContain("warning  clock       2 h 3 min behind");
});
