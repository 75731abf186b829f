import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { SECOND } from "../../protocol/units.ts";
import { type Connection, type ConnectionEvent, type ConnectionKind, nextConnection } from "./connection.ts";
import {
  CHANGED_EVERY_MS,
  Live,
  type LiveParts,
  POLL_AFTER_MS,
  type Polled,
  SILENCE_MS,
  type Wish,
} from "./live.ts";
import { POLL_GAP_MS, POLL_RETRY_MS } from "./poller.ts";

type Handlers = Parameters<LiveParts["connect"]>[1];
const EPOCH = "0123456789abcdef";
const at = (seq: number) => `${EPOCH}:${seq}`;

/** The other end of the line, in the hands of the test. */
class FakeLine {
  readonly sent: string[] = [];
  closedByPage = false;
  readonly wish: Wish;
  readonly on: Handlers;

  constructor(wish: Wish, on: Handlers) {
    this.wish = wish;
    this.on = on;
  }

  say(event: object): void {
    this.on.message(JSON.stringify(event));
  }
}

let clock: ManualClock;
let lines: FakeLine[];
/** What was asked over HTTP, and what is answered. */
let polls: (Wish & { holds: boolean; signal: AbortSignal })[];
let answer: () => Polled | Promise<Polled>;
let changes: number;
let live: Live;

const line = () => lines.at(-1)!;
const kind = () => live.connection.value.kind;
const heartbeat = (id?: string) => line().say({ type: "heartbeat", id, now: clock.nowMs() });
const status = (seq: number) => ({
  type: "device:status" as const,
  id: at(seq),
  device: "d1",
  site: "s",
  connectivity: "online" as const,
  health: "healthy" as const,
  since: seq,
});
/** Loses lines that never opened, until the page asks over HTTP. */
const block = async () => {
  while (polls.length === 0) {
    line().on.closed();
    clock.advance(2 * SECOND);
    await settle();
  }
};
const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

beforeEach(() => {
  clock = new ManualClock();
  lines = [];
  polls = [];
  answer = () => ({ kind: "polled", events: [] });
  changes = 0;
  live = new Live({
    clock,
    random: seededRandom(3),
    connect(wish, on) {
      const fake = new FakeLine(wish, on);
      lines.push(fake);
      return {
        send: (text) => void fake.sent.push(text),
        close() {
          fake.closedByPage = true;
          on.closed();
        },
      };
    },
    poll: async (wish, holds, signal) => {
      polls.push({ ...wish, holds, signal });
      return answer();
    },
    changed: () => {
      changes += 1;
    },
  });
});
afterEach(() => live.stop());

describe("the connection of a page", () => {
  test("is live from the first message, not from the moment it is opened", () => {
    live.start(at(3));
    expect(kind()).toBe("connecting");
    heartbeat();
    expect(kind()).toBe("live");
    expect(changes).toBe(0);
  });

  test("starts once, however often it is asked to", () => {
    live.start(at(3));
    live.start(at(3));
    expect(lines).toHaveLength(1);
  });

  test("goes on where the page was rendered, and where the line broke", () => {
    live.start(at(3));
    const shown = live.device("d1");
    line().say(status(4));
    heartbeat(at(5));
    line().on.closed();
    expect(kind()).toBe("reconnecting");
    clock.advance(2 * SECOND);
    line().say(status(6));
    expect(lines.map(({ wish }) => wish.after)).toEqual([at(3), at(5)]);
    // Of what was measured meanwhile nobody was told: history is asked for again.
    expect([kind(), shown.value?.sinceMs, live.missed.value]).toEqual(["live", 6, 1]);
  });

  test("takes each event once, whichever way it comes", () => {
    live.start(at(3));
    const shown = live.device("d1");
    line().say(status(5));
    line().say(status(4));
    expect(shown.value?.sinceMs).toBe(5);
    const told: number[] = [];
    live.watch("d1", ({ readings }) => told.push(readings[0]![1]));
    for (const seq of [6, 6, 5, 7]) {
      line().say({ type: "telemetry", id: at(seq), device: "d1", readings: [["power", seq, 1]] });
    }
    expect(told).toEqual([6, 7]);
  });

  test("asks for all the page shows when the cloud cannot tell what was missed", () => {
    live.start(at(3));
    heartbeat(at(3));
    line().say({ type: "resync", id: "fedcba9876543210:0" });
    expect(live.missed.value).toBe(1);
    clock.advance(CHANGED_EVERY_MS);
    expect(changes).toBe(1);
    line().on.closed();
    clock.advance(2 * SECOND);
    expect(line().wish.after).toBe("fedcba9876543210:0");
  });

  test("asks for all of it too when it never knew of when the page is", () => {
    live.start(null);
    line().on.closed();
    clock.advance(2 * SECOND);
    heartbeat(at(9));
    expect(live.missed.value).toBe(1);
  });

  test("waits longer after each failure, and never as long as nobody would wait", () => {
    live.start(at(3));
    const waits: number[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      line().on.closed();
      const before = clock.monotonicMs();
      const known = lines.length;
      while (lines.length === known) clock.advance(100);
      waits.push(clock.monotonicMs() - before);
    }
    expect(waits[0]).toBeLessThanOrEqual(1_100);
    expect(waits[6]).toBeGreaterThan(20 * SECOND);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_100);
  });

  test("takes a silent line for a dead one", () => {
    live.start(at(3));
    heartbeat();
    clock.advance(SILENCE_MS - 1);
    expect(kind()).toBe("live");
    clock.advance(1);
    expect(line().closedByPage || lines.length > 1).toBe(true);
    expect(kind()).toBe("reconnecting");
  });

  test("asks over HTTP when a line cannot be opened twice in a row, and then waits there for news", async () => {
    live.start(at(3));
    const shown = live.device("d1");
    answer = () => ({ kind: "polled", events: [status(4)] });
    line().on.closed();
    clock.advance(2 * SECOND);
    await settle();
    expect([kind(), polls.length]).toEqual(["reconnecting", 0]);
    line().on.closed();
    clock.advance(0);
    await settle();
    expect([kind(), shown.value?.sinceMs]).toEqual(["polling", 4]);
    clock.advance(2 * POLL_GAP_MS);
    await settle();
    expect(polls).toMatchObject([
      { after: at(3), holds: false },
      { after: at(4), holds: true },
    ]);
    expect(live.missed.value).toBe(0);
  });

  test("asks over HTTP when the line says nothing at all", async () => {
    live.start(at(3));
    line().on.closed();
    clock.advance(POLL_AFTER_MS);
    await settle();
    expect([polls.length, kind()]).toEqual([1, "polling"]);
  });

  test("asks anew when it looks at something else", async () => {
    live.start(at(3));
    await block();
    answer = () => new Promise(() => {});
    clock.advance(2 * POLL_GAP_MS);
    live.watch("d7", () => {});
    await settle();
    clock.advance(0);
    expect(polls.at(-2)).toMatchObject({ watch: [], signal: { aborted: true } });
    expect(polls.at(-1)).toMatchObject({ watch: ["d7"], signal: { aborted: false } });
  });

  test("goes back to the line, and asks over HTTP no more", async () => {
    live.start(at(3));
    await block();
    answer = () => new Promise(() => {});
    clock.advance(2 * POLL_GAP_MS);
    await settle();
    const known = polls.length;
    live.hurry();
    heartbeat(at(4));
    expect([kind(), polls.at(-1)?.signal.aborted]).toEqual(["live", true]);
    clock.advance(3 * POLL_RETRY_MS);
    await settle();
    expect(polls).toHaveLength(known);
  });

  test("is offline when HTTP fails too, and recovers by itself", async () => {
    live.start(at(3));
    heartbeat();
    answer = () => ({ kind: "unreached" });
    await block();
    expect(kind()).toBe("offline");
    answer = () => ({ kind: "polled", events: [] });
    clock.advance(POLL_RETRY_MS * 1.1);
    await settle();
    expect(kind()).toBe("polling");
  });

  test("is offline at once when the machine has no network", () => {
    live.start(at(3));
    heartbeat();
    live.unreached();
    expect([kind(), line().closedByPage]).toEqual(["offline", true]);
    clock.advance(2 * SECOND);
    heartbeat(at(4));
    expect(kind()).toBe("live");
  });

  test("ends, and asks no more, when the session is over", async () => {
    live.start(at(3));
    answer = () => ({ kind: "refused" });
    await block();
    expect(kind()).toBe("ended");
    const known = lines.length;
    clock.advance(10 * 60 * SECOND);
    await settle();
    expect([lines.length, polls.length]).toEqual([known, 1]);
  });

  test("ends at once when the cloud closes the line because the session is over", () => {
    live.start(at(3));
    heartbeat();
    line().on.closed("refused");
    clock.advance(10 * 60 * SECOND);
    expect([kind(), lines.length, polls.length, clock.pending]).toEqual(["ended", 1, 0, 0]);
  });

  test("leaves nothing running when it is stopped", () => {
    live.start(at(3));
    heartbeat();
    live.stop();
    expect(line().closedByPage).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test("does not take a message of a line that it gave up", () => {
    live.start(at(3));
    const first = line();
    first.on.closed();
    first.say({ type: "heartbeat", now: clock.nowMs() });
    expect(kind()).toBe("reconnecting");
  });

  test("hurries only while there is no line", () => {
    live.start(at(3));
    live.hurry();
    expect(lines).toHaveLength(1);
    line().on.closed();
    live.hurry();
    expect(lines).toHaveLength(2);
  });
});

test("a machine that slept takes the line it had for dead, and one that did not keeps it", () => {
  live.start(at(3));
  heartbeat();
  live.hurry();
  expect(lines).toHaveLength(1);
  // The wall clock goes on in its sleep, its timers do not.
  clock.jump(60 * SECOND);
  live.hurry();
  expect([lines.length, lines[0]?.closedByPage, kind()]).toEqual([2, true, "reconnecting"]);
  heartbeat();
  expect(kind()).toBe("live");
});

describe("the machine behind the indicator", () => {
  const KINDS: ConnectionKind[] = ["connecting", "live", "reconnecting", "polling", "offline", "ended"];
  const EVENTS: ConnectionEvent[] = ["heard", "lost", "polled", "unreached", "refused"];

  test("says live only after hearing something, in every state and for every event", () => {
    for (const from of KINDS) {
      for (const event of EVENTS) {
        const now: Connection = { kind: from, sinceMs: 1 };
        const next = nextConnection(now, event, 2);
        if (next.kind === "live") expect(event === "heard" || from === "live").toBe(true);
        if (from === "live" && event === "lost") expect(next.kind).toBe("reconnecting");
        if (event === "heard" && from !== "ended") expect(next.kind).toBe("live");
        if (event === "refused") expect(next.kind).toBe("ended");
        if (next.kind === from) expect(next).toBe(now);
        else expect(next.sinceMs).toBe(2);
      }
    }
  });
});
