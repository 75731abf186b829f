import { expect, test } from "bun:test";
import fc from "fast-check";
import { backoffDelayMs, RECONNECT_BACKOFF } from "./backoff.ts";
import { seededRandom } from "./seeded-random.ts";

test("delays grow, stay within half and whole of their bound, and are spread", () => {
  fc.assert(
    fc.property(fc.nat(100), fc.integer(), (attempt, seed) => {
      const delay = backoffDelayMs(RECONNECT_BACKOFF, attempt, seededRandom(seed));
      const bound = Math.min(60_000, 1_000 * 2 ** Math.min(attempt, 30));
      expect(delay).toBeGreaterThanOrEqual(bound / 2);
      expect(delay).toBeLessThanOrEqual(bound);
    }),
  );
  const fleet = Array.from({ length: 100 }, (_, seed) =>
    backoffDelayMs(RECONNECT_BACKOFF, 3, seededRandom(seed)),
  );
  expect(new Set(fleet).size).toBeGreaterThan(90);
});
