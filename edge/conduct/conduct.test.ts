import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { getLogger } from "@logtape/logtape";
import type { Conduct } from "../../protocol/devices/conduct.ts";
import { readUplogEvent } from "../../protocol/log/kinds.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import { type EdgeDatabase, openDatabase } from "../database/database.ts";
import { createGroupCommit, type GroupCommit } from "../telemetry/group-commit.ts";
import { createUplog, type Uplog } from "../uplog/uplog.ts";
import { type Conducts, createConducts } from "./conduct.ts";

const TELEMETRY = "homepot/till-1/telemetry";
const BAD = { code: "payload.invalid", detail: "temperature: must be a finite number" } as const;
const NAN = { code: "payload.invalid", reason: BAD.detail, topic: TELEMETRY };

let clock: ManualClock;
let db: EdgeDatabase;
let uplog: Uplog;
let commit: GroupCommit;
let conducts: Conducts;
let asked: string[];
let devices: Set<string>;
let hears: boolean;
let busy: boolean;

beforeEach(() => {
  clock = new ManualClock(1_000_000);
  db = openDatabase(":memory:", { clock, random: seededRandom(1) });
  uplog = createUplog(db);
  commit = createGroupCommit(db, clock);
  devices = new Set(["till-1"]);
  asked = [];
  hears = true;
  busy = false;
  conducts = create();
  conducts.start();
});
afterEach(() => {
  conducts.stop();
  db.close();
});

const create = (askEveryMs = MINUTE): Conducts =>
  createConducts({
    ...{ db, uplog, commit, clock, askEveryMs },
    log: getLogger(["test"]),
    hasDevice: (device) => devices.has(device),
    hears: () => hears,
    isBusy: () => busy,
    ask(device, execution, payload) {
      expect(JSON.parse(payload)).toMatchObject({ command: "ping", args: { count: 1 } });
      asked.push(`${device} ${execution}`);
      return Promise.resolve();
    },
  });

/** In steps as the look has it, so that every commit happens in between. */
function pass(ms: number, eachSecond = (): void => undefined): void {
  for (let at = 0; at < ms; at += SECOND) {
    eachSecond();
    clock.advance(SECOND);
    commit.flush();
  }
}

function told(): Conduct[] {
  return uplog.read("urgent", 0, 1_000_000).map((entry) => {
    const read = readUplogEvent(entry);
    if (!read.ok || !read.value.known || read.value.event.kind !== "device.conduct") throw new Error("what?");
    const { kind: _, device, ...conduct } = read.value.event;
    expect(device).toBe("till-1");
    return conduct;
  });
}

const good = () => conducts.understood("till-1", TELEMETRY);
const bad = () => conducts.refused("till-1", TELEMETRY, BAD);

describe("messages that are refused", () => {
  test("are told soon, with how many they are and why, and taken back when the device has been well for a minute", () => {
    for (let i = 0; i < 30; i += 1) good();
    for (const send of [bad, good, bad, good, bad]) send();
    pass(2 * SECOND);
    expect(told()).toEqual([{ refused: { ...NAN, count: 3, of: 5 } }]);
    pass(30 * SECOND, good);
    expect(told().length).toBe(1);
    pass(90 * SECOND, good);
    expect(told().at(-1)).toEqual({});
  });

  test("of a device that sends nothing else, a hundred a second for a day, make few entries", () => {
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      for (let i = 0; i < 100; i += 1) {
        conducts.refused("till-1", TELEMETRY, { code: "payload.invalid", detail: `no ${minute} ${i}` });
      }
      clock.advance(MINUTE);
      commit.flush();
    }
    expect(told().length).toBeLessThan(40);
    expect(told().at(-1)!.refused).toMatchObject({ count: 20, of: 20 });
  });

  test("are not forgotten because the device answers questions and says other things", () => {
    bad();
    pass(5 * MINUTE, () => conducts.understood("till-1", "homepot/till-1/status"));
    expect(told().at(-1)!.refused).toMatchObject({ count: 1, of: 20 });
  });

  test("on a topic that is used once in a while are over with the next that is understood there", () => {
    const topic = "homepot/till-1/state";
    conducts.refused("till-1", topic, BAD);
    pass(2 * MINUTE);
    expect(told().length).toBe(1);
    conducts.understood("till-1", topic);
    pass(SECOND);
    expect(told().at(-1)).toEqual({});
  });

  test("on a topic that there is not are over when enough was understood elsewhere", () => {
    conducts.refused("till-1", "homepot/till-1/nonsense", { code: "mqtt.unknown-topic", detail: "no" });
    pass(2 * MINUTE, good);
    expect(told().at(-1)).toEqual({});
  });

  test("are known after a restart, told again to a cloud that has forgotten them, and over when they are", () => {
    bad();
    pass(2 * SECOND);
    conducts.stop();
    conducts = create();
    conducts.start();
    db.transaction(() => conducts.announce());
    expect(told()).toEqual([
      { refused: { ...NAN, count: 1, of: 1 } },
      { refused: { ...NAN, count: 1, of: 1 } },
    ]);
    pass(2 * MINUTE, good);
    expect(told().at(-1)).toEqual({});
    conducts.stop();
    conducts = create();
    conducts.start();
    db.transaction(() => conducts.announce());
    expect(told().at(-1)).toEqual({});
    expect(told().length).toBe(3 + 1);
  });

  test("of a device that was removed are nobody's", () => {
    bad();
    devices.clear();
    pass(5 * SECOND);
    expect(told()).toEqual([]);
  });
});

describe("times that are wrong", () => {
  test("are told when they are off by the same for a minute, and taken back with the first that is right", () => {
    pass(50 * SECOND, () => conducts.dated("till-1", HOUR + 300));
    expect(told()).toEqual([]);
    pass(30 * SECOND, () => conducts.dated("till-1", HOUR + 900));
    expect(told()).toEqual([{ clock: { aheadMs: HOUR } }]);
    conducts.dated("till-1", -200);
    pass(SECOND);
    expect(told().at(-1)).toEqual({});
  });

  test("of what was kept back and comes faster than it was measured are not wrong", () => {
    let behindMs = 10 * HOUR;
    pass(5 * MINUTE, () => {
      behindMs -= 9 * SECOND;
      conducts.dated("till-1", -behindMs);
    });
    expect(told()).toEqual([]);
  });
});

describe("answers", () => {
  const answer = (afterMs: number): void => {
    pass(afterMs);
    const [, id = ""] = asked.at(-1)!.split(" ");
    expect(conducts.answered("till-1", id)).toBe(true);
  };
  const untilAsked = (): void => {
    const before = asked.length;
    for (let i = 0; asked.length === before; i += 1) {
      expect(i).toBeLessThan(200);
      pass(SECOND);
    }
  };

  test("of a device that answers in time tell nothing, and it is asked every minute", () => {
    conducts.came("till-1");
    for (let i = 0; i < 5; i += 1) {
      untilAsked();
      answer(0);
    }
    expect(clock.nowMs() - 1_000_000).toBeLessThan(5 * MINUTE);
    expect(clock.nowMs() - 1_000_000).toBeGreaterThan(4 * MINUTE);
    expect(told()).toEqual([]);
  });

  test("that come late twice in a row are told, and taken back with the first that comes in time", () => {
    conducts.came("till-1");
    untilAsked();
    answer(4 * SECOND);
    pass(5 * SECOND);
    expect(told()).toEqual([]);
    untilAsked();
    answer(4 * SECOND);
    pass(SECOND);
    expect(told()).toEqual([{ slow: { tookMs: 4_000, expectedMs: 1_000, answered: true } }]);
    untilAsked();
    answer(SECOND);
    pass(SECOND);
    expect(told().at(-1)).toEqual({});
  });

  test("that do not come at all are told of a device that has answered before, and of no other", () => {
    conducts.came("till-1");
    pass(HOUR);
    expect([told(), asked.length]).toEqual([[], 3]);
    conducts.came("till-1");
    untilAsked();
    answer(0);
    untilAsked();
    pass(12 * MINUTE);
    const [slow] = told();
    expect(slow!.slow).toMatchObject({ expectedMs: 1_000, answered: false });
  });

  test("of a device that works at a job say nothing", () => {
    conducts.came("till-1");
    for (let i = 0; i < 3; i += 1) {
      untilAsked();
      busy = true;
      pass(2 * SECOND);
      busy = false;
      answer(30 * SECOND);
    }
    expect(told()).toEqual([]);
    busy = true;
    const before = asked.length;
    pass(5 * MINUTE);
    expect(asked.length).toBe(before);
  });

  test("are not waited for from a device that is away, and of others' executions are not ours", () => {
    conducts.came("till-1");
    untilAsked();
    answer(0);
    untilAsked();
    hears = false;
    pass(30 * MINUTE);
    expect(told()).toEqual([]);
    expect(conducts.answered("till-1", "0190e0f2-0000-7000-8000-000000000000")).toBe(false);
  });

  test("are not asked for where nobody wants them", () => {
    conducts.stop();
    conducts = create(0);
    conducts.start();
    conducts.came("till-1");
    pass(10 * MINUTE);
    expect(asked).toEqual([]);
  });
});
