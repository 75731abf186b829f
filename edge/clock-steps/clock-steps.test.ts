import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { getLogger } from "@logtape/logtape";
import { CHUNK_KIND, toEntry } from "../../protocol/log/kinds.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { HOUR, SECOND } from "../../protocol/units.ts";
import { type EdgeDatabase, openDatabase } from "../database/database.ts";
import { createUplog, type Uplog } from "../uplog/uplog.ts";
import { type ClockSteps, createClockSteps } from "./clock-steps.ts";

let clock: ManualClock;
let db: EdgeDatabase;
let uplog: Uplog;
let steps: ClockSteps;
let asleepMs: number;
let sealed: number[];
let seal: () => void;

beforeEach(() => {
  clock = new ManualClock();
  db = openDatabase(":memory:", { clock, random: seededRandom(1) });
  uplog = createUplog(db);
  asleepMs = 0;
  sealed = [];
  seal = () => void sealed.push(steps.clock.nowMs());
  steps = create();
});
afterEach(() => {
  steps.stop();
  db.close();
});

const create = () =>
  createClockSteps({
    ...{ db, uplog, clock, log: getLogger(["test"]) },
    uptimeMs: () => clock.monotonicMs() + asleepMs,
    seal: () => seal(),
  });
const append = (urgent: number, bulk: number) =>
  db.transaction(() => {
    for (let n = 0; n < urgent; n += 1) uplog.append(toEntry({ kind: "device.removed", device: "d" }, 1));
    for (let n = 0; n < bulk; n += 1) uplog.append({ kind: CHUNK_KIND, atMs: 1, payload: new Uint8Array(1) });
  });

describe("a step of the clock", () => {
  test("is noted where the log was, once, after what was open is sealed by the clock of before", () => {
    steps.start();
    append(3, 5);
    seal = () => {
      sealed.push(steps.clock.nowMs());
      append(0, 1);
    };
    const heard: number[] = [];
    steps.onStep((byMs) => heard.push(byMs));
    const beforeMs = clock.nowMs();
    clock.jump(-2 * HOUR);
    clock.advance(SECOND);
    clock.advance(10 * SECOND);
    expect(steps.newest()).toEqual([
      { number: 1, urgent: 0, bulk: 0, byMs: null },
      { number: 2, urgent: 3, bulk: 6, byMs: -2 * HOUR },
    ]);
    expect([sealed, heard]).toEqual([[beforeMs + SECOND], [-2 * HOUR]]);
  });

  test("is one for the gateway only when it is noted", () => {
    steps.start();
    const beforeMs = clock.nowMs();
    clock.jump(-2 * HOUR);
    clock.advance(400);
    expect(steps.clock.nowMs()).toBe(beforeMs + 400);
    clock.advance(600);
    expect(steps.clock.nowMs()).toBe(beforeMs + SECOND - 2 * HOUR);
    clock.jump(20);
    expect(steps.clock.nowMs()).toBe(beforeMs + SECOND - 2 * HOUR + 20);
  });

  test("is found before anybody is told what time it is", () => {
    steps.start();
    clock.jump(HOUR);
    steps.look();
    expect(steps.newest().map(({ byMs }) => byMs)).toEqual([null, HOUR]);
  });

  test("is told from drift, and from a machine that slept while its monotonic clock stood still", () => {
    steps.start();
    clock.jump(900);
    clock.advance(SECOND);
    clock.jump(5 * HOUR);
    asleepMs += 5 * HOUR;
    clock.advance(SECOND);
    expect(steps.newest()).toHaveLength(1);
    clock.jump(HOUR);
    clock.advance(SECOND);
    expect(steps.newest().map(({ byMs }) => byMs)).toEqual([null, HOUR]);
  });

  test("that cannot be noted, the disk being full, is noted as soon as it can", () => {
    steps.start();
    seal = () => {
      throw new Error("database or disk is full");
    };
    clock.jump(HOUR);
    clock.advance(3 * SECOND);
    expect(steps.newest()).toHaveLength(1);
    seal = () => {};
    clock.advance(SECOND);
    expect(steps.newest().map(({ byMs }) => byMs)).toEqual([null, HOUR]);
  });
});

test("the first start since the last session is known, however many follow", () => {
  const start = () => {
    steps.stop();
    steps = create();
    steps.start();
  };
  expect(steps.bulkAtFirstStartSince()).toBe(0);
  start();
  append(1, 4);
  expect(steps.bulkAtFirstStartSince()).toBe(0);
  steps.sessionBegins();
  append(1, 3);
  clock.jump(HOUR);
  steps.look();
  expect(steps.bulkAtFirstStartSince()).toBe(0);
  start();
  append(0, 2);
  start();
  expect(steps.bulkAtFirstStartSince()).toBe(7);
  steps.sessionBegins();
  expect(steps.bulkAtFirstStartSince()).toBe(0);
});

test("a start is noted too, and of all of it the newest hundred are kept", () => {
  for (let run = 0; run < 60; run += 1) {
    steps.start();
    append(0, 1);
    clock.jump(HOUR);
    steps.look();
    steps.stop();
    steps = create();
  }
  const newest = steps.newest();
  expect([newest.length, newest[0], newest.at(-1)]).toEqual([
    100,
    { number: 21, urgent: 0, bulk: 10, byMs: null },
    { number: 120, urgent: 0, bulk: 60, byMs: HOUR },
  ]);
  expect(db.sqlite.query("SELECT count(*) AS n FROM clock_step").get()).toEqual({ n: 100 });
});

test("a start that cannot be noted, the disk failing, does not keep the gateway from starting, and is noted later", () => {
  db.sqlite.run("CREATE TRIGGER full BEFORE INSERT ON clock_step BEGIN SELECT raise(ABORT, 'full'); END");
  steps.start();
  clock.advance(SECOND);
  expect(steps.newest()).toEqual([]);
  db.sqlite.run("DROP TRIGGER full");
  clock.advance(SECOND);
  clock.advance(SECOND);
  expect(steps.newest()).toEqual([{ number: 1, urgent: 0, bulk: 0, byMs: null }]);
});
