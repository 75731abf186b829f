import { beforeEach, expect, test } from "bun:test";
import { createPutOnDisk, type PutOnDisk } from "./put-on-disk.ts";

/** How long the disk takes, and how long the event loop is at other things when it has answered beside it, ms. */
let diskMs: number;
let otherMs: number;
let nowMs: number;
let asked: ("within" | "beside")[];
let put: PutOnDisk;
let error: Error | null;

beforeEach(() => {
  [diskMs, otherMs, nowMs, asked, error] = [0.1, 0, 0, [], null];
  const calls = {
    within: () => {
      asked.push("within");
      nowMs += diskMs;
      if (error !== null) throw error;
    },
    beside: (_fd: number, done: (error: Error | null) => void) => {
      asked.push("beside");
      nowMs += diskMs + otherMs;
      done(error);
    },
  };
  put = createPutOnDisk({ monotonicMs: () => nowMs }, calls);
});

function putTimes(times: number): ("within" | "beside")[] {
  asked = [];
  for (let time = 0; time < times; time += 1) put(3, () => undefined);
  return asked;
}

test("a quick disk is waited for within the event loop", () => {
  expect(new Set(putTimes(200))).toEqual(new Set(["within"]));
});

test("a slow disk is waited for beside it, but for a look now and then, and within it again when it is quick", () => {
  diskMs = 5;
  expect(putTimes(131)).toEqual([
    "within",
    ...Array<"beside">(64).fill("beside"),
    "within",
    ...Array<"beside">(64).fill("beside"),
    "within",
  ]);
  diskMs = 0.1;
  expect(putTimes(30).lastIndexOf("beside")).toBeLessThan(20);
});

test("a disk that stands still once is waited for within it again soon", () => {
  putTimes(10);
  diskMs = 500;
  putTimes(1);
  diskMs = 0.1;
  const after = putTimes(40);
  expect(after[0]).toBe("beside");
  expect(after.at(-1)).toBe("within");
});

test("a quick disk that only looks slow, beside an event loop with much to do, is found out", () => {
  diskMs = 5;
  putTimes(1);
  [diskMs, otherMs] = [0.1, 3];
  expect(putTimes(66).slice(-2)).toEqual(["within", "within"]);
});

test("what the disk refuses is said, within the event loop and beside it", () => {
  const said: (Error | null)[] = [];
  error = new Error("EIO");
  put(3, (why) => said.push(why));
  diskMs = 50;
  put(3, (why) => said.push(why));
  put(3, (why) => said.push(why));
  expect(asked).toEqual(["within", "within", "beside"]);
  expect(said).toEqual([error, error, error]);
});
