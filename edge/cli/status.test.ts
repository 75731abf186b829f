import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { getLogger } from "@logtape/logtape";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { createDevices } from "../devices/devices.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { CloudDouble, GATEWAY_ID } from "../uplink/testing/cloud-double.ts";
import { Site } from "../uplink/testing/site.ts";
import { until } from "../uplink/testing/until.ts";
import { keepStatusFile } from "../uplink/uplink.ts";
import { beOnlyGateway } from "./only-gateway.ts";
import { runCaptured } from "./testing/run-captured.ts";

let directory: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  directory = temporaryDirectory();
});

afterEach(() => directory[Symbol.dispose]());

const status = (...more: string[]): ReturnType<typeof runCaptured> =>
  runCaptured("status", "--data", directory.path, ...more);
const statusJson = async (...more: string[]): Promise<Record<string, unknown>> =>
  JSON.parse((await status("--json", ...more)).stdout);

/** Something that takes connections, as the broker does. */
async function listen(): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function freePort(): Promise<number> {
  await using server = await listen();
  return server.port;
}

describe("homepot-edge status", () => {
  test("of a directory without a gateway says so, makes none, and ends with 1", async () => {
    const { code, stdout, stderr } = await status();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`There is no gateway in ${directory.path} yet.`);
    expect(readdirSync(directory.path)).toEqual([]);
  });

  test("of a gateway that does not run tells what waits, and how to start it", async () => {
    const port = await freePort();
    {
      using site = new Site(directory.path);
      site.appendEvent();
      site.appendChunk(5);
      site.appendChunk(5);
    }
    const listening = ["--mqtt-listen", `127.0.0.1:${port}`];
    expect(await statusJson(...listening)).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      data: directory.path,
      running: false,
      broker: { listen: `127.0.0.1:${port}`, reachable: false },
      page: null,
      enrolment: null,
      uplink: null,
      clockSkewMs: null,
      waiting: { urgent: 1, bulk: 2 },
      devices: { count: 0, online: 0, offline: 0 },
      topics: [],
      rejected: { total: 0, newest: [] },
    });
    const { code, stdout } = await status(...listening);
    expect(code).toBe(0);
    expect(stdout.split("\n").slice(1)).toEqual([
      `broker      127.0.0.1:${port}, not reachable`,
      "cloud       not enrolled; use `homepot-edge enroll --cloud URL --claim CODE`",
      "waiting     1 urgent, 2 telemetry",
      "devices     0, of them 0 online, 0 offline",
      "rejected    0 messages",
      "",
      "Start the gateway with `homepot-edge run`.",
      "",
    ]);
  });

  test("of a gateway that shows a page tells where it is and its code, which can be changed", async () => {
    using site = new Site(directory.path);
    using _only = beOnlyGateway(directory.path);
    using _file = keepStatusFile({
      ...{ dataDirectory: directory.path, mqttListen: "127.0.0.1:1", statusPage: "127.0.0.1:8480" },
      ...{ uplink: site.uplink, startedMs: 1, log: getLogger(["test"]) },
    });
    expect(await statusJson()).toMatchObject({ page: { addresses: ["http://127.0.0.1:8480"], code: null } });
    const { stdout } = await status("--new-code");
    const [, code] = /page {8}http:\/\/127\.0\.0\.1:8480\n {12}code (\w{4}-\w{4})\n/.exec(stdout) ?? [];
    expect(code).toBeString();
    expect((await status()).stdout).toContain(`code ${code}`);
    expect((await status("--new-code")).stdout).not.toContain(`code ${code}`);
  });

  test("of a running gateway tells how its line is, and why it is not connected", async () => {
    using cloud = new CloudDouble();
    await using broker = await listen();
    using site = new Site(directory.path);
    await site.enrol(cloud.url);
    cloud.nowMs = () => site.clock.nowMs() + (2 * 60 + 3) * 60_000;
    using _only = beOnlyGateway(directory.path);
    const { port } = broker;
    using _file = keepStatusFile({
      dataDirectory: directory.path,
      mqttListen: `0.0.0.0:${port}`,
      uplink: site.uplink,
      startedMs: 1,
      log: getLogger(["test"]),
    });
    site.uplink.start();
    await site.state("connected");
    const since = new Date(site.clock.nowMs()).toISOString();
    expect(await statusJson()).toMatchObject({
      running: true,
      broker: { listen: `0.0.0.0:${port}`, reachable: true },
      enrolment: { gatewayId: GATEWAY_ID, site: "Cardiff Bay", organization: "Bistro", cloud: cloud.url },
      uplink: { state: "connected", since, reason: null },
    });

    const connection = await cloud.connection(0);
    connection.say({
      type: "refuse",
      code: "protocol.unsupported",
      detail: "too \u001b[31mold",
      hint: "Upgrade it.",
    });
    await site.state("refused");
    const { stdout } = await status();
    expect(stdout.split("\n").slice(2, 7)).toEqual([
      "site        Cardiff Bay (Bistro)",
      `cloud       ${cloud.url}, gateway ${GATEWAY_ID}`,
      `line        refused since ${since}`,
      "            The two sides share no protocol version: too \uFFFD[31mold",
      "            Upgrade it.",
    ]);
    expect(stdout).toContain(
      "clock       2 h 3 min behind, by the cloud's\n            The cloud shows readings at",
    );
  });

  test("shows the devices, and the newest messages that were refused", async () => {
    const port = await freePort();
    {
      using site = new Site(directory.path);
      const devices = createDevices({ ...site, random: seededRandom(2) });
      devices.add("till-1");
      devices.add("till-2");
      devices.setConnectivity("till-1", "online", "connected");
      const refusal = { code: "payload.not-json", detail: "not JSON" } as const;
      for (let count = 0; count < 7; count += 1) {
        devices.reject("till-1", "homepot/till-1/telemetry", refusal, new TextEncoder().encode(`{${count}`));
      }
    }
    const report = await statusJson("--mqtt-listen", `127.0.0.1:${port}`);
    expect(report).toMatchObject({ devices: { count: 2, online: 1, offline: 0 }, rejected: { total: 7 } });
    const { newest } = report.rejected as { newest: { sample: string }[] };
    expect(newest.map(({ sample }) => sample)).toEqual(["{6", "{5", "{4", "{3", "{2"]);
    const { stdout } = await status("--mqtt-listen", `127.0.0.1:${port}`);
    expect(stdout).toContain('homepot/till-1/telemetry  payload.not-json: not JSON\n            "{6"\n');
  });

  test("does not take what a gateway left before a power cut for a running one", async () => {
    using site = new Site(directory.path);
    {
      using _file = keepStatusFile({
        dataDirectory: directory.path,
        mqttListen: "127.0.0.1:1",
        uplink: site.uplink,
        startedMs: 1,
        log: getLogger(["test"]),
      });
      expect(await statusJson()).toMatchObject({ running: false });
      using _only = beOnlyGateway(directory.path);
      expect(await statusJson()).toMatchObject({ running: true });
      const path = `${directory.path}/running.json`;
      await Bun.write(path, "{");
      expect(await statusJson()).toMatchObject({ running: false });
    }
    await until("the file to be gone", () => !readdirSync(directory.path).includes("running.json"));
  });
});
