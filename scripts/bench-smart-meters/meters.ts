import { createInterface } from "node:readline";
import type { DeviceCredential } from "../e2e/stack.ts";
import { Meter } from "./meter.ts";

/**
 * Some thousand meters in a process of their own: `bun meters.ts`, told what to do by lines on its input: first a
 * {@link MetersTask}, then `measure`, from which on latencies count, then `stop`, then the end. Says `{"connected":N}`
 * when all are, and after `stop`, when everything is acknowledged, a {@link MetersDone}; the connections stay open
 * until its input ends.
 */
export interface MetersTask {
  /** Of the gateways; each has a meter of every credential. */
  ports: number[];
  credentials: DeviceCredential[];
  /** Each meter sends a reading every so often, the first within one period of being connected. */
  periodMs: number;
  /** They connect one after another, evenly over so long. */
  rampMs: number;
  seed: number;
}

export interface MetersDone {
  /** Messages acknowledged, for each port each meter's, in the order of the credentials. */
  acknowledged: number[][];
  /** How long acknowledgements took while it was measured, ms. */
  p50: number;
  p99: number;
}

const TICK_MS = 5;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const task = JSON.parse((await lines.next()).value as string) as MetersTask;
const latencies: number[] = [];
let inFlight = 0;
let stopped = false;

const send = (meter: Meter): void => {
  const wasIdle = meter.sentMs === null;
  meter.publish(performance.now());
  if (wasIdle && meter.sentMs !== null) inFlight += 1;
};
const acknowledged = (meter: Meter): void => {
  latencies.push(performance.now() - meter.sentMs!);
  meter.sentMs = null;
  inFlight -= 1;
  if (meter.owed === 0 || stopped) return;
  meter.owed -= 1;
  send(meter);
};

const meters = task.ports.map((_, place) =>
  task.credentials.map((credential, index) => new Meter(credential, task.seed + place * 1_000_000 + index)),
);
// Meter after meter, gateway by gateway: each gateway has all of the ramp for its own.
const inOrder = task.credentials.flatMap((_, index) =>
  task.ports.map((port, place) => ({ meter: meters[place]![index]!, port })),
);

/** When in its period a meter sends: as many turns of the wheel a second as there are ticks. */
const wheel: Meter[][] = Array.from({ length: Math.max(1, Math.round(task.periodMs / TICK_MS)) }, () => []);
let turned = 0;
const beganMs = performance.now();
const ticking = setInterval(() => {
  const due = Math.floor((performance.now() - beganMs) / TICK_MS);
  for (; turned < due; turned += 1) for (const meter of wheel[turned % wheel.length]!) send(meter);
}, TICK_MS);

const connecting: Promise<void>[] = [];
for (const [place, { meter, port }] of inOrder.entries()) {
  const dueMs = beganMs + (place / inOrder.length) * task.rampMs;
  const earlyMs = dueMs - performance.now();
  if (earlyMs > 1) await Bun.sleep(earlyMs);
  connecting.push(
    meter.connect(port, acknowledged).then(() => void wheel[(turned + place) % wheel.length]!.push(meter)),
  );
}
await Promise.all(connecting);
console.log(JSON.stringify({ connected: inOrder.length }));

await lines.next();
latencies.length = 0;

await lines.next();
clearInterval(ticking);
stopped = true;
while (inFlight > 0) await Bun.sleep(TICK_MS);
latencies.sort((a, b) => a - b);
const done: MetersDone = {
  acknowledged: meters.map((some) => some.map((meter) => meter.acknowledged)),
  p50: latencies[Math.floor(latencies.length * 0.5)] ?? Number.NaN,
  p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
};
console.log(JSON.stringify(done));
await lines.next();
process.exit(0);
