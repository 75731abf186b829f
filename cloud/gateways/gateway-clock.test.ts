import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ClockStep } from "../../protocol/frames/control.ts";
import { HOUR, SECOND } from "../../protocol/units.ts";
import { type ClockHistory, skewAt } from "./clock-history.ts";
import { ASK_AFTER_MS, GatewayClock } from "./gateway-clock.ts";

const NOW = 1_764_000_000_000;
const NOTHING: ClockHistory = { urgent: [], bulk: [] };
const at = (seq: number) => ({ urgent: seq, bulk: seq });
const both = (stretches: { after: number; skewMs: number }[]) => ({ urgent: stretches, bulk: stretches });
const sample = (skewMs: number) => ({ theirMs: NOW + skewMs, nowMs: NOW, roundTripMs: 0 });
/** Steps at these seqs of both lanes; `null` is a start. */
const steps = (...of: [seq: number, byMs: number | null][]): ClockStep[] =>
  of.map(([seq, byMs], index) => ({ number: index + 1, urgent: seq, bulk: seq, byMs }));

describe("the clock of a gateway", () => {
  test("that is off from the first session on was off before it, as far as anybody knows", () => {
    const clock = new GatewayClock(NOTHING, at(0), sample(2 * HOUR));
    expect([clock.skewMs, clock.skewAt("bulk", 1), clock.skewAt("urgent", 900)]).toEqual([
      2 * HOUR,
      2 * HOUR,
      2 * HOUR,
    ]);
    expect(clock.isTaken).toBe(false);
    clock.take();
    expect(clock.isTaken).toBe(true);
  });

  test("that was put right while the line was down was wrong up to there", () => {
    const clock = new GatewayClock(both([{ after: 0, skewMs: 0 }]), at(10), sample(0));
    // Started behind by three hours at 15, as without a battery, and put right at 20.
    clock.told(steps([0, null], [15, null], [20, 3 * HOUR]));
    expect(clock.history).toEqual(
      both([
        { after: 0, skewMs: 0 },
        { after: 15, skewMs: -3 * HOUR },
        { after: 20, skewMs: 0 },
      ]),
    );
  });

  test("that is set back during a session is so from exactly that entry on, told once or twice", () => {
    const clock = new GatewayClock(NOTHING, at(0), sample(0));
    clock.told(steps([0, null]));
    const told = steps([0, null], [7, -2 * HOUR]);
    clock.told(told);
    clock.told(told);
    expect(clock.skewMs).toBe(-2 * HOUR);
    expect([7, 8].map((seq) => clock.skewAt("bulk", seq))).toEqual([0, -2 * HOUR]);
    // Twice at the same place, as when it was quiet.
    clock.told([
      ...told,
      { number: 3, urgent: 7, bulk: 7, byMs: HOUR },
      { number: 4, urgent: 7, bulk: 7, byMs: HOUR },
    ]);
    expect(clock.skewMs).toBe(0);
    expect(clock.history).toEqual(both([{ after: 0, skewMs: 0 }]));
  });

  test("that jumps without a word is measured, and is so behind what was heard of", () => {
    const clock = new GatewayClock(NOTHING, at(0), sample(0));
    expect(clock.mayAsk(1_000)).toBe(true);
    clock.answered({ theirMs: NOW - HOUR, nowMs: NOW }, 1_020, { urgent: 3, bulk: 9 });
    expect([clock.skewAt("urgent", 3), clock.skewAt("urgent", 4), clock.skewAt("bulk", 9)]).toEqual([
      0,
      -HOUR + 10,
      0,
    ]);
  });

  test("that drifts by less than a second is the same", () => {
    const clock = new GatewayClock(both([{ after: 0, skewMs: HOUR }]), at(4), sample(HOUR + 900));
    expect(clock.history).toEqual(both([{ after: 0, skewMs: HOUR }]));
    expect(clock.isTaken).toBe(true);
  });

  test("is asked until it is known, then every minute, and one question at a time", () => {
    const clock = new GatewayClock(NOTHING, at(0), sample(0));
    const asked: number[] = [];
    for (let second = 0; second <= 180; second += 5) {
      if (!clock.mayAsk(second * SECOND)) continue;
      asked.push(second);
      clock.answered({ theirMs: NOW, nowMs: NOW }, second * SECOND, at(0));
    }
    expect(asked).toEqual([0, 5, 10, 15, 75, 135]);
    expect(clock.mayAsk(200 * SECOND)).toBe(true);
    expect(clock.mayAsk(200 * SECOND + ASK_AFTER_MS / 4)).toBe(false);
    expect(clock.mayAsk(200 * SECOND + ASK_AFTER_MS)).toBe(true);
  });
});

/** What happens to a gateway: it writes entries, its clock is set, it starts again, its line comes and goes. */
type Deed =
  | { do: "write"; entries: number }
  | { do: "set"; byMs: number }
  | { do: "connect" }
  | { do: "apply" };

test("every entry is known by the clock that wrote it, whenever the clock was set and the line was there", () => {
  const deed: fc.Arbitrary<Deed> = fc.oneof(
    fc.record({ do: fc.constant("write" as const), entries: fc.integer({ min: 1, max: 5 }) }),
    fc.record({
      do: fc.constant("set" as const),
      byMs: fc.integer({ min: -90, max: 90 }).map((n) => n * 60_000),
    }),
    fc.constant({ do: "connect" as const }),
    fc.constant({ do: "apply" as const }),
  );
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
      let head = 0;
      let skewMs = 0;
      let applied = 0;
      let history = NOTHING;
      let clock: GatewayClock | null = null;
      const truth: number[] = [0];
      const told: ClockStep[] = steps([0, null]);
      const connect = () => {
        clock = new GatewayClock(history, at(applied), sample(skewMs));
        clock.told(told.slice());
        history = { ...clock.history };
      };
      const all: Deed[] = [...deeds, { do: "connect" }, { do: "apply" }];
      for (const step of all) {
        if (step.do === "write") for (let n = 0; n < step.entries; n += 1) truth[++head] = skewMs;
        else if (step.do === "connect") connect();
        else if (step.do === "set") {
          skewMs += step.byMs;
          told.push({ number: told.length + 1, urgent: head, bulk: head, byMs: step.byMs });
          const open = clock as GatewayClock | null;
          open?.told(told.slice());
          if (open !== null) history = { ...open.history };
        } else if (clock !== null) {
          for (let seq = applied + 1; seq <= head; seq += 1) {
            expect((clock as GatewayClock).skewAt("bulk", seq)).toBe(truth[seq]!);
          }
          applied = head;
        }
      }
      for (let seq = 1; seq <= head; seq += 1) expect(skewAt(history.urgent, seq)).toBe(truth[seq]!);
    }),
    { numRuns: 500 },
  );
});
