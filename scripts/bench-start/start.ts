import { readFileSync } from "node:fs";
import type { BenchRow } from "../bench-chunks/bench-row.ts";
import { freePort } from "../e2e/stack.ts";
import { type Broker, gateway, mosquitto } from "./brokers.ts";
import { untilAccepted } from "./connack.ts";

const ROUNDS = 9;
const IDLE_MS = 5_000;
const PROGRAM = "dist/homepot-edge-linux-x64";

interface Figures {
  startsMs: number[];
  residentMb: number;
}

/**
 * Time from the start of the process to a CONNACK that accepts a device's log-in, with the database there from before,
 * and resident memory after five idle seconds. The peer is started and asked in the same way.
 */
export async function benchStart(say: (line: string) => void): Promise<BenchRow[]> {
  say("compiling the gateway");
  const built = Bun.spawnSync([process.execPath, "scripts/build.ts", PROGRAM.replace("dist/", "")]);
  if (built.exitCode !== 0) throw new Error(`the build failed: ${built.stdout}${built.stderr}`);
  using ours = gateway(`./${PROGRAM}`, await freePort());
  using peer = mosquitto(await freePort());
  const us = await measure(ours, say);
  const them = await measure(peer, say);
  const row = (name: string, unit: string, value: number, peerValue: number, target: string): BenchRow => ({
    name: `start: ${name}`,
    value: round(value),
    unit,
    peer: peer.name,
    peerValue: round(peerValue),
    ratio: round(value / peerValue),
    target,
  });
  return [
    row(
      `process start to CONNACK, median of ${ROUNDS}`,
      "ms",
      median(us.startsMs),
      median(them.startsMs),
      "100 ms",
    ),
    row(
      `process start to CONNACK, slowest of ${ROUNDS}`,
      "ms",
      Math.max(...us.startsMs),
      Math.max(...them.startsMs),
      "100 ms",
    ),
    row("resident memory after 5 s idle", "MB", us.residentMb, them.residentMb, "80 MB"),
  ];
}

async function measure(broker: Broker, say: (line: string) => void): Promise<Figures> {
  say(`starting ${broker.name} ${ROUNDS} times`);
  const startsMs: number[] = [];
  // Once before, so that neither broker is read from a cold disk or makes its database within what is measured.
  await startOnce(broker);
  for (let round = 0; round < ROUNDS; round += 1) startsMs.push(await startOnce(broker));
  say(`letting ${broker.name} idle for ${IDLE_MS / 1_000} s`);
  let residentMb = Number.NaN;
  await startOnce(broker, async (pid) => {
    await Bun.sleep(IDLE_MS);
    residentMb = residentBytes(pid) / 1_000_000;
  });
  return { startsMs, residentMb };
}

/** Starts the broker, waits until it accepts the log-in, stops it. Gives the ms that took. */
async function startOnce(broker: Broker, meanwhile?: (pid: number) => Promise<void>): Promise<number> {
  const startMs = performance.now();
  const child = Bun.spawn(broker.command, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  try {
    await untilAccepted(broker.port, broker.login);
    const tookMs = performance.now() - startMs;
    await meanwhile?.(child.pid);
    return tookMs;
  } finally {
    child.kill("SIGTERM");
    await child.exited;
  }
}

function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib) * 1_024;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
