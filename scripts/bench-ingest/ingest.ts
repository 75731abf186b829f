import type { BenchRow } from "../bench-chunks/bench-row.ts";
import { type Broker, gateway, mosquitto } from "../bench-start/brokers.ts";
import { untilAccepted } from "../bench-start/connack.ts";
import { freePort } from "../e2e/stack.ts";

const PROGRAM = "dist/homepot-edge-linux-x64";
const ROUNDS = 3;
const SECONDS = 4;

interface Load {
  perSecond: number;
  p50: number;
  p99: number;
}

/**
 * QoS 1 messages of 60 bytes with three metrics: how many a second are acknowledged, ours after a durable commit, the
 * peer's with persistence off and no subscriber; and how long an acknowledgement takes at half of our own rate. Broker
 * and generator share the machine; the two brokers take turns, and medians count.
 */
export async function benchIngest(say: (line: string) => void): Promise<BenchRow[]> {
  say("compiling the gateway");
  const built = Bun.spawnSync([process.execPath, "scripts/build.ts", PROGRAM.replace("dist/", "")]);
  if (built.exitCode !== 0) throw new Error(`the build failed: ${built.stdout}${built.stderr}`);
  using ours = gateway(`./${PROGRAM}`, await freePort());
  using peer = mosquitto(await freePort());
  await using _us = await start(ours);
  await using _them = await start(peer);
  const rows: BenchRow[] = [];
  let rate = 0;
  for (const [clients, window, target] of [
    [50, 20, "0.7 of the peer"],
    [1_000, 1, "0.4 of the peer"],
  ] as const) {
    say(`${clients} clients, ${window} messages in flight each`);
    const [us, them] = await inTurn(ours, peer, [clients, window, SECONDS]);
    if (rate === 0) rate = Math.round(us.perSecond / 2);
    rows.push(
      row(peer, `${clients} clients × ${window}`, "messages/s", us.perSecond, them.perSecond, target),
    );
  }
  say(`latency at ${rate} messages/s`);
  const [us, them] = await inTurn(ours, peer, [50, 1, SECONDS, rate]);
  rows.push(row(peer, `acknowledgement at ${rate}/s, p50`, "ms", us.p50, them.p50, ""));
  rows.push(row(peer, `acknowledgement at ${rate}/s, p99`, "ms", us.p99, them.p99, "10 ms"));
  return rows;
}

async function start(broker: Broker): Promise<AsyncDisposable> {
  const child = Bun.spawn(broker.command, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  await untilAccepted(broker.port, broker.login);
  return {
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
}

/** Both brokers under the same load, in turns; the median round of each. */
async function inTurn(ours: Broker, peer: Broker, load: readonly number[]): Promise<[Load, Load]> {
  const rounds: [Load, Load][] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push([await press(ours, load), await press(peer, load)]);
  return [medians(rounds.map(([us]) => us)), medians(rounds.map(([, them]) => them))];
}

async function press({ port, login }: Broker, load: readonly number[]): Promise<Load> {
  const args = [
    "scripts/bench-ingest/generator.ts",
    String(port),
    login.username,
    login.password,
    ...load.map(String),
  ];
  const child = Bun.spawn([process.execPath, ...args], {
    stdout: "pipe",
    stderr: "inherit",
    timeout: 60_000,
  });
  return JSON.parse(await new Response(child.stdout).text()) as Load;
}

function medians(loads: readonly Load[]): Load {
  const middle = (pick: (load: Load) => number): number =>
    loads.map(pick).sort((a, b) => a - b)[Math.floor(loads.length / 2)] ?? Number.NaN;
  return {
    perSecond: middle((load) => load.perSecond),
    p50: middle((load) => load.p50),
    p99: middle((load) => load.p99),
  };
}

function row(
  peer: Broker,
  name: string,
  unit: string,
  value: number,
  peerValue: number,
  target: string,
): BenchRow {
  return {
    name: `ingest: ${name}`,
    value,
    unit,
    peer: peer.name,
    peerValue,
    ratio: value / peerValue,
    target,
  };
}
