import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { createDevices } from "../devices/devices.ts";
import type { Finding } from "../diagnosis/diagnosis.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { CloudDouble } from "../uplink/testing/cloud-double.ts";
import { Site } from "../uplink/testing/site.ts";
import { keepStatusFile } from "../uplink/uplink.ts";
import { beOnlyGateway } from "./only-gateway.ts";
import { runCaptured } from "./testing/run-captured.ts";

let directory: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  directory = temporaryDirectory();
});

afterEach(() => directory[Symbol.dispose]());

const doctor = (...more: string[]): ReturnType<typeof runCaptured> =>
  runCaptured("doctor", "--data", directory.path, ...more);

async function findings(...more: string[]): Promise<Record<string, Finding>> {
  const { stdout } = await doctor("--json", ...more);
  return Object.fromEntries((JSON.parse(stdout) as Finding[]).map((finding) => [finding.subject, finding]));
}

/** Answers every log-in as a broker answers a wrong password [MQTT-3.2.2-6]. */
function refusingBroker() {
  const refuseLogin = (socket: { write(bytes: Uint8Array): number }) =>
    void socket.write(new Uint8Array([0x20, 2, 0, 5]));
  return Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: refuseLogin } });
}

describe("homepot-edge doctor", () => {
  test("of a directory without a gateway ends with 1 and says how to start one", async () => {
    const { code, stdout } = await doctor();
    expect([code, stdout.split("\n")[0]]).toEqual([
      1,
      `PROBLEM  gateway     there is no gateway in ${directory.path} yet`,
    ]);
    expect(stdout).toContain("→ Start one with `homepot-edge run`");
  });

  test("of a gateway that runs and is connected finds nothing", async () => {
    using cloud = new CloudDouble();
    using broker = refusingBroker();
    using site = new Site(directory.path);
    cloud.nowMs = () => site.clock.nowMs();
    await site.enrol(cloud.url);
    using _only = beOnlyGateway(directory.path);
    using _file = keepStatusFile({
      dataDirectory: directory.path,
      mqttListen: `127.0.0.1:${broker.port}`,
      uplink: site.uplink,
      startedMs: 1,
      log: getLogger(["test"]),
    });
    site.uplink.start();
    await site.state("connected");
    const { code, stdout } = await doctor("--json", "--disk-budget-mib", "16");
    const found = JSON.parse(stdout) as Finding[];
    expect([code, found.map(({ level }) => level)]).toEqual([0, Array(found.length).fill("ok")]);
    expect(found.map(({ subject }) => subject)).toEqual([
      ...["gateway", "login", "disk", "permissions", "database", "budget"],
      ...["cloud", "dns", "network", "answer", "clock", "messages"],
    ]);
  });

  test("tells what was dropped, what was refused, and that nobody hears of it", async () => {
    {
      using site = new Site(directory.path);
      site.appendChunk(5);
      site.db.sqlite.run(
        "INSERT INTO dropped_telemetry VALUES ('meter', 500, 0, 1, 2), ('till', 20, 0, 1, 2)",
      );
      const devices = createDevices({ ...site, random: seededRandom(2) });
      devices.add("till");
      const refusal = { code: "payload.not-json", detail: "not JSON" } as const;
      devices.reject("till", "homepot/till/telemetry", refusal, new TextEncoder().encode("{\u001b"));
    }
    const found = await findings();
    expect(found).toMatchObject({
      gateway: { level: "problem", says: "it does not run" },
      cloud: { level: "warning", says: expect.stringContaining("not enrolled") },
      dropped: {
        level: "warning",
        says: "520 readings of 2 devices were dropped (meter 500, till 20)",
      },
      messages: { level: "warning", says: expect.stringContaining("payload.not-json: not JSON") },
    });
  });

  test("warns when the budget is more than the disk has", async () => {
    using site = new Site(directory.path);
    site.appendChunk(5);
    const { budget } = await findings("--disk-budget-mib", "1048576");
    expect(budget).toMatchObject({
      level: "warning",
      says: expect.stringContaining("are free on the disk"),
      advice: expect.stringMatching(/^Set disk\.budget-mib to \d+ or less/),
    });
  });

  test("tells of a write-ahead log that lost its end", async () => {
    {
      using site = new Site(directory.path);
      site.appendChunk(200);
      // As a kill leaves it: closing the database would empty it.
      copyFileSync(join(directory.path, "edge.db-wal"), join(directory.path, "left"));
    }
    const left = readFileSync(join(directory.path, "left"));
    left[left.length - 1]! ^= 1;
    writeFileSync(join(directory.path, "edge.db-wal"), left);
    expect((await findings()).database).toMatchObject({
      level: "warning",
      says: expect.stringContaining("cut off"),
    });
    // It was read by SQLite meanwhile, and is told of until somebody deletes the copy.
    expect((await findings()).database).toMatchObject({ level: "warning" });
    for (const name of readdirSync(directory.path)) {
      if (name.includes("damaged")) rmSync(join(directory.path, name));
    }
    expect((await findings()).database).toMatchObject({ level: "ok" });
  });

  test("finds a damaged database", async () => {
    {
      using site = new Site(directory.path);
      for (let count = 0; count < 300; count += 1) site.appendChunk(200);
      site.db.sqlite.run("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    const file = openSync(join(directory.path, "edge.db"), "r+");
    const { size } = Bun.file(join(directory.path, "edge.db"));
    for (let page = 30; page < size / 4_096; page += 1)
      writeSync(file, new Uint8Array(64).fill(7), 0, 64, page * 4_096);
    closeSync(file);
    const { code, stdout } = await doctor();
    expect(code).toBe(1);
    expect(stdout).toContain("PROBLEM  database    ");
  });
});
