import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { SECOND } from "../../protocol/units.ts";
import { type Connection, type ConnectionEvent, type ConnectionKind, nextConnection } from "./connection.ts";
import { CHANGED_EVERY_MS, Live, type LiveParts, POLL_AFTER_MS, POLL_EVERY_MS, SILENCE_MS } from "./live.ts";

type Handlers = Parameters<LiveParts["connect"]>[0];

/** The other end of the line, in the hands of the test. */
class FakeLine {
  readonly sent: string[] = [];
  closedByPage = false;
  readonly on: Handlers;

  constructor(on: Handlers) {
    this.on = on;
  }

  say(event: object): void {
    this.on.message(JSON.stringify(event));
  }
}

let clock: ManualClock;
let lines: FakeLine[];
let probes: number;
let outcome: "polled" | "unreached" | "refused";
let changes: number;
let live: Live;

const line = () => lines.at(-1)!;
const kind = () => live.connection.value.kind;
const heartbeat = () => line().say({ type: "heartbeat", now: clock.nowMs() });
const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

beforeEach(() => {
  clock = new ManualClock();
  lines = [];
  probes = 0;
  outcome = "polled";
  changes = 0;
  live = new Live({
    clock,
    random: seededRandom(3),
    connect(on) {
      const fake = new FakeLine(on);
      lines.push(fake);
      return {
        send: (text) => void fake.sent.push(text),
        close() {
          fake.closedByPage = true;
          on.closed();
        },
      };
    },
    probe: async () => {
      probes += 1;
      return outcome;
    },
    changed: () => {
      changes += 1;
    },
  });
});
afterEach(() => live.stop());

describe("the connection of a page", () => {
  test("is live from the first message, not from the moment it is opened", () => {
    live.start();
    expect(kind()).toBe("connecting");
    heartbeat();
    expect(kind()).toBe("live");
    expect(changes).toBe(0);
  });

  test("starts once, however often it is asked to", () => {
    live.start();
    live.start();
    expect(lines).toHaveLength(1);
  });

  test("tries again when the line breaks, and then asks for what it missed", () => {
    live.start();
    heartbeat();
    line().on.closed();
    expect(kind()).toBe("reconnecting");
    clock.advance(2 * SECOND);
    expect(lines).toHaveLength(2);
    heartbeat();
    expect(kind()).toBe("live");
    expect(live.missed.value).toBe(1);
    clock.advance(CHANGED_EVERY_MS);
    expect(changes).toBe(1);
  });

  test("waits longer after each failure, and never as long as nobody would wait", () => {
    live.start();
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
    live.start();
    heartbeat();
    clock.advance(SILENCE_MS - 1);
    expect(kind()).toBe("live");
    clock.advance(1);
    expect(line().closedByPage || lines.length > 1).toBe(true);
    expect(kind()).toBe("reconnecting");
  });

  test("asks over HTTP while there is no line, and says so", async () => {
    live.start();
    line().on.closed();
    clock.advance(POLL_AFTER_MS);
    await settle();
    expect([probes, kind(), changes]).toEqual([1, "polling", 1]);
    clock.advance(POLL_EVERY_MS * 1.1);
    await settle();
    expect(probes).toBe(2);
    expect(live.missed.value).toBe(2);
  });

  test("stops asking over HTTP when the line is back", async () => {
    live.start();
    line().on.closed();
    clock.advance(POLL_AFTER_MS);
    await settle();
    live.hurry();
    heartbeat();
    expect(kind()).toBe("live");
    clock.advance(3 * POLL_EVERY_MS - 1);
    await settle();
    expect(probes).toBe(1);
  });

  test("is offline when HTTP fails too, and recovers by itself", async () => {
    live.start();
    heartbeat();
    line().on.closed();
    outcome = "unreached";
    clock.advance(POLL_AFTER_MS);
    await settle();
    expect(kind()).toBe("offline");
    outcome = "polled";
    clock.advance(POLL_EVERY_MS * 1.1);
    await settle();
    expect(kind()).toBe("polling");
  });

  test("is offline at once when the machine has no network", () => {
    live.start();
    heartbeat();
    live.unreached();
    expect(kind()).toBe("offline");
  });

  test("ends, and asks no more, when the session is over", async () => {
    live.start();
    line().on.closed();
    outcome = "refused";
    clock.advance(POLL_AFTER_MS);
    await settle();
    expect(kind()).toBe("ended");
    const known = lines.length;
    clock.advance(10 * 60 * SECOND);
    await settle();
    expect([lines.length, probes]).toEqual([known, 1]);
  });

  test("ends at once when the cloud closes the line because the session is over", () => {
    live.start();
    heartbeat();
    line().on.closed("refused");
    clock.advance(10 * 60 * SECOND);
    expect([kind(), lines.length, probes, clock.pending]).toEqual(["ended", 1, 0, 0]);
  });

  test("leaves nothing running when it is stopped", () => {
    live.start();
    heartbeat();
    live.stop();
    expect(line().closedByPage).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test("does not take a message of a line that it gave up", () => {
    live.start();
    const first = line();
    first.on.closed();
    first.say({ type: "heartbeat", now: clock.nowMs() });
    expect(kind()).toBe("reconnecting");
  });

  test("hurries only while there is no line", () => {
    live.start();
    live.hurry();
    expect(lines).toHaveLength(1);
    line().on.closed();
    live.hurry();
    expect(lines).toHaveLength(2);
  });
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
