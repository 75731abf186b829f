import { ByteSink } from "../chunks/bytes.ts";
import { MIB } from "../units.ts";
import { DELTA_MAGIC } from "./delta.ts";
import { BLOCK_BYTES, DeltaIndex, hashMoved, hashOf } from "./delta-index.ts";

/** Bytes that are worked on between two pauses: some milliseconds. */
const PAUSE_EVERY = MIB;
/** A stretch is given up when so many more of its bytes differ than at its best. */
const PATIENCE = 64;

/** What is built up, and how far both files are done. */
interface Work {
  base: Uint8Array;
  target: Uint8Array;
  out: ByteSink;
  /** Where the last stretch of the base ended. */
  baseAt: number;
  done: number;
}

/**
 * Makes the delta from `base` to `target`, not compressed. Yields every few milliseconds, so that whoever makes it can do
 * other things; returns the delta. Takes about 15 ns a byte, and beside both files a seventh of the base's size.
 */
export function* makeDelta(base: Uint8Array, target: Uint8Array): Generator<void, Uint8Array> {
  const index = new DeltaIndex(base);
  yield* index.fill(PAUSE_EVERY);
  const work: Work = { base, target, out: new ByteSink(), baseAt: 0, done: 0 };
  work.out.raw(DELTA_MAGIC);
  let stretchAt = 0;
  while (work.done < target.length) {
    const length = yield* stretchLength(work, stretchAt);
    yield* writeStretch(work, stretchAt, length);
    const next = yield* nextStretch(work, index);
    const literal = target.subarray(work.done, next.target);
    work.out.varint(literal.length);
    work.out.raw(literal);
    work.done = next.target;
    stretchAt = next.base;
  }
  work.out.varint(0);
  return work.out.bytes.subarray(0, work.out.length);
}

/** How far it pays to take the base from `at` on for what comes next, although some bytes differ. */
function* stretchLength({ base, target, done }: Work, at: number): Generator<void, number> {
  const most = Math.min(target.length - done, base.length - at);
  let score = 0;
  let best = 0;
  let length = 0;
  for (let i = 0; i < most && score >= best - PATIENCE; i += 1) {
    score += target[done + i] === base[at + i] ? 1 : -1;
    if (score > best) {
      best = score;
      length = i + 1;
    }
    if (i % PAUSE_EVERY === PAUSE_EVERY - 1) yield;
  }
  return length;
}

/** Writes a step's stretch, with the bytes that differ in it. */
function* writeStretch(work: Work, at: number, length: number): Generator<void> {
  const { base, target, out, done } = work;
  out.varint(length + 1);
  if (length === 0) return;
  out.signed(at - work.baseAt);
  const patches = new ByteSink();
  let count = 0;
  let same = 0;
  for (let i = 0; i < length; i += 1) {
    if (i % PAUSE_EVERY === PAUSE_EVERY - 1) yield;
    if (target[done + i] === base[at + i]) {
      same += 1;
      continue;
    }
    let end = i + 1;
    while (end < length && target[done + end] !== base[at + end]) end += 1;
    patches.varint(same);
    patches.varint(end - i);
    for (; i < end; i += 1) patches.byte((target[done + i]! - base[at + i]!) & 0xff);
    i -= 1;
    same = 0;
    count += 1;
  }
  out.varint(count);
  out.raw(patches.bytes.subarray(0, patches.length));
  work.baseAt = at + length;
  work.done += length;
}

/** The next place at which both files agree over a block, moved back as far as they do before it; else the end. */
function* nextStretch(
  { base, target, done }: Work,
  index: DeltaIndex,
): Generator<void, { target: number; base: number }> {
  const last = target.length - BLOCK_BYTES;
  if (done > last) return { target: target.length, base: 0 };
  let hash = hashOf(target, done);
  for (let at = done; ; at += 1) {
    const found = index.find(target, at, hash);
    if (found !== null) {
      let back = 0;
      while (at - back > done && found - back > 0 && target[at - back - 1] === base[found - back - 1])
        back += 1;
      return { target: at - back, base: found - back };
    }
    if (at === last) return { target: target.length, base: 0 };
    hash = hashMoved(target, at, hash);
    if (at % PAUSE_EVERY === 0) yield;
  }
}
