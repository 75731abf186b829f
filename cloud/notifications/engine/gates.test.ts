import { expect, test } from "bun:test";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import { SECOND } from "../../../protocol/units.ts";
import { Gates } from "./gates.ts";
import type { ChannelLimits } from "./lane-names.ts";

const clock = () => new ManualClock();
const gatesOf = (apns: { atOnce: number; perSecond: number | null }, at: ManualClock) =>
  new Gates({ apns } as ChannelLimits, at);
const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

test("so many are let through at once, and the next when what came of one is written down", async () => {
  const gate = gatesOf({ atOnce: 2, perSecond: null }, clock()).gate("apns one");
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const passed = [0, 1, 2].map((index) =>
    gate.pass(async () => {
      begun.push(index);
      await new Promise<void>((resolve) => ends.push(resolve));
      return index;
    }, -1),
  );
  await settled();
  expect(begun).toEqual([0, 1]);
  ends[1]!();
  const { putDown } = await passed[1]!;
  await settled();
  expect(begun).toEqual([0, 1]);
  putDown();
  await settled();
  expect([begun, gate.isIdle]).toEqual([[0, 1, 2], false]);
  for (const end of ends) end();
  const all = await Promise.all(passed);
  expect(all.map(({ value }) => value)).toEqual([0, 1, 2]);
  all[0]!.putDown();
  all[2]!.putDown();
  expect(gate.isIdle).toBe(true);
});

test("no more a second than there may be, whoever hands them over", async () => {
  const at = clock();
  const gates = gatesOf({ atOnce: 1_000, perSecond: 20 }, at);
  let begun = 0;
  const passed = Array.from({ length: 30 }, async () => {
    const { putDown } = await gates.gate("apns one").pass(async () => {
      begun += 1;
    }, undefined);
    putDown();
  });
  // Another organisation's stand in another lane.
  let others = 0;
  await gates.gate("apns two").pass(async () => {
    others += 1;
  }, undefined);
  await settled();
  expect([begun, others]).toEqual([3, 1]);
  expect(gates.pace("apns one").take(at.nowMs())).toBeGreaterThan(0);
  for (let step = 0; step < 10; step += 1) {
    at.advance(SECOND / 10);
    await settled();
  }
  expect(begun).toBe(23);
  at.advance(SECOND);
  await Promise.all(passed);
});

test("one that fails is told, and gives its place back", async () => {
  const gate = gatesOf({ atOnce: 1, perSecond: null }, clock()).gate("apns one");
  const failed = gate.pass(() => Promise.reject(new Error("broken")), 0);
  expect(await failed.catch((error: Error) => error.message)).toBe("broken");
  expect((await gate.pass(async () => 1, 0)).value).toBe(1);
});

test("nobody waits for long where nobody comes back", async () => {
  const at = clock();
  const gate = gatesOf({ atOnce: 1, perSecond: null }, at).gate("apns one");
  void gate.pass(() => new Promise<string>(() => undefined), "late");
  const waiting = gate.pass(async () => "passed", "late");
  at.advance(2 * SECOND);
  expect((await waiting).value).toBe("late");
});

test("where some come back, somebody waits longer, but not for ever", async () => {
  const at = clock();
  const gate = gatesOf({ atOnce: 2, perSecond: null }, at).gate("apns one");
  const slow = await gate.pass(async () => "slow", "late");
  void gate.pass(() => new Promise<string>(() => undefined), "late");
  const waiting = [0, 1, 2].map(() => gate.pass(async () => "passed", "late"));
  at.advance(1.5 * SECOND);
  slow.putDown();
  const first = await waiting[0]!;
  expect(first.value).toBe("passed");
  at.advance(1.5 * SECOND);
  first.putDown();
  expect((await waiting[1]!).value).toBe("passed");
  at.advance(2 * SECOND);
  expect((await waiting[2]!).value).toBe("late");
});
