import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { DAY, HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import { JobSite } from "./testing/job-site.ts";

const id = (n: number) => `0192f0c1-2345-7abc-8def-${String(n).padStart(12, "0")}`;
const [A, B, C] = [id(1), id(2), id(3)] as const;

let site: JobSite;
beforeEach(() => {
  site = new JobSite();
  site.jobs.start();
});
afterEach(() => site[Symbol.dispose]());

describe("a command to a device", () => {
  test("is told once, and what the device answers is what came of it", async () => {
    site.connect("till-1");
    site.want({ execution: A });
    expect(site.states()).toEqual(["delivered", "running"]);
    await site.settle();
    expect(site.published).toEqual([{ device: "till-1", execution: A, command: "blink", args: {} }]);
    site.answer("till-1", A, { ok: true, output: { blinked: 3 } });
    expect(site.told("job.state")).toMatchObject([
      { state: "succeeded", output: { blinked: 3 }, attempt: 1 },
    ]);
    site.answer("till-1", A, { ok: false, error: "too late" });
    expect(site.states()).toEqual([]);
  });

  test("waits for a device that is away, or does not listen", async () => {
    site.want({ execution: A });
    await site.settle();
    site.db.transaction(() => site.devices.setConnectivity("till-1", "online", "connected"));
    site.jobs.connected("till-1");
    await site.settle();
    expect(site.published).toEqual([]);
    site.hearing.add("till-1");
    site.jobs.subscribed("till-1", "homepot/till-1/#");
    await site.settle();
    expect(site.published.length).toBe(1);
  });

  test("that fails is tried again, later each time, and fails at last with what the device said", async () => {
    site.connect("till-1");
    site.want({ execution: A, retries: { max: 1, firstMs: 10 * SECOND, maxMs: MINUTE } });
    await site.settle();
    site.answer("till-1", A, { ok: false, error: "no paper" });
    expect(site.states()).toEqual(["delivered", "running", "delivered: the device answered: no paper"]);
    site.clock.advance(10 * SECOND);
    await site.settle();
    expect(site.published.length).toBe(2);
    site.answer("till-1", A, { ok: false, error: "no paper" });
    expect(site.states()).toEqual(["running", "failed: the device answered: no paper"]);
  });

  test("that is not answered in time has timed out", async () => {
    site.connect("till-1");
    site.want({ execution: A, timeoutMs: MINUTE });
    await site.settle();
    site.clock.advance(MINUTE);
    expect(site.states().at(-1)).toBe("timed-out: it took longer than 60 s");
  });

  test("that is asked for again is not begun again: its state is told anew", async () => {
    site.connect("till-1");
    site.want({ execution: A });
    await site.settle();
    site.answer("till-1", A, { ok: true });
    site.states();
    site.want({ execution: A });
    await site.settle();
    expect(site.states()).toEqual(["succeeded"]);
    expect(site.published.length).toBe(1);
  });

  test("to a device that is not here, of a kind nobody knows, or with bad arguments fails and says why", () => {
    site.want({ execution: A, device: "till-9" });
    site.want({ execution: B, jobKind: "levitate" });
    site.want({ execution: C, arguments: {} });
    site.want({ execution: id(4), jobKind: "script.run", arguments: { script: "x" } });
    expect(site.states().filter((state) => state.startsWith("failed"))).toEqual([
      "failed: there is no device till-9 here",
      "failed: this gateway knows no jobs of the kind levitate; update it",
      expect.stringContaining("failed: command: "),
      "failed: script.run cannot be run on a device",
    ]);
  });

  test("tells of its progress once a second, the newest, and of its lines in their order", async () => {
    site.connect("till-1");
    site.want({ execution: A });
    await site.settle();
    site.told("job.state");
    for (const percent of [10, 20, 30]) {
      site.db.transaction(() => site.jobs.answered("till-1", A, { channel: "progress", percent }));
    }
    for (const message of ["one", "two\nthree"]) {
      site.db.transaction(() => site.jobs.answered("till-1", A, { channel: "log", level: "info", message }));
    }
    site.clock.advance(SECOND);
    const told = site.told("job.progress", "job.log");
    expect(told.map((event) => (event.kind === "job.progress" ? event.percent : event.kind))).toEqual([
      10,
      "job.log",
      "job.log",
      30,
    ]);
    expect(
      told.flatMap((event) => (event.kind === "job.log" ? event.lines.map(({ message }) => message) : [])),
    ).toEqual(["one", "two", "three"]);
  });
});

describe("what waits", () => {
  test("begins in its order, one at a time on a device, and no more than the gateway takes", async () => {
    using small = new JobSite(["a", "b", "c"], { running: 2, runningPerTarget: 1 });
    small.jobs.start();
    for (const device of ["a", "b", "c"]) small.connect(device);
    small.db.transaction(() => {
      small.want({ execution: id(1), device: "a", position: 5 });
      small.want({ execution: id(2), device: "a", position: 1 });
      small.want({ execution: id(3), device: "b", position: 9 });
      small.want({ execution: id(4), device: "c", position: 2 });
    });
    await small.settle();
    expect(small.published.map(({ execution }) => execution)).toEqual([id(2), id(4)]);
    small.answer("a", id(2), { ok: true });
    await small.settle();
    expect(small.published.map(({ execution }) => execution)).toEqual([id(2), id(4), id(1)]);
  });

  test("is put aside when much of it cannot begin yet, until its device or its time comes, it expires or is cancelled", async () => {
    using busy = new JobSite(["a", "b", "c", "d"], { running: 10, runningPerTarget: 1, manyWait: 1 });
    const lookedAt = (): string[] =>
      busy.db.sqlite
        .query<{ id: string }, []>(
          "SELECT id FROM job_execution WHERE state = 'delivered' AND waits_for IS NULL ORDER BY id",
        )
        .all()
        .map((row) => row.id);
    busy.jobs.start();
    busy.connect("b");
    const nowMs = busy.clock.nowMs();
    const atOne = { hours: { from: "13:00", to: "14:00" }, timeZone: "UTC" };
    busy.db.transaction(() => {
      busy.want({ execution: id(1), device: "a" });
      busy.want({ execution: id(2), device: "b", window: atOne, expiresMs: nowMs + 2 * HOUR });
      busy.want({ execution: id(3), device: "c", expiresMs: nowMs + MINUTE });
      busy.want({ execution: id(4), device: "d" });
    });
    await busy.settle();
    busy.clock.advance(20 * SECOND);
    await busy.settle();
    expect(lookedAt()).toEqual([]);
    busy.connect("a");
    await busy.settle();
    expect(busy.published.map(({ execution }) => execution)).toEqual([id(1)]);
    busy.db.transaction(() => busy.jobs.apply({ kind: "job.cancel", job: id(99), execution: id(4) }));
    busy.told("job.state");
    // Without a connection of its own: it was late, and spoke.
    busy.db.transaction(() => {
      busy.want({ execution: id(5), device: "c" });
      busy.want({ execution: id(6), device: "d" });
    });
    busy.clock.advance(SECOND);
    expect(lookedAt()).toEqual([]);
    busy.hearing.add("d");
    busy.db.transaction(() => busy.devices.setConnectivity("d", "online", "spoke"));
    busy.clock.advance(MINUTE);
    await busy.settle();
    expect(busy.published.map(({ execution }) => execution)).toEqual([id(1), id(6)]);
    expect(busy.states()).toContain("expired: it could not begin in time");
    busy.crash();
    busy.connect("b");
    busy.clock.advance(HOUR - 2 * MINUTE);
    await busy.settle();
    expect(busy.published.map(({ execution }) => execution)).toEqual([id(1), id(6)]);
    busy.clock.advance(2 * MINUTE);
    await busy.settle();
    expect(busy.published.map(({ execution }) => execution)).toEqual([id(1), id(6), id(2)]);
  });

  test("gets another place in the queue", async () => {
    const job = id(77);
    site.want({ execution: A, position: 5 });
    site.want({ execution: B, job, position: 9 });
    site.db.transaction(() => site.jobs.apply({ kind: "job.order", job, position: 1 }));
    site.connect("till-1");
    await site.settle();
    expect(site.published[0]?.execution).toBe(B);
  });

  test("has expired when it could not begin in time", () => {
    site.want({ execution: A, expiresMs: site.clock.nowMs() + HOUR });
    for (let minute = 0; minute < 61; minute += 1) site.clock.advance(MINUTE);
    return site
      .settle()
      .then(() => expect(site.states()).toEqual(["delivered", "expired: it could not begin in time"]));
  });

  test("begins when its window opens", async () => {
    site.connect("till-1");
    const window = { hours: { from: "22:00", to: "05:00" }, timeZone: "Europe/London" };
    site.want({ execution: A, window, expiresMs: site.clock.nowMs() + 24 * HOUR });
    await site.settle();
    expect(site.published).toEqual([]);
    for (let minute = 0; minute < 9 * 60; minute += 1) {
      site.clock.advance(MINUTE);
      await site.settle();
    }
    expect(site.published.length).toBe(1);
    // 22:00 in London in June.
    expect(site.told("job.state").at(-1)).toMatchObject({ state: "running", atMs: Date.UTC(2026, 5, 1, 21) });
  });

  test("is cancelled, and so is what runs; what has ended stays", async () => {
    const job = id(77);
    site.connect("till-1");
    site.want({ execution: A, job });
    site.want({ execution: B, job });
    await site.settle();
    site.db.transaction(() => site.jobs.apply({ kind: "job.cancel", job }));
    expect(site.states()).toEqual([
      "delivered",
      "running",
      "delivered",
      "cancelled: cancelled",
      "cancelled: cancelled",
    ]);
    site.answer("till-1", A, { ok: true });
    site.db.transaction(() => site.jobs.apply({ kind: "job.cancel", job, execution: A }));
    expect(site.states()).toEqual([]);
  });
});

describe("after the gateway went down", () => {
  test("the answer to a command that was sent still counts, and it is not sent again", async () => {
    site.connect("till-1");
    site.want({ execution: A });
    await site.settle();
    site.crash();
    await site.settle();
    expect(site.published.length).toBe(1);
    site.answer("till-1", A, { ok: true });
    expect(site.states()).toEqual(["delivered", "running", "succeeded"]);
  });

  test("its time goes on as well", async () => {
    site.connect("till-1");
    site.want({ execution: A, timeoutMs: MINUTE });
    await site.settle();
    site.clock.advance(40 * SECOND);
    site.crash();
    site.clock.advance(19 * SECOND);
    expect(site.states()).toEqual(["delivered", "running"]);
    site.clock.advance(SECOND);
    expect(site.states()).toEqual(["timed-out: it took longer than 60 s"]);
  });

  test("what may run twice is run again; what may not, and is not known, is interrupted", async () => {
    site.want({ execution: A, device: "", jobKind: "sync.now", arguments: {} });
    await site.settle();
    expect(site.states()).toEqual(["delivered", "running"]);
    site.crash();
    await site.settle();
    expect(site.states()).toEqual(["delivered", "running"]);
    site.db.sqlite.run("UPDATE job_execution SET kind = 'script.run'");
    site.crash();
    expect(site.states()).toEqual([
      "interrupted: the gateway went down while it ran; what came of it is not known",
    ]);
  });
});

describe("the other kinds", () => {
  test("a restarted device is done when it says so, and verified when it is there again", async () => {
    site.connect("till-1");
    site.want({ execution: A, jobKind: "device.restart", arguments: {} });
    await site.settle();
    expect(site.published[0]).toMatchObject({ command: "restart" });
    site.answer("till-1", A, { ok: true });
    site.disconnect("till-1");
    site.connect("till-1");
    expect(site.states()).toEqual(["delivered", "running", "succeeded", "verified"]);
  });

  test("a device that restarts without a word is verified when it is there again", async () => {
    site.connect("till-1");
    site.want({ execution: A, jobKind: "device.restart", arguments: {} });
    await site.settle();
    site.disconnect("till-1");
    site.connect("till-1");
    expect(site.states()).toEqual(["delivered", "running", "succeeded", "verified"]);
  });

  test("settings are verified when the device reports that it runs with them, whenever that is", async () => {
    const config = { contactless: true, limits: { high: 50 } };
    site.want({ execution: A, jobKind: "config.set", arguments: { config } });
    await site.settle();
    site.db.transaction(() => site.jobs.reported("till-1", { contactless: false, limits: { high: 50 } }));
    expect(site.states()).toEqual(["delivered", "running"]);
    site.db.transaction(() => site.jobs.reported("till-1", { ...config, other: 1 }));
    expect(site.states()).toEqual(["succeeded", "verified"]);
    site.configs.set("till-1", config);
    site.want({ execution: B, jobKind: "config.set", arguments: { config } });
    await site.settle();
    expect(site.states()).toEqual(["delivered", "running", "succeeded", "verified"]);
  });

  test("settings that the device refuses have failed with its words, and what it says of another version is none of theirs", async () => {
    const want = async (execution: string, version: number) => {
      site.wantedVersions.set("till-1", version);
      site.want({ execution, jobKind: "config.set", arguments: { config: { volume: version } } });
      await site.settle();
    };
    const refuses = (version?: number) =>
      site.describe("till-1", {
        configError: "too loud",
        ...(version === undefined ? {} : { configErrorVersion: version }),
      });
    refuses(1);
    await want(A, 2);
    refuses();
    expect(site.states()).toEqual(["delivered", "running"]);
    refuses(2);
    expect(site.states()).toEqual(["failed: the device answered: too loud"]);
    // Another job that wants what is refused already.
    await want(B, 2);
    expect(site.states()).toEqual(["delivered", "running", "failed: the device answered: too loud"]);
    site.configs.set("till-1", { volume: 2 });
    await want(C, 2);
    expect(site.states()).toEqual(["delivered", "running", "succeeded", "verified"]);
  });

  test("a ping tells how long the answer took, or that nobody is there", async () => {
    site.want({ execution: A, jobKind: "ping", arguments: { count: 2 } });
    await site.settle();
    expect(site.states().at(-1)).toBe("failed: till-1 is not connected");
    site.connect("till-1");
    site.want({ execution: B, jobKind: "ping", arguments: { count: 2 } });
    await site.settle();
    site.clock.advance(12);
    site.answer("till-1", B, { ok: true, output: { count: 2 } });
    expect(site.told("job.state").at(-1)).toMatchObject({
      state: "succeeded",
      output: { roundTripMs: 12, device: { count: 2 } },
    });
    site.want({ execution: C, device: "", jobKind: "ping", arguments: {} });
    await site.settle();
    expect(site.told("job.state").at(-1)).toMatchObject({
      state: "succeeded",
      output: { state: "connected" },
    });
  });

  test("the gateway's newest log lines come as lines of the execution", async () => {
    site.want({ execution: A, device: "", jobKind: "logs.collect", arguments: { lines: 2 } });
    await site.settle();
    const lines = site.told("job.log").flatMap((event) => (event.kind === "job.log" ? event.lines : []));
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ["warning", "two"],
      ["info", "three"],
    ]);
  });

  test("everything that waits is sent, and the job ends when the cloud has it", async () => {
    site.want({ execution: A, device: "", jobKind: "sync.now", arguments: {} });
    await site.settle();
    site.uplog.acknowledged("urgent", site.uplog.head("urgent"));
    site.clock.advance(SECOND);
    await site.settle();
    expect(site.states().at(-1)).toBe("succeeded");
  });

  test("a gateway that is restarted comes back and says so; one that nobody would start does not go", async () => {
    site.want({ execution: A, device: "", jobKind: "gateway.restart", arguments: {} });
    await site.settle();
    expect(site.restarts).toBe(1);
    site.clock.advance(3 * SECOND);
    site.crash();
    expect(site.states()).toEqual(["delivered", "running", "succeeded", "verified"]);
    site.supervised = false;
    site.crash();
    site.want({ execution: B, device: "", jobKind: "gateway.restart", arguments: {} });
    await site.settle();
    expect(site.states().at(-1)).toContain("failed: nothing would start the gateway again");
  });
});

test("an execution that a schedule makes is told first, and again to a cloud that has lost it", async () => {
  site.db.transaction(() =>
    site.jobs.begin({
      ...{
        execution: A,
        job: id(77),
        jobKind: "ping",
        arguments: { count: 1 },
        position: 0,
        timeoutMs: MINUTE,
      },
      ...{
        retries: { max: 0, firstMs: SECOND, maxMs: SECOND },
        slotMs: 5,
        expiresMs: site.clock.nowMs() + HOUR,
      },
    }),
  );
  await site.settle();
  const told = () =>
    site.told("job.begun", "job.state").map((event) => ("state" in event ? event.state : event.kind));
  expect(told()).toEqual(["job.begun", "delivered", "running", "succeeded"]);
  site.db.transaction(() => site.jobs.announce());
  expect(told()).toEqual(["job.begun", "succeeded"]);
  expect(site.jobs.open(id(77))).toBe(0);
});

test("output that is too long is cut, and the log says so; lines beyond a bound are left out", async () => {
  site.connect("till-1");
  site.want({ execution: A });
  await site.settle();
  for (let line = 0; line < 60; line += 1) {
    const message = Array.from({ length: 100 }, (_, n) => `line ${line}.${n}`).join("\n");
    site.db.transaction(() => site.jobs.answered("till-1", A, { channel: "log", level: "info", message }));
  }
  const lines = site.told("job.log").flatMap((event) => (event.kind === "job.log" ? event.lines : []));
  expect(lines.length).toBe(5_001);
  expect(lines.at(-1)?.message).toContain("more than 5000 lines");
  site.answer("till-1", A, { ok: true, output: "x".repeat(100_000) });
  const [state, log] = site.told("job.state", "job.log");
  expect((state as { output: string }).output.length).toBeLessThanOrEqual(65_536);
  expect(log).toMatchObject({ lines: [{ level: "warning" }] });
});

test("what ended is known for as long as it may be asked for again, and forgotten then, while it runs", async () => {
  site.connect("till-1");
  site.want({ execution: A });
  await site.settle();
  site.answer("till-1", A, { ok: true });
  site.want({ execution: B, device: "till-2", expiresMs: site.clock.nowMs() + 90 * DAY });
  for (let day = 0; day < 59; day += 1) site.clock.advance(DAY);
  expect([site.jobs.knows("till-1", A), site.jobs.knows("till-2", B)]).toEqual([true, true]);
  site.clock.advance(DAY);
  site.clock.advance(HOUR);
  expect([site.jobs.knows("till-1", A), site.jobs.knows("till-2", B)]).toEqual([false, true]);
  expect(site.jobs.open("0192f0c1-0000-7000-8000-000000000001")).toBe(1);
});
