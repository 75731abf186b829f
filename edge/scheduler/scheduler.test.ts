import { afterEach, describe, expect, test } from "bun:test";
import type { ScheduleSet } from "../../protocol/log/downlog/schedule-set.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import { JOB, ScheduleSite } from "./testing/schedule-site.ts";

const NOON = Date.UTC(2026, 5, 1, 12);
const OTHER = "0192f0c1-0000-7000-8000-00000000000b";
const cron = (text: string, timeZone = "UTC"): Pick<ScheduleSet, "timing"> => ({
  timing: { kind: "cron", cron: text, timeZone },
});

let site: ScheduleSite;
const open = (nowMs = NOON, devices?: string[]): ScheduleSite => {
  site = new ScheduleSite(nowMs, devices);
  return site;
};
afterEach(() => site[Symbol.dispose]());

/** Lets time pass, and everything that was begun ends every quarter of an hour. */
const pass = (forMs: number): string[] => {
  for (let leftMs = forMs; leftMs > 0; leftMs -= 15 * MINUTE) {
    site.clock.advance(Math.min(leftMs, 15 * MINUTE));
    site.finish();
  }
  return site.told();
};

describe("a schedule", () => {
  test("begins an execution on each of its devices when it comes due, with the slot it is for", () => {
    open().set({ devices: ["till-1", "till-2"], position: 4 });
    site.clock.advance(HOUR - 1);
    expect(site.site.told("job.begun")).toEqual([]);
    site.clock.advance(1);
    const begun = site.site.told("job.begun");
    expect(begun).toMatchObject([
      { job: JOB, device: "till-1", slotMs: NOON + HOUR, expiresMs: NOON + 25 * HOUR, atMs: NOON + HOUR },
      { job: JOB, device: "till-2", slotMs: NOON + HOUR },
    ]);
    expect(new Set(begun.map((event) => ("execution" in event ? event.execution : ""))).size).toBe(2);
  });

  test("of the gateway itself begins one, with all that was wanted of it", () => {
    open();
    const window = { hours: { from: "22:00", to: "05:00" }, timeZone: "Europe/London" };
    site.set({ jobKind: "sync.now", arguments: {}, window, devices: undefined as never });
    site.clock.advance(HOUR);
    const row = site.site.db.sqlite.query("SELECT kind, device, time_window FROM job_execution").get();
    expect(row).toEqual({ kind: "sync.now", device: null, time_window: JSON.stringify(window) });
  });

  test("for one moment begins once, and not before", () => {
    open().set({ timing: { kind: "at", atMs: NOON + 10 * MINUTE } });
    expect(pass(DAY)).toEqual(["2026-06-01T12:10 begun"]);
  });

  test("has none of the slots before it was wanted", () => {
    open().set({ fromMs: NOON + 90 * MINUTE });
    expect(pass(3 * HOUR)).toEqual(["2026-06-01T14:00 begun", "2026-06-01T15:00 begun"]);
  });

  test("that is not to be read here comes never due, and others do", () => {
    open().set(cron("61 * * * *"));
    site.set({ job: OTHER });
    expect(pass(HOUR)).toEqual(["2026-06-01T13:00 begun"]);
  });

  test("takes the place of the one before; what had come due by then is that one's", () => {
    open().set(cron("0 * * * *"));
    site.clock.jump(HOUR);
    site.set({ ...cron("30 * * * *"), fromMs: NOON + HOUR });
    expect(site.told()).toEqual(["2026-06-01T13:00 begun"]);
    site.finish();
    expect(pass(HOUR)).toEqual(["2026-06-01T13:30 begun"]);
  });

  test("that is said again as it was begins nothing anew", () => {
    open().set({ missed: "all" });
    expect(pass(2 * HOUR)).toHaveLength(2);
    site.set({ missed: "all", fromMs: NOON + 1 });
    expect(pass(HOUR)).toEqual(["2026-06-01T15:00 begun"]);
  });

  test("ends when it is removed, or is none of those that are wanted", () => {
    open().set({});
    site.set({ job: OTHER, ...cron("30 * * * *") });
    site.apply({ kind: "schedule.remove", job: JOB });
    expect(pass(HOUR)).toEqual(["2026-06-01T12:30 begun"]);
    site.apply({ kind: "schedule.only", jobs: [JOB] });
    expect(pass(DAY)).toEqual([]);
  });

  test("gives what it begins its place in the queue", () => {
    open().set({ position: 4 });
    site.apply({ kind: "job.order", job: JOB, position: 9 });
    site.clock.advance(HOUR);
    expect(site.site.db.sqlite.query("SELECT position FROM job_execution").get()).toEqual({ position: 9 });
  });

  test("that cannot be written, because the disk is full, is made later, and once", () => {
    open().set({});
    const { sqlite } = site.site.db;
    sqlite.run("CREATE TRIGGER full BEFORE INSERT ON job_execution BEGIN SELECT RAISE(ABORT, 'full'); END");
    site.clock.advance(HOUR);
    expect(site.told()).toEqual([]);
    sqlite.run("DROP TRIGGER full");
    site.clock.advance(10 * SECOND);
    expect(site.told()).toEqual(["2026-06-01T13:00 begun"]);
  });

  test("runs by the clock of its place, also when that is set", () => {
    open(Date.UTC(2026, 2, 28, 12)).set(cron("30 1 * * *", "Europe/London"));
    // 01:30 is not there on the 29th: it runs at 02:00, as soon as the hour is over.
    expect(pass(2 * DAY)).toEqual(["2026-03-29T01:00 begun", "2026-03-30T00:30 begun"]);
  });
});

describe("what came due while the gateway was down", () => {
  const missed = (policy: ScheduleSet["missed"], more: Partial<ScheduleSet> = {}): string[] => {
    open().set({ missed: policy, ...more });
    site.down(3.5 * HOUR);
    return [...site.told(), ...pass(HOUR)];
  };

  test("is left out, and told", () => {
    expect(missed("skip")).toEqual(["2026-06-01T13:00 missed ×3", "2026-06-01T16:00 begun"]);
  });

  test("is run once: the newest", () => {
    expect(missed("once")).toEqual([
      "2026-06-01T13:00 missed ×2",
      "2026-06-01T15:00 begun",
      "2026-06-01T16:00 begun",
    ]);
  });

  test("is all run, one after the other", () => {
    open().set({ missed: "all" });
    site.down(3.5 * HOUR);
    expect(site.told()).toEqual(["2026-06-01T13:00 begun"]);
    site.finish();
    expect(site.told()).toEqual(["2026-06-01T14:00 begun"]);
    site.down(0);
    expect(site.told()).toEqual([]);
    site.finish();
    expect(pass(HOUR)).toEqual(["2026-06-01T15:00 begun", "2026-06-01T16:00 begun"]);
  });

  test("is run a hundred times at most, and the rest counted", () => {
    open().set({ ...cron("* * * * *"), missed: "all", expiresAfterMs: 7 * DAY });
    site.down(2 * HOUR);
    const told = site.told();
    for (let n = 0; n < 150; n += 1) {
      site.finish();
      told.push(...site.told());
    }
    expect(told[0]).toBe("2026-06-01T12:01 missed ×20");
    expect(told.filter((line) => line.endsWith("begun"))).toHaveLength(100);
    expect(told.slice(1).every((line) => line.endsWith("begun"))).toBe(true);
  });

  test("and could not begin any more is left out, whatever the policy", () => {
    expect(missed("all", { expiresAfterMs: HOUR })).toEqual([
      "2026-06-01T13:00 missed ×2",
      "2026-06-01T15:00 begun",
      "2026-06-01T16:00 begun",
    ]);
  });

  test("a minute ago or less is in time", () => {
    open().set({ missed: "skip" });
    site.down(HOUR + 20 * SECOND);
    expect(site.told()).toEqual(["2026-06-01T13:00 begun"]);
  });

  test("a million times is dealt with at once", () => {
    open().set({ ...cron("* * * * * *"), missed: "once", expiresAfterMs: 90 * DAY });
    site.site.clock.jump(60 * DAY);
    site.clock.advance(30 * SECOND);
    const [first, second, ...others] = site.told();
    expect(first).toBe("2026-06-01T12:00 missed ×1000");
    expect(second).toBe("2026-07-31T12:00 begun");
    expect(others.every((line) => line.endsWith("overlap ×1"))).toBe(true);
  });
});

describe("what comes due while the run before has not ended", () => {
  test("is left out, and told", () => {
    open().set({});
    site.clock.advance(2.5 * HOUR);
    expect(site.told()).toEqual(["2026-06-01T13:00 begun", "2026-06-01T14:00 overlap ×1"]);
    site.finish();
    expect(pass(HOUR)).toEqual(["2026-06-01T15:00 begun"]);
  });

  test("waits, and begins after it, also after a restart", () => {
    open().set({ overlap: "queue", expiresAfterMs: 7 * DAY });
    site.clock.advance(3.5 * HOUR);
    expect(site.told()).toEqual(["2026-06-01T13:00 begun"]);
    site.finish();
    expect(site.told()).toEqual(["2026-06-01T14:00 begun"]);
    site.down(0);
    site.finish();
    expect(site.told()).toEqual(["2026-06-01T15:00 begun"]);
    site.finish();
    expect(site.told()).toEqual([]);
  });

  test("waits for the last of the run's devices", () => {
    open().set({ overlap: "queue", devices: ["till-1", "till-2"] });
    site.clock.advance(2 * HOUR);
    site.told();
    const [one, two] = site.site.db.sqlite.query<{ id: string }, []>("SELECT id FROM job_execution").all();
    site.apply({ kind: "job.cancel", job: JOB, execution: one!.id });
    site.clock.advance(0);
    expect(site.told()).toEqual([]);
    site.apply({ kind: "job.cancel", job: JOB, execution: two!.id });
    site.clock.advance(0);
    expect(site.told()).toEqual(["2026-06-01T14:00 begun", "2026-06-01T14:00 begun"]);
  });

  test("does not wait any more when the job is cancelled", () => {
    open().set({ overlap: "queue" });
    site.clock.advance(3 * HOUR);
    site.apply({ kind: "job.cancel", job: JOB });
    site.clock.advance(0);
    expect(site.told()).toEqual(["2026-06-01T13:00 begun"]);
    site.clock.advance(HOUR);
    expect(site.told()).toEqual(["2026-06-01T16:00 begun"]);
  });

  test("waits a hundred times at most", () => {
    open().set({ ...cron("* * * * *"), overlap: "queue" });
    site.clock.advance(103 * MINUTE);
    expect(site.told()).toEqual([
      "2026-06-01T12:01 begun",
      "2026-06-01T13:42 overlap ×1",
      "2026-06-01T13:43 overlap ×1",
    ]);
  });

  test("that never can begin ends at once, and the next goes on", () => {
    open().set({ overlap: "queue", missed: "all", jobKind: "levitate" });
    site.down(3.5 * HOUR);
    site.clock.advance(SECOND);
    expect(site.told()).toHaveLength(3);
  });
});

describe("when the clock is set", () => {
  const begun = (): string[] =>
    site
      .told()
      .filter((line) => line.endsWith("begun"))
      .map((line) => line.slice(0, 16));

  test("an hour forward, what came due in between was missed, and is not run again when the hour comes back", () => {
    open().set({ ...cron("*/30 * * * *"), missed: "once" });
    site.clock.jump(HOUR);
    site.clock.advance(30 * SECOND);
    expect(site.told()).toEqual(["2026-06-01T12:30 missed ×1", "2026-06-01T13:00 begun"]);
    site.finish();
    site.clock.jump(-HOUR);
    // 12:30 was not made and comes in its time; 13:00 was.
    expect(pass(2 * HOUR)).toEqual([
      "2026-06-01T12:30 begun",
      "2026-06-01T13:30 begun",
      "2026-06-01T14:00 begun",
    ]);
  });

  test("two hours back, what was run is not run again", () => {
    open().set({});
    expect(pass(2 * HOUR)).toHaveLength(2);
    site.clock.jump(-2 * HOUR);
    expect(pass(3.5 * HOUR)).toEqual(["2026-06-01T15:00 begun"]);
  });

  test("to 1970 nothing runs, and it goes on when the clock is right again", () => {
    open().set({ missed: "all", fromMs: NOON + 1 });
    expect(pass(HOUR)).toHaveLength(1);
    const awayMs = site.clock.nowMs();
    site.clock.jump(-awayMs);
    expect(pass(HOUR)).toEqual([]);
    site.down(MINUTE);
    site.clock.jump(awayMs);
    site.clock.advance(30 * SECOND);
    expect(begun()).toEqual(["2026-06-01T14:00"]);
  });

  test("to 2038 and back, there is no storm, and it goes on at its time", () => {
    open().set({ missed: "all", expiresAfterMs: DAY });
    const jumpMs = Date.UTC(2038, 0, 19, 3, 14) - NOON;
    site.clock.jump(jumpMs);
    site.clock.advance(MINUTE);
    for (let n = 0; n < 100; n += 1) site.finish();
    expect(begun().length).toBe(24);
    site.clock.jump(-jumpMs);
    expect(pass(2 * HOUR)).toEqual(["2026-06-01T13:00 begun", "2026-06-01T14:00 begun"]);
  });

  test("is noticed within half a minute", () => {
    open().set({ timing: { kind: "at", atMs: NOON + 30 * DAY } });
    site.clock.jump(30 * DAY);
    site.clock.advance(30 * SECOND);
    expect(begun()).toEqual(["2026-07-01T12:00"]);
  });

  test("anyhow, each slot is made once at most, and with the clock right all are made", () => {
    for (const seed of [1, 2, 3]) {
      using one = new ScheduleSite(NOON);
      site = one;
      const random = seededRandom(seed);
      const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random.next() * items.length)]!;
      one.set({
        ...cron("*/10 * * * *"),
        missed: pick(["skip", "once", "all"]),
        overlap: pick(["skip", "queue"]),
      });
      const lines: string[] = [];
      let offMs = 0;
      for (let step = 0; step < 40; step += 1) {
        const jumpMs = pick([HOUR, -2 * HOUR, 20 * MINUTE, -20 * MINUTE, 4_000 * DAY, -20_000 * DAY, -offMs]);
        if (step % 3 === 0) {
          one.clock.jump(jumpMs);
          offMs += jumpMs;
        }
        if (step % 7 === 0) one.down(pick([0, 5 * MINUTE, HOUR]));
        one.clock.advance(pick([MINUTE, 10 * MINUTE, HOUR]));
        for (let n = 0; n < 3; n += 1) one.finish();
        lines.push(...one.told().filter((line) => line.endsWith("begun")));
      }
      one.clock.jump(-offMs);
      one.clock.advance(MINUTE);
      for (let n = 0; n < 120; n += 1) one.finish();
      lines.push(...one.told().filter((line) => line.endsWith("begun")));
      expect(new Set(lines).size).toBe(lines.length);
      const calm: string[] = [];
      one.clock.advance(3 * HOUR);
      one.finish();
      one.told();
      for (let n = 0; n < 6; n += 1) {
        one.clock.advance(10 * MINUTE);
        one.finish();
        calm.push(...one.told());
      }
      expect(calm.length).toBe(6);
      expect(calm.every((line) => line.endsWith("begun"))).toBe(true);
    }
    site = new ScheduleSite(NOON);
  });
});

describe("many schedules", () => {
  test("that come due together are all begun, in several goes", () => {
    open();
    const jobs = Array.from(
      { length: 130 },
      (_, n) => `0192f0c1-0000-7000-8000-${String(n).padStart(12, "0")}`,
    );
    for (const job of jobs) site.set({ job });
    site.clock.advance(HOUR);
    expect(site.told()).toHaveLength(130);
    expect(site.clock.nowMs()).toBe(NOON + HOUR);
  });

  test("are made at most once when the process dies between", () => {
    open();
    const jobs = Array.from(
      { length: 130 },
      (_, n) => `0192f0c1-0000-7000-8000-${String(n).padStart(12, "0")}`,
    );
    for (const job of jobs) site.set({ job });
    site.clock.jump(HOUR);
    site.down(0);
    site.down(0);
    site.down(MINUTE);
    expect(site.told()).toHaveLength(130);
  });
});
