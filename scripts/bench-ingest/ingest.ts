import { type BenchRow, median } from "../bench-chunks/bench-row.ts";
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
 * peer's with persistence off and no subscriber; how many the peer with a subscriber that writes SQLite has committed;
 * and how long an acknowledgement takes, at half of the peer's rate and at half of our own. Broker and generator share
 * the machine; the brokers take turns, and medians count.
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
  const rates: number[] = [];
  for (const [clients, window, target] of [
    [50, 20, "0.7 of the peer"],
    [1_000, 1, "0.4 of the peer"],
  ] as const) {
    say(`${clients} clients, ${window} messages in flight each`);
    const [us, them] = await inTurn(ours, peer, [clients, window, SECONDS]);
    if (rates.length === 0) rates.push(Math.round(them.perSecond / 2), Math.round(us.perSecond / 2));
    rows.push(
      row(peer, `${clients} clients × ${window}`, "messages/s", us.perSecond, them.perSecond, target),
    );
  }
  say("the same with a subscriber of the peer's that writes SQLite");
  rows.push(await besideSubscriber(ours, peer));
  for (const [index, rate] of rates.entries()) {
    const of = index === 0 ? "half of the peer's rate" : "half of our rate";
    say(`latency at ${rate} messages/s, ${of}`);
    const [us, them] = await inTurn(ours, peer, [50, 1, SECONDS, rate]);
    rows.push(row(peer, `acknowledgement at ${rate}/s (${of}), p50`, "ms", us.p50, them.p50, ""));
    rows.push(row(peer, `acknowledgement at ${rate}/s (${of}), p99`, "ms", us.p99, them.p99, "10 ms"));
  }
  return rows;
}

/** Messages committed a second: by us before they are acknowledged, by the peer's subscriber some time after. */
async function besideSubscriber(ours: Broker, peer: Broker): Promise<BenchRow> {
  const rounds: { us: number; them: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const us = await press(ours, [50, 20, SECONDS]);
    rounds.push({ us: us.perSecond, them: await pressWithSubscriber(peer) });
  }
  const value = median(rounds.map(({ us }) => us));
  const peerValue = median(rounds.map(({ them }) => them));
  const name = "ingest: 50 clients × 20, committed";
  const unit = "messages/s";
  const target = "3 of the peer";
  return {
    name,
    value,
    unit,
    peer: `${peer.name} + subscriber`,
    peerValue,
    ratio: value / peerValue,
    target,
  };
}

async function pressWithSubscriber(peer: Broker): Promise<number> {
  const { username, password } = peer.login;
  const args = ["scripts/bench-ingest/subscriber.ts", String(peer.port), username, password, String(SECONDS)];
  const subscriber = Bun.spawn([process.execPath, ...args], {
    stdout: "pipe",
    stderr: "inherit",
    timeout: 60_000,
  });
  const lines = subscriber.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await lines.read();
  // Longer than the subscriber measures, so that there is always something to take.
  const load = press(peer, [50, 20, SECONDS + 2]);
  const { value = "" } = await lines.read();
  await load;
  subscriber.kill();
  await subscriber.exited;
  return (JSON.parse(value) as { perSecond: number }).perSecond;
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
  const middle = (pick: (load: Load) => number): number => median(loads.map(pick));
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
