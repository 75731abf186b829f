import { expect, test } from "bun:test";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { COMMIT_EVERY_MS, COMMITS_AT_ONCE, CommitPace } from "./commit-pace.ts";

async function isHeld(pace: CommitPace): Promise<{ held: boolean; begun: Promise<void> }> {
  let held = true;
  const begun = pace.next().then(() => {
    held = false;
  });
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  return { held, begun };
}

test("commits that come now and then begin at once; those that go on are so many milliseconds apart", async () => {
  const clock = new ManualClock();
  const pace = new CommitPace(clock);
  for (let commit = 0; commit < COMMITS_AT_ONCE; commit += 1) expect((await isHeld(pace)).held).toBe(false);
  const next = await isHeld(pace);
  expect(next.held).toBe(true);
  clock.advance(COMMIT_EVERY_MS);
  await next.begun;
  expect((await isHeld(pace)).held).toBe(true);
});

test("a quiet time makes up for them", async () => {
  const clock = new ManualClock();
  const pace = new CommitPace(clock);
  for (let commit = 0; commit < COMMITS_AT_ONCE; commit += 1) await pace.next();
  clock.advance(3 * COMMIT_EVERY_MS);
  for (let commit = 0; commit < 3; commit += 1) expect((await isHeld(pace)).held).toBe(false);
  expect((await isHeld(pace)).held).toBe(true);
});

test("full ones are never held back", async () => {
  const pace = new CommitPace(new ManualClock());
  for (let commit = 0; commit < 3 * COMMITS_AT_ONCE; commit += 1) {
    expect((await isHeld(pace)).held).toBe(false);
    pace.wasFull();
  }
});

test("one that nobody else will share is not held back any longer", async () => {
  const pace = new CommitPace(new ManualClock());
  for (let commit = 0; commit < COMMITS_AT_ONCE; commit += 1) await pace.next();
  const { promise, resolve } = Promise.withResolvers<void>();
  let held = true;
  const begun = pace.next(promise).then(() => {
    held = false;
  });
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  expect(held).toBe(true);
  resolve();
  await begun;
  expect(held).toBe(false);
});
