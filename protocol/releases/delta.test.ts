import { expect, test } from "bun:test";
import fc from "fast-check";
import { seededRandom } from "../seeded-random.ts";
import { applyDelta } from "./apply-delta.ts";
import { DELTA_MAGIC } from "./delta.ts";
import { makeDelta } from "./make-delta.ts";

function make(base: Uint8Array, target: Uint8Array): Uint8Array {
  const making = makeDelta(base, target);
  for (;;) {
    const step = making.next();
    if (step.done === true) return step.value;
  }
}

/** The delta in pieces of so many bytes. */
async function* pieces(delta: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < delta.length; at += size) yield delta.subarray(at, at + size);
}

async function apply(base: Uint8Array, delta: Uint8Array, sizeBytes: number, pieceBytes = 7) {
  const written: Uint8Array[] = [];
  const applied = await applyDelta({
    delta: pieces(delta, pieceBytes),
    readBase: (position, length) => base.subarray(position, position + length),
    baseBytes: base.length,
    write: (bytes) => void written.push(bytes),
    sizeBytes,
  });
  return { applied, file: Buffer.concat(written) };
}

const noise = (seed: number, length: number) => seededRandom(seed).bytes(length);

test("a delta leads from any file to any other", async () => {
  const bytes = fc.uint8Array({ maxLength: 400 });
  /** A file made of stretches of the other, changed here and there, and of bytes of its own. */
  const edits = fc.array(
    fc.record({ from: fc.nat(4_000), length: fc.nat(900), xor: fc.nat(255), every: fc.nat(50), own: bytes }),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000), edits, fc.integer({ min: 1, max: 90 }), async (seed, all, size) => {
      const base = noise(seed, 3_000);
      const target = Buffer.concat(
        all.flatMap(({ from, length, xor, every, own }) => [
          base
            .slice(from, from + length)
            .map((byte, i) => (every > 0 && i % every === 0 ? byte ^ xor : byte)),
          own,
        ]),
      );
      const { applied, file } = await apply(base, make(base, target), target.length, size);
      expect(applied).toEqual({ ok: true, value: undefined });
      expect(file.equals(target)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("what is inserted in front of most of a file, and bytes that changed in it, cost little", async () => {
  const base = noise(1, 2_000_000);
  const changed = base.slice();
  for (let at = 500; at < changed.length; at += 10_000) changed[at]! += 1;
  const target = Buffer.concat([changed.slice(0, 1_000), Buffer.from("a line"), changed.slice(1_000)]);
  const delta = make(base, target);
  expect(delta.length).toBeLessThan(1_500);
  const { file } = await apply(base, delta, target.length, 64_000);
  expect(file.equals(target)).toBe(true);
});

test("making it pauses, however large the files and whatever is in them", () => {
  const base = noise(2, 5_000_000);
  for (const target of [base, noise(3, 5_000_000)]) {
    let pauses = 0;
    for (const _ of makeDelta(base, target)) pauses += 1;
    expect(pauses).toBeGreaterThan(8);
  }
});

test("a delta that is cut short, is changed, or is of another base is refused and never writes beyond", async () => {
  const base = noise(4, 3_000);
  const target = Buffer.concat([base.slice(1_000), base.slice(0, 500), noise(5, 100)]);
  const delta = make(base, target);
  const damaged = { ok: false, refusal: { code: "release.damaged" } };
  for (let length = 0; length < delta.length; length += 1)
    expect((await apply(base, delta.slice(0, length), target.length)).applied).toMatchObject(damaged);
  const random = seededRandom(6);
  for (let run = 0; run < 500; run += 1) {
    const bad = delta.slice();
    bad[Math.floor(random.next() * bad.length)]! ^= 1 + Math.floor(random.next() * 255);
    const { file } = await apply(base, bad, target.length);
    expect(file.length).toBeLessThanOrEqual(target.length);
  }
  expect((await apply(base.slice(0, 100), delta, target.length)).applied).toMatchObject(damaged);
  expect((await apply(base, delta, target.length - 1)).applied).toMatchObject(damaged);
  expect((await apply(base, delta, target.length + 1)).applied).toMatchObject(damaged);
});

const word = (...rest: number[]) => Uint8Array.from([...DELTA_MAGIC, ...rest]);
test.each([
  ["patches of more than is taken", word(3, 0, 1, 1, 5, 0, 0, 0, 0, 0)],
  ["a number without an end", word(...new Array(12).fill(0xff))],
  ["a number of 8 bytes beyond the largest", word(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)],
  ["a place before the base", word(3, 1, 0)],
])("%s is refused", async (_, delta) => {
  expect((await apply(noise(7, 100), delta, 2)).applied).toMatchObject({
    refusal: { code: "release.damaged" },
  });
});

test("what the disk says is no fault of the delta", () => {
  const base = noise(8, 100);
  const failing = applyDelta({
    delta: pieces(make(base, base), 10),
    baseBytes: 100,
    readBase: () => {
      throw new Error("EIO");
    },
    write: () => undefined,
    sizeBytes: 100,
  });
  expect(failing).rejects.toThrow("EIO");
});
