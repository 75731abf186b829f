import { readFileSync } from "node:fs";
import { type BenchRow, median } from "../bench-chunks/bench-row.ts";
import { type Broker, gateway, mosquitto } from "../bench-start/brokers.ts";
import { untilAccepted } from "../bench-start/connack.ts";
import { freePort } from "../e2e/stack.ts";

const PROGRAM = "dist/homepot-edge-linux-x64";
/** Looks at the memory; the last third of them counts, when sealing has settled. */
const LOOKS = 30;

interface Held {
  mib: number;
  acknowledged: number;
}

/** Resident memory with so many devices connected that send a message a second each, after a while of it. */
export async function benchEdgeMemory(
  say: (line: string) => void,
  { devices, seconds }: { devices: number; seconds: number },
): Promise<BenchRow[]> {
  say("compiling the gateway");
  const built = Bun.spawnSync([process.execPath, "scripts/build.ts", PROGRAM.replace("dist/", "")]);
  if (built.exitCode !== 0) throw new Error(`the build failed: ${built.stdout}${built.stderr}`);
  using ours = gateway(`./${PROGRAM}`, await freePort());
  using peer = mosquitto(await freePort());
  say(`${devices} devices at a message a second for ${seconds} s`);
  const us = await hold(ours, devices, seconds);
  say("the same with the peer, which stores nothing");
  const them = await hold(peer, devices, seconds);
  const name = `edge memory: ${devices.toLocaleString("en")} devices at 1 message/s`;
  const target = "150 MiB";
  return [
    {
      name,
      value: us.mib,
      unit: "MiB",
      peer: peer.name,
      peerValue: them.mib,
      ratio: us.mib / them.mib,
      target,
    },
    {
      name: "edge memory: messages acknowledged of 100 sent",
      value: us.acknowledged,
      unit: "%",
      peer: peer.name,
      peerValue: them.acknowledged,
      ratio: us.acknowledged / them.acknowledged,
      target: "100 %",
    },
  ];
}

async function hold({ command, port, login }: Broker, devices: number, seconds: number): Promise<Held> {
  const broker = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  try {
    await untilAccepted(port, login);
    const args = [String(port), login.username, login.password, String(devices), String(seconds)];
    const load = Bun.spawn([process.execPath, "scripts/bench-edge-memory/site-load.ts", ...args], {
      stdout: "pipe",
      stderr: "inherit",
      timeout: (seconds + 60) * 1_000,
    });
    const said = new Response(load.stdout).text();
    const looks: number[] = [];
    let ended = false;
    load.exited.finally(() => {
      ended = true;
    });
    while (!ended) {
      looks.push(residentMib(broker.pid));
      await Bun.sleep((seconds * 1_000) / LOOKS);
    }
    const { sent, acknowledged } = JSON.parse(await said) as { sent: number; acknowledged: number };
    return { mib: median(looks.slice(-LOOKS / 3)), acknowledged: (100 * acknowledged) / sent };
  } finally {
    broker.kill();
    await broker.exited;
  }
}

function residentMib(pid: number): number {
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(resident?.[1] ?? 0) / 1_024;
}
