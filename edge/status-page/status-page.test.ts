import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { formatClaimCode } from "../../protocol/gateways/gateway.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import type { Reading } from "../../protocol/telemetry/reading.ts";
import { HOUR, MIB, MINUTE } from "../../protocol/units.ts";
import { createDevices } from "../devices/devices.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { CloudDouble } from "../uplink/testing/cloud-double.ts";
import { Site } from "../uplink/testing/site.ts";
import { createStatusPage, makeAccessCode, readAccessCode, type StatusPage } from "./status-page.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let site: Site;
let page: StatusPage;
let update: ReturnType<Parameters<typeof createStatusPage>[0]["lastUpdate"]>;
let told: (device: string, readings: readonly Reading[]) => void;

beforeEach(() => {
  directory = temporaryDirectory();
  update = null;
  site = new Site(directory.path);
  page = open(0);
});
afterEach(() => {
  page.stop();
  site[Symbol.dispose]();
  directory[Symbol.dispose]();
});

function open(port: number, listen = true): StatusPage {
  const { db, clock, uplink, enrolment } = site;
  const made = createStatusPage({
    ...{ db, clock, uplink, identity: enrolment, random: seededRandom(4), log: getLogger(["test"]) },
    listen: listen ? { host: "127.0.0.1", port } : null,
    devices: createDevices({ ...site, random: seededRandom(5) }),
    broker: { connections: 1 },
    lastUpdate: () => update,
    brokerListen: () => ({ host: "0.0.0.0", port: 1_883 }),
    onReadings(listener) {
      told = listener;
      return () => undefined;
    },
    dataDirectory: directory.path,
    budgetBytes: 64 * MIB,
    version: "9.9.9",
  });
  made.start();
  return made;
}

const at = (path: string): string => `http://127.0.0.1:${page.address()?.port}${path}`;
const code = (): string => formatClaimCode(readAccessCode(directory.path) ?? "");
const enter = (given: string) =>
  fetch(at("/code"), { method: "POST", body: new URLSearchParams({ code: given }), redirect: "manual" });
async function visit(given = code()): Promise<string> {
  return ((await enter(given)).headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}
const look = (cookie: string, language = "en") =>
  fetch(at("/"), { headers: { cookie, "accept-language": language } }).then((answer) => answer.text());

describe("the status page", () => {
  test("asks for the code, and shows nothing of the gateway before", async () => {
    const answer = await fetch(at("/"));
    const text = await answer.text();
    expect(text).toContain('name="code"');
    expect(text).not.toContain("9.9.9");
    expect(text).not.toContain("<script");
    expect(answer.headers.get("content-security-policy")).toStartWith("default-src 'none'; style-src 'self'");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await look("homepot_status=guessed")).toContain('name="code"');
    expect(statSync(join(directory.path, "status.code")).mode & 0o777).toBe(0o600);
  });

  test("shows a gateway that is new: what works, and the next step", async () => {
    site.uplink.start();
    const text = await look(await visit(code().toLowerCase().replace("-", "")));
    for (const part of ["9.9.9", "belongs to no site yet", "homepot-edge device add till-1", "0.0.0.0:1883"])
      expect(text).toContain(part);
    expect(text).toContain("2 things need attention");
  });

  test("shows the site, its line, its devices with their newest values, and what was refused", async () => {
    using cloud = new CloudDouble();
    cloud.nowMs = () => site.clock.nowMs();
    await site.enrol(cloud.url);
    site.uplink.start();
    await site.state("connected");
    const devices = createDevices({ ...site, random: seededRandom(6) });
    for (const key of ["till-1", "till-2"]) devices.add(key);
    devices.heard("till-1");
    told("till-1", [{ atMs: 1, values: { temperature: 21.4, door_open: true, note: "x".repeat(200) } }]);
    const refusal = { code: "payload.not-json", detail: "<not> JSON" } as const;
    devices.reject("till-2", "homepot/till-2/telemetry", refusal, new Uint8Array(1));
    const text = await look(await visit());
    for (const part of [
      "Gateway of Cardiff Bay",
      "Connected to",
      "1 of 2 devices online",
      "21.4",
      "Door open",
    ])
      expect(text).toContain(part);
    expect(text).toContain("The newest is of till-2: &lt;not> JSON");
    expect(text).not.toContain("x".repeat(81));
    site.clock.advance(25 * HOUR);
    expect(await look(await visit())).not.toContain("The newest is of till-2");
  });

  test("speaks German to who reads it, with the reason the cloud gave", async () => {
    using cloud = new CloudDouble();
    await site.enrol(cloud.url);
    cloud.onHello = (connection) =>
      connection.say({ type: "refuse", code: "gateway.revoked", detail: "by ada", hint: "" });
    site.uplink.start();
    await site.state("refused");
    const text = await look(await visit(), "de-AT,de;q=0.9");
    expect(text).toContain('<html lang="de">');
    expect(text).toContain("Die Cloud lässt dieses Gateway nicht ein");
    expect(text).toContain("by ada");
    expect(text).not.toContain("This gateway was revoked");
  });

  test("tells how the last update went", async () => {
    update = { phase: "failed", version: "9.9.10", reason: "the broker takes no connections" };
    const text = await look(await visit());
    expect(text).toContain("9.9.10 did not work and was taken back: the broker takes no connections");
  });

  test("brings its style sheet and picture, and nothing else", async () => {
    const style = await fetch(at("/style.css"));
    expect(style.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(await style.text()).toContain("--surface-0");
    expect((await fetch(at("/icon.svg"))).headers.get("content-type")).toBe("image/svg+xml");
    for (const path of ["/edge.db", "/..%2fgateway.key", "/code"])
      expect((await fetch(at(path))).status).toBe(404);
  });
});

describe("the access code", () => {
  test("is not taken when it is wrong, and not looked at after ten wrong ones, until ten minutes have passed", async () => {
    for (let count = 0; count < 10; count += 1) expect((await enter("0000-0000")).status).toBe(403);
    const refused = await enter(code());
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "600"]);
    expect(await refused.text()).toContain("Wait ten minutes");
    site.clock.advance(10 * MINUTE);
    expect((await enter(code())).status).toBe(303);
  });

  test("lets in for twelve hours, until one leaves, or until there is another", async () => {
    const [first, second, third] = [await visit(), await visit(), await visit()];
    await fetch(at("/leave"), { method: "POST", headers: { cookie: first }, redirect: "manual" });
    expect(await look(first)).toContain('name="code"');
    expect(await look(second)).toContain("9.9.9");
    site.clock.advance(12 * HOUR);
    expect(await look(second)).toContain('name="code"');
    const fourth = await visit();
    makeAccessCode(directory.path, seededRandom(77));
    expect(await look(fourth)).toContain('name="code"');
    expect(await look(third)).toContain('name="code"');
    expect(await look(await visit())).toContain("9.9.9");
  });
});

test("a page whose port is taken leaves the gateway running, and one that nobody wants is none", () => {
  const other = open(page.address()?.port ?? 0);
  expect(other.address()).toBeNull();
  other.stop();
  expect(open(0, false).address()).toBeNull();
});
