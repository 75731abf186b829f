import { expect, test } from "bun:test";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { ATTEMPTS_MAX, ATTEMPTS_WINDOW_MS, Attempts } from "./attempts.ts";

const start = () => {
  const clock = new ManualClock();
  return { clock, attempts: new Attempts(clock) };
};

test("a client that fails is refused after the last attempt it has, and told for how long", () => {
  const { clock, attempts } = start();
  for (let count = 0; count < ATTEMPTS_MAX; count += 1) expect(attempts.begin("a").ok).toBe(true);
  clock.advance(1_000);
  expect(attempts.begin("a")).toMatchObject({
    refusal: {
      code: "auth.too-many",
      detail: expect.stringContaining(`${ATTEMPTS_WINDOW_MS / 1_000 - 1} s`),
    },
  });
  expect(attempts.begin("b").ok).toBe(true);
  clock.advance(ATTEMPTS_WINDOW_MS);
  expect(attempts.begin("a").ok).toBe(true);
});

test("attempts that succeed are not held against a client", () => {
  const { attempts } = start();
  for (let count = 0; count < 5 * ATTEMPTS_MAX; count += 1) {
    expect(attempts.begin("a").ok).toBe(true);
    attempts.succeeded("a");
  }
});

test("many attempts at the same moment do not all get through", () => {
  const { attempts } = start();
  const through = Array.from({ length: 100 }, () => attempts.begin("a").ok).filter(Boolean);
  expect(through).toHaveLength(ATTEMPTS_MAX);
});

test("the clients that are remembered are bounded", () => {
  const { attempts } = start();
  for (let count = 0; count < ATTEMPTS_MAX; count += 1) attempts.begin("first");
  expect(attempts.begin("first").ok).toBe(false);
  for (let client = 0; client < 10_000; client += 1) attempts.begin(`client ${client}`);
  expect(attempts.begin("first").ok).toBe(true);
  attempts.succeeded("never seen");
});
