import { readFileSync } from "node:fs";
import { againstTarget, alone, type BenchRow } from "../bench-chunks/bench-row.ts";
import { Cloud, EMAIL, freePort, PASSWORD } from "../e2e/stack.ts";
import { enrol, Generator } from "./generators.ts";

/** Gateways of one generator process: beyond it the sockets of one event loop would be what is measured. */
const PER_PROCESS = 5_000;
const KIB = 1_024;
/** How long memory is left to settle: with few, shorter. */
const settleMs = (gateways: number): number => Math.min(5_000, gateways);
const ENTRIES_PER_SECOND = 1_000;

/**
 * So many gateways connected to one cloud process: what each costs in memory, beside a bare WebSocket of the runtime,
 * and how long a state change takes from a gateway to a browser that is logged in, while a thousand come in a second.
 */
export async function benchFanIn(
  say: (line: string) => void,
  { gateways, seconds }: { gateways: number; seconds: number },
): Promise<BenchRow[]> {
  say(`${gateways} bare WebSockets`);
  const bare = await bareKib(gateways);
  await using cloud = await Cloud.start();
  const { ids, key } = await enrol(cloud, gateways);
  const { pid } = cloud.program;
  await Bun.sleep(settleMs(gateways));
  const idleKib = residentKib(pid);
  const processes = Array.from({ length: Math.ceil(gateways / PER_PROCESS) }, () => new Generator(cloud.url));
  try {
    const steps: BenchRow[] = [];
    const held: [gateways: number, kib: number][] = [];
    let connected = 0;
    for (const goal of [gateways / 4, gateways / 2, gateways].map(Math.round)) {
      say(`connecting ${goal} gateways`);
      while (connected < goal) {
        const process = processes[Math.floor(connected / PER_PROCESS)]!;
        const some = ids.slice(
          connected,
          Math.min(goal, (Math.floor(connected / PER_PROCESS) + 1) * PER_PROCESS),
        );
        await process.order({ connect: some, key });
        connected += some.length;
      }
      await Bun.sleep(settleMs(gateways));
      const heldKib = residentKib(pid) - idleKib;
      const each = heldKib / goal;
      const name = `fan-in: memory of the cloud for each of ${goal.toLocaleString("en")} gateways`;
      steps.push(goal === gateways ? againstTarget(name, each, "KiB", 12) : alone(name, each, "KiB"));
      held.push([goal, heldKib]);
    }
    say(`${ENTRIES_PER_SECOND} state changes a second`);
    await using browser = await Browser.open(cloud);
    const share = ENTRIES_PER_SECOND / processes.length;
    // Every device is made by the first entry that names it: that is not what is measured.
    await Promise.all(
      processes.map((process) =>
        process.order({ load: share, seconds: Math.ceil(gateways / ENTRIES_PER_SECOND) + 1 }),
      ),
    );
    browser.delaysMs.length = 0;
    const loads = await Promise.all(processes.map((process) => process.order({ load: share, seconds })));
    const total = (name: string): number => loads.reduce((sum, answer) => sum + (answer[name] ?? 0), 0);
    const delays = browser.delaysMs.toSorted((a, b) => a - b);
    const at = (part: number): number => delays[Math.floor(delays.length * part)] ?? Number.NaN;
    const counts = await Promise.all(processes.map((process) => process.order({})));
    const open = counts.reduce((sum, answer) => sum + (answer.open ?? 0), 0);
    return [
      againstTarget("fan-in: gateways still connected", open, "", gateways),
      alone("fan-in: memory of a bare WebSocket", bare, "KiB"),
      ...steps,
      ...slopeOf(held),
      alone("fan-in: memory of the cloud under load", residentKib(pid) / KIB, "MiB"),
      againstTarget(
        "fan-in: entries acknowledged a second",
        total("acknowledged") / seconds,
        "",
        ENTRIES_PER_SECOND,
      ),
      alone("fan-in: state changes the browser heard", delays.length, ""),
      alone("fan-in: gateway to browser, p50", at(0.5), "ms"),
      againstTarget("fan-in: gateway to browser, p99", at(0.99), "ms", 250),
    ];
  } finally {
    for (const process of processes) process.kill();
  }
}

/** What each further gateway costs, and what a hundred thousand would take by that. */
function slopeOf(held: readonly [gateways: number, kib: number][]): BenchRow[] {
  const [[fewer, before], [more, after]] = held.slice(-2) as [[number, number], [number, number]];
  const slope = (after - before) / (more - fewer);
  return [
    alone("fan-in: memory for each further gateway", slope, "KiB"),
    alone("fan-in: memory for 100,000 gateways, by that", (after + slope * (100_000 - more)) / KIB, "MiB"),
  ];
}

async function bareKib(count: number): Promise<number> {
  const port = await freePort();
  const server = Bun.spawn([process.execPath, "scripts/bench-fan-in/bare-server.ts", String(port)], {
    stdout: "pipe",
  });
  await server.stdout.getReader().read();
  const processes = Array.from(
    { length: Math.ceil(count / PER_PROCESS) },
    () => new Generator(`ws://127.0.0.1:${port}`),
  );
  try {
    const before = residentKib(server.pid);
    for (const [index, process] of processes.entries()) {
      await process.order({ plain: Math.min(PER_PROCESS, count - index * PER_PROCESS) });
    }
    await Bun.sleep(settleMs(count));
    return (residentKib(server.pid) - before) / count;
  } finally {
    for (const process of processes) process.kill();
    server.kill();
    await server.exited;
  }
}

/** Somebody who looks at the dashboard: hears every state change, and notes how old it is. */
class Browser implements AsyncDisposable {
  readonly delaysMs: number[] = [];
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const event = JSON.parse(String(data)) as { type: string; since?: number };
      if (event.type === "device:status") this.delaysMs.push(Date.now() - (event.since ?? 0));
    };
  }

  static async open(cloud: Cloud): Promise<Browser> {
    const login = await fetch(`${cloud.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
    });
    const { token } = (await login.json()) as { token: string };
    const headers = { authorization: `Bearer ${token}` };
    const socket = new WebSocket(`${cloud.url.replace("http", "ws")}/api/v1/events`, {
      headers,
    } as unknown as string[]);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return new Browser(socket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
  }
}

function residentKib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
}
