import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { SECOND } from "../../protocol/units.ts";
import { fakeLive } from "../testing/fake-live.ts";
import { CHANGED_EVERY_MS } from "./live.ts";

let line: ReturnType<typeof fakeLive>;
const say = (event: object) => line.hear(JSON.stringify(event));
const heartbeat = () => say({ type: "heartbeat", now: line.clock.nowMs() });
const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

beforeEach(() => {
  line = fakeLive();
});
afterEach(() => line.live.stop());

describe("what is heard", () => {
  const status = (device: string) => ({
    type: "device:status",
    device,
    site: "s",
    connectivity: "offline",
    health: "healthy",
    since: 7,
  });

  beforeEach(() => {
    line.live.start(null);
    heartbeat();
  });

  test("is the state of devices somebody shows", () => {
    const state = line.live.device("d1");
    expect(state.value).toBeUndefined();
    say(status("d1"));
    say(status("nobody looks at this one"));
    expect(state.value).toEqual({
      connectivity: "offline",
      health: "healthy",
      sinceMs: 7,
      heardMs: line.clock.nowMs(),
    });
  });

  test("makes the page ask for its parts once, however much happens", () => {
    for (let burst = 0; burst < 50; burst += 1) say(status(`d${burst}`));
    say({ type: "site:update", site: "s", gatewayConnected: false });
    line.clock.advance(SECOND);
    expect(line.changes()).toBe(1);
    say(status("d1"));
    line.clock.advance(SECOND - 1);
    expect(line.changes()).toBe(1);
    line.clock.advance(CHANGED_EVERY_MS);
    expect(line.changes()).toBe(2);
  });

  test("asks for its parts again when somebody did something, once for each deed", () => {
    const deed = { type: "audit:new", seq: 7, at: 5, actor: "Ann", action: "site.create", count: 1 };
    say({ ...deed, id: "0123456789abcdef:1" });
    line.clock.advance(CHANGED_EVERY_MS);
    expect(line.changes()).toBe(1);
    say({ ...deed, id: "0123456789abcdef:1" });
    line.clock.advance(CHANGED_EVERY_MS);
    expect(line.changes()).toBe(1);
  });

  test("passes over what it does not understand", () => {
    line.hear("not JSON");
    line.hear("null");
    line.hear('{"type":"news"}');
    expect(line.live.connection.value.kind).toBe("live");
  });

  test("tells who looks at a job of each step, and the page that something changed", () => {
    const heard: unknown[] = [];
    line.live.job("j1").hear((event) => heard.push(event?.counts));
    const progress = { type: "job:progress", status: "running", slot: 1, total: 2, released: 2, more: false };
    say({ ...progress, job: "j1", counts: { running: 2 }, executions: [] });
    say({ ...progress, job: "j2", counts: { running: 9 }, executions: [] });
    say({ ...progress, job: "j1", counts: { running: 1, succeeded: 1 }, executions: [] });
    expect(heard).toEqual([{ running: 2 }, { running: 1, succeeded: 1 }]);
    line.clock.advance(CHANGED_EVERY_MS);
    expect(line.changes()).toBeGreaterThan(0);
  });

  test("sets the page's clock by the cloud's", () => {
    say({ type: "heartbeat", now: line.clock.nowMs() + 90_000 });
    expect(line.live.nowMs()).toBe(line.clock.nowMs() + 90_000);
  });
});

describe("watching", () => {
  const telemetry = (device: string) => ({ type: "telemetry", device, readings: [["temperature", 1, 21.4]] });

  test("the cloud hears of all watched devices once, when the line is up", async () => {
    line.live.watch("d1", () => {});
    line.live.start(null);
    expect(line.sent).toEqual([]);
    heartbeat();
    line.live.watch("d1", () => {});
    line.live.watch("d2", () => {});
    await settle();
    expect(line.sent.at(-1)).toBe('{"watch":["d1","d2"]}');
  });

  test("a page that is replaced by another of the same device asks for nothing new twice", async () => {
    line.live.start(null);
    heartbeat();
    const stop = line.live.watch("d1", () => {});
    await settle();
    const before = line.sent.length;
    stop();
    line.live.watch("d1", () => {});
    await settle();
    expect(line.sent.slice(before)).toEqual(['{"watch":["d1"]}']);
    stop();
  });

  test("readings reach those who look at their device, until they stop", async () => {
    const heard: string[] = [];
    line.live.start(null);
    heartbeat();
    const stop = line.live.watch("d1", (event) => heard.push(event.device));
    say(telemetry("d1"));
    say(telemetry("d2"));
    stop();
    say(telemetry("d1"));
    await settle();
    expect(heard).toEqual(["d1"]);
    expect(line.sent.at(-1)).toBe('{"watch":[]}');
  });

  test("who comes later hears what the others heard last, and nothing of before the device was watched", () => {
    const heard: number[] = [];
    const watch = () => line.live.watch("d1", ({ readings }) => heard.push(readings[0]![1]));
    line.live.start(null);
    heartbeat();
    const stop = line.live.watch("d1", () => {});
    for (const at of [1, 2]) say({ ...telemetry("d1"), readings: [["temperature", at, 21.4]] });
    watch()();
    expect(heard).toEqual([2]);
    stop();
    watch();
    expect(heard).toEqual([2]);
  });

  test("the wish is said again on a new line", async () => {
    line.live.watch("d1", () => {});
    line.live.start(null);
    heartbeat();
    line.cut();
    line.live.hurry();
    heartbeat();
    await settle();
    expect(line.sent).toContain('{"watch":["d1"]}');
  });
});
