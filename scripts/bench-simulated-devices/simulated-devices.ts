import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROFILES } from "../../protocol/simulation/scenario.ts";
import { againstTarget, alone, type BenchRow } from "../bench-chunks/bench-row.ts";
import { gatewayWith } from "../bench-start/brokers.ts";
import { untilAccepted } from "../bench-start/connack.ts";
import { cpuSeconds } from "../benchmarks/process-meter.ts";
import { freePort } from "../e2e/stack.ts";

export interface SimulatedLoad {
  devices: number;
  /** Between two messages of a device. */
  intervalSeconds: number;
  /** For how long they are watched, once all are connected. */
  seconds: number;
}

/** All have to be connected within so long. */
const CONNECTING_MS = 120_000;

/** What simulated devices of all kinds cost: the processor and the memory of their program, bound to one core, against a gateway beside it. */
export async function benchSimulatedDevices(
  say: (line: string) => void,
  { devices, intervalSeconds, seconds }: SimulatedLoad,
): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), "homepot-bench-simulated-"));
  const scenario = join(directory, "scenario.toml");
  writeFileSync(scenario, scenarioOf(devices, intervalSeconds));
  const data = join(directory, "data");
  const edge = [process.execPath, "edge/main.ts"];
  const added = Bun.spawnSync([...edge, "device", "add", "bench", "--data", data, "--json"]);
  if (added.exitCode !== 0) throw new Error(`the gateway cannot be set up: ${added.stderr}`);
  using broker = gatewayWith("edge/main.ts", await freePort(), data, JSON.parse(added.stdout.toString()));
  const gateway = Bun.spawn([process.execPath, ...broker.command], { stdout: "ignore", stderr: "inherit" });
  try {
    await untilAccepted(broker.port, broker.login);
    say(`${devices} simulated devices with a message every ${intervalSeconds} s each`);
    const listen = ["--data", data, "--mqtt-listen", `127.0.0.1:${broker.port}`];
    const simulation = Bun.spawn(
      ["taskset", "-c", "1", ...edge, "simulate", "--scenario", scenario, ...listen],
      { stdout: "ignore", stderr: "pipe" },
    );
    try {
      return await watch(simulation, devices, devices / intervalSeconds, seconds);
    } finally {
      simulation.kill();
      await simulation.exited;
    }
  } finally {
    gateway.kill();
    await gateway.exited;
    rmSync(directory, { recursive: true, force: true });
  }
}

function scenarioOf(devices: number, intervalSeconds: number): string {
  const groups = PROFILES.map((profile, index) => {
    const count = Math.floor(devices / PROFILES.length) + (index < devices % PROFILES.length ? 1 : 0);
    return count === 0
      ? ""
      : `[[devices]]\nprofile = "${profile}"\nkey-prefix = "${profile}"\ncount = ${count}\ninterval-seconds = ${intervalSeconds}\n`;
  });
  return `name = "Bench"\nseed = 1\n${groups.join("")}`;
}

interface Look {
  connected: number;
  messages: number;
  cpuSeconds: number;
  atMs: number;
}

/** Looks whenever the program tells how it does, which is every ten seconds, from when all devices are connected. */
async function watch(
  simulation: Bun.Subprocess<"ignore", "ignore", "pipe">,
  devices: number,
  perSecond: number,
  seconds: number,
): Promise<BenchRow[]> {
  let first: Look | null = null;
  const startedMs = performance.now();
  for await (const { connected, messages } of told(simulation.stderr)) {
    const look = { connected, messages, cpuSeconds: cpuSeconds(simulation.pid), atMs: performance.now() };
    if (first === null && look.atMs - startedMs > CONNECTING_MS)
      throw new Error(`only ${connected} of ${devices} devices are connected`);
    if (first === null) first = connected === devices ? look : null;
    else if (look.atMs - first.atMs >= seconds * 1_000 - 500) return rowsOf(first, look, simulation.pid);
  }
  throw new Error("the simulation has ended");

  function rowsOf(from: Look, to: Look, pid: number): BenchRow[] {
    const passed = (to.atMs - from.atMs) / 1_000;
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    const name = (what: string) => `simulated-devices: ${devices.toLocaleString("en")}, ${what}`;
    return [
      againstTarget(name("connected"), to.connected, "devices", devices),
      againstTarget(name("acknowledged"), (to.messages - from.messages) / passed, "messages/s", perSecond),
      againstTarget(name("of one core"), (100 * (to.cpuSeconds - from.cpuSeconds)) / passed, "%", 100),
      alone(name("resident memory"), Number(resident?.[1] ?? 0) / 1_024, "MiB"),
    ];
  }
}

/** What the simulation tells of itself, as it does. */
async function* told(
  stderr: ReadableStream<Uint8Array>,
): AsyncGenerator<{ connected: number; messages: number }> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const part of stderr) {
    const lines = (rest + decoder.decode(part, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const said = /^(\d+) of \d+ devices connected, (\d+) messages acknowledged/.exec(line);
      if (said !== null) yield { connected: Number(said[1]), messages: Number(said[2]) };
    }
  }
}
