import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { againstTarget, alone, type BenchRow } from "../bench-chunks/bench-row.ts";
import { type MqttLogin, untilAccepted } from "../bench-start/connack.ts";
import { Cloud, until } from "../e2e/stack.ts";
import { InstalledEdge } from "./installed-edge.ts";
import { MqttSeat } from "./mqtt-seat.ts";
import { prepare } from "./prepare.ts";
import { type MadeRelease, ReleaseMaker } from "./releases.ts";

/** A line of the log, as somebody would change it. */
const ONE_LINE = {
  file: /edge\/cli\/run\.ts$/,
  from: '"taking MQTT connections"',
  to: '"now taking MQTT connections from devices"',
};
const SEQUENCE = 1_000;
/** Of the old program: what a one-line change may cost. */
const PART_TARGET = 2;

/**
 * One update over the air as an operator makes it: two compiled programs that differ in a line of the source, a gateway
 * installed from the first with a device connected to it, and a job that brings it to the second. The clock runs from the
 * request that makes the job until the API says that the new version was seen to work; the release was there before.
 */
export async function benchUpdate(say: (line: string) => void): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), "homepot-bench-update-"));
  try {
    const maker = new ReleaseMaker(directory);
    say("compiling two versions of the gateway");
    const first = await maker.make("first", SEQUENCE, null);
    const second = await maker.make("second", SEQUENCE + 1, ONE_LINE);
    await using cloud = await Cloud.start(["--releases-directory", maker.folder]);
    await using edge = new InstalledEdge(directory, first);
    edge.command("enroll", "--cloud", cloud.url, "--claim", await cloud.claim("Updated"));
    const login = loginOf(edge);
    await edge.run();
    const gateway = await untilRuns(cloud, first);
    const preparedMs = await prepare(cloud, first, second);
    say(`updating from ${first.version} to ${second.version}`);
    const updated = await update(cloud, edge, gateway, login, second);
    return [
      ...rows(first, updated),
      alone("update: the cloud makes the delta, once", round(preparedMs / 1_000), "s"),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Updated {
  healthyMs: number;
  interruptionMs: number;
  bytes: number;
}

async function update(
  cloud: Cloud,
  edge: InstalledEdge,
  gateway: string,
  login: MqttLogin,
  to: MadeRelease,
): Promise<Updated> {
  const seat = await MqttSeat.take(edge.port, login);
  const startedMs = performance.now();
  const { id } = await cloud.api<{ id: string }>("/jobs", {
    method: "POST",
    body: JSON.stringify({
      ...{ kind: "gateway.update", arguments: { sequence: to.sequence } },
      targets: { gateways: [gateway] },
    }),
  });
  const interrupted = seat.lost.then(async (lostMs) => {
    await untilAccepted(edge.port, login);
    return performance.now() - lostMs;
  });
  const ended = await until("the update to end", async () => {
    const { items } = await cloud.api<{ items: Execution[] }>(`/jobs/${id}/executions`);
    return items.find(({ state }) => ENDED.has(state));
  });
  const healthyMs = performance.now() - startedMs;
  if (ended.state !== "verified") throw new Error(`the update ${ended.state}: ${ended.reason}`);
  await untilRuns(cloud, to);
  return { healthyMs, interruptionMs: await interrupted, bytes: ended.output.downloadedBytes };
}

interface Execution {
  state: string;
  reason: string | null;
  output: { downloadedBytes: number };
}
const ENDED = new Set(["verified", "failed", "timed-out", "expired", "interrupted", "cancelled"]);

function rows(first: MadeRelease, { bytes, healthyMs, interruptionMs }: Updated): BenchRow[] {
  const size = statSync(first.program).size;
  const part = Number(((bytes / size) * 100).toFixed(3));
  return [
    alone("update: the program", Math.round(size / 1e6), "MB"),
    alone("update: downloaded for a changed line", bytes, "bytes"),
    againstTarget("update: downloaded, of the program", part, "%", PART_TARGET),
    againstTarget("update: from the request to seen to work", round(healthyMs / 1_000), "s", 10),
    againstTarget("update: MQTT connections refused", Math.round(interruptionMs), "ms", 1_000),
  ];
}

function loginOf(edge: InstalledEdge): MqttLogin {
  const { username, password } = JSON.parse(edge.command("device", "add", "bench", "--json")) as MqttLogin;
  return { clientId: username, username, password };
}

async function untilRuns(cloud: Cloud, { version }: MadeRelease): Promise<string> {
  return until(`a gateway to run ${version}`, async () => {
    const { items } = await cloud.api<{ items: { id: string; version: string; connected: boolean }[] }>(
      "/gateways",
    );
    return items.find((gateway) => gateway.connected && gateway.version === version)?.id;
  });
}

const round = (value: number): number => Number(value.toFixed(2));
