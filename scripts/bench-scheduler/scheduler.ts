import { Database } from "bun:sqlite";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { againstTarget, alone, type BenchRow, median } from "../bench-chunks/bench-row.ts";
import { untilAccepted } from "../bench-start/connack.ts";
import { freePort } from "../e2e/stack.ts";

const PROGRAM = "dist/homepot-edge-linux-x64";
const ROUNDS = 5;
/** Schedules that come due while it runs, so long after one another, the first so long after the start. */
const DUE = 100;
const DUE_EVERY_MS = 200;
const FIRST_DUE_MS = 3_000;
/** The next of the others. */
const FAR_AWAY_MS = Date.UTC(2_032, 1, 29, 4, 30);

interface Held {
  startsMs: number[];
  /** Resident, before the first came due and after the last, MiB. */
  beforeMib: number;
  afterMib: number;
  /** How long after its time each was done, ms. */
  lateMs: number[];
}

/**
 * A gateway whose database has so many schedules: how soon it takes connections, how soon after its time one that comes due is
 * done (a ping of the gateway itself, from its slot to its result on disk), and what memory that takes; beside the same gateway
 * with those that come due and no others.
 */
export async function benchScheduler(
  say: (line: string) => void,
  { schedules }: { schedules: number },
): Promise<BenchRow[]> {
  say("compiling the gateway");
  const built = Bun.spawnSync([process.execPath, "scripts/build.ts", PROGRAM.replace("dist/", "")]);
  if (built.exitCode !== 0) throw new Error(`the build failed: ${built.stdout}${built.stderr}`);
  const few = await hold(say, 0);
  const many = await hold(say, schedules);
  const sorted = many.lateMs.toSorted((a, b) => a - b);
  const count = schedules.toLocaleString("en");
  return [
    againstTarget(`scheduler: ${count} schedules, start to CONNACK`, median(many.startsMs), "ms", 500),
    alone("scheduler: none, start to CONNACK", median(few.startsMs), "ms"),
    againstTarget("scheduler: came due and done", sorted.length, "", DUE),
    alone("scheduler: due to done, p50", median(sorted), "ms"),
    againstTarget("scheduler: due to done, the latest", sorted.at(-1) ?? Number.NaN, "ms", 50),
    {
      ...againstTarget(`scheduler: memory with ${count}`, many.afterMib, "MiB", 0),
      ...{
        peer: "with none",
        peerValue: few.afterMib,
        ratio: many.afterMib / few.afterMib,
        target: "1.1 times",
      },
    },
    {
      ...againstTarget("scheduler: memory after the last came due", many.afterMib, "MiB", 0),
      peer: "before the first",
      ...{ peerValue: many.beforeMib, ratio: many.afterMib / many.beforeMib, target: "1.1 times" },
    },
  ];
}

async function hold(say: (line: string) => void, schedules: number): Promise<Held> {
  const directory = mkdtempSync(join(tmpdir(), "homepot-bench-scheduler-"));
  const port = await freePort();
  try {
    const added = Bun.spawnSync([PROGRAM, "device", "add", "bench", "--data", directory, "--json"]);
    const { username, password } = JSON.parse(added.stdout.toString()) as Record<
      "username" | "password",
      string
    >;
    const login = { clientId: username, username, password };
    const listen = `127.0.0.1:${port}`;
    const command = [PROGRAM, "run", "--data", directory, "--mqtt-listen", listen, "--log-level", "warning"];
    const start = async (then: (pid: number) => Promise<void>): Promise<number> => {
      const beganMs = performance.now();
      const program = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "inherit" });
      try {
        await untilAccepted(port, login);
        const tookMs = performance.now() - beganMs;
        await then(program.pid);
        return tookMs;
      } finally {
        program.kill();
        await program.exited;
      }
    };
    say(`${schedules.toLocaleString("en")} schedules`);
    addSchedules(directory, schedules, () => FAR_AWAY_MS);
    // Once before, so that nothing is read from a cold disk within what is measured.
    await start(async () => undefined);
    const startsMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) startsMs.push(await start(async () => undefined));
    const firstMs = Date.now() + FIRST_DUE_MS;
    addSchedules(directory, DUE, (index) => firstMs + index * DUE_EVERY_MS);
    const held: Held = { startsMs, beforeMib: 0, afterMib: 0, lateMs: [] };
    await start(async (pid) => {
      await Bun.sleep(firstMs - Date.now() - 200);
      held.beforeMib = residentMib(pid);
      await Bun.sleep(DUE * DUE_EVERY_MS + 1_000);
      held.afterMib = residentMib(pid);
    });
    using database = new Database(join(directory, "edge.db"), { readonly: true });
    held.lateMs = database
      .query<{ late: number }, []>(
        "SELECT since_ms - slot_ms AS late FROM job_execution WHERE state IN ('succeeded', 'verified')",
      )
      .all()
      .map(({ late }) => late);
    return held;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** As the cloud's wishes would have put them there. */
function addSchedules(directory: string, count: number, nextMs: (index: number) => number): void {
  using database = new Database(join(directory, "edge.db"), { strict: true });
  const insert = database.prepare(
    "INSERT INTO schedule (job, position, from_ms, next_ms, as_of_ms, done, work) VALUES (?, ?, ?, ?, ?, '[]', ?)",
  );
  const nowMs = Date.now();
  database.transaction(() => {
    for (let index = 0; index < count; index += 1) {
      const job = crypto.randomUUID();
      const atMs = nextMs(index);
      const timing =
        atMs === FAR_AWAY_MS
          ? { kind: "cron", cron: "30 4 29 2 *", timeZone: "Europe/Berlin" }
          : { kind: "at", atMs };
      const work = {
        ...{ job, jobKind: "ping", arguments: { count: 1 }, position: index, timeoutMs: 30_000, timing },
        ...{ retries: { max: 0, firstMs: 10_000, maxMs: 600_000 }, fromMs: nowMs - 1_000 },
        ...{ missed: "once", overlap: "skip", expiresAfterMs: 604_800_000 },
      };
      insert.run(job, index, nowMs - 1_000, atMs, nowMs - 1_000, JSON.stringify(work));
    }
  })();
}

function residentMib(pid: number): number {
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(resident?.[1] ?? 0) / 1_024;
}
