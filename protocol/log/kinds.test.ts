import { describe, expect, test } from "bun:test";
import { parseReportedConfig } from "../config/device-config.ts";
import { parseAttributes } from "../devices/attributes.ts";
import {
  CHUNK_KIND,
  isUplogKind,
  laneOf,
  readDownlogEvent,
  readUplogEvent,
  toEntry,
  type UplogEvent,
} from "./kinds.ts";

const EVENTS: UplogEvent[] = [
  { kind: "device.registered", device: "till-1", provenance: "real" },
  { kind: "device.removed", device: "till-1" },
  { kind: "device.attributes", device: "till-1", attributes: { model: "P400", slots: 2, spare: null } },
  {
    kind: "device.connectivity",
    device: "till-1",
    connectivity: "offline",
    sinceMs: 5,
    reason: "connection lost",
  },
  { kind: "config.reported", device: "till-1", version: 2, config: { brightness: 80, hours: [8, 20] } },
  {
    kind: "notification.ack",
    device: "till-1",
    id: "01930000-0000-7000-8000-000000000001",
    action: "opened",
    atMs: 6,
  },
  {
    ...{ kind: "simulation.status", run: "01930000-0000-7000-8000-000000000001", state: "running" },
    ...{ devices: 3, connected: 2, messages: 90, messagesPerSecond: 1.5 },
    ...{ faults: [{ id: "scenario-1", devices: 1 }], trouble: null },
  },
  { kind: "log.forgotten", stream: "urgent", after: 4, before: 90, devices: ["till-1"] },
];

describe("entries", () => {
  test("every uplog event comes back as it went", () => {
    for (const event of EVENTS) {
      expect(readUplogEvent({ seq: 1, ...toEntry(event, 7) })).toEqual({
        ok: true,
        value: { known: true, event },
      });
    }
  });

  test("a downlog event comes back as it went", () => {
    const event = {
      kind: "config.desired",
      device: "till-1",
      version: 3,
      config: { brightness: 90 },
    } as const;
    expect(readDownlogEvent({ seq: 1, ...toEntry(event, 7) })).toEqual({
      ok: true,
      value: { known: true, event },
    });
  });

  test("a device deleted for good is told of by its key", () => {
    const event = { kind: "device.remove", device: "till-1" } as const;
    expect(readDownlogEvent({ seq: 1, ...toEntry(event, 7) })).toEqual({
      ok: true,
      value: { known: true, event },
    });
  });

  test("what was on the line once is read for ever", async () => {
    const directory = `${import.meta.dir}/../testdata/entries`;
    const names = [...new Bun.Glob("*.json").scanSync(directory)];
    expect(names.length).toBeGreaterThan(14);
    for (const name of names) {
      const { kind, payload, event } = await Bun.file(`${directory}/${name}`).json();
      const entry = { seq: 1, kind, atMs: 7, payload: new TextEncoder().encode(payload) };
      const read = isUplogKind(kind) ? readUplogEvent(entry) : readDownlogEvent(entry);
      expect(read).toEqual({ ok: true, value: { known: true, event } });
    }
  });

  test("a kind of a later version is told from a bad entry", () => {
    const entry = { seq: 9, kind: "door.unlocked", atMs: 7, payload: Uint8Array.of(255, 0) };
    expect(readUplogEvent(entry)).toEqual({ ok: true, value: { known: false, kind: "door.unlocked" } });
    expect(readDownlogEvent(entry)).toEqual({ ok: true, value: { known: false, kind: "door.unlocked" } });
  });

  test.each([["not json"], ["[1]x"], ["null"], ['"text"'], ['{"device":"no spaces"}'], ["{}"]])(
    "a known kind with the body %p is refused",
    (body) => {
      const entry = { seq: 9, kind: "device.removed", atMs: 7, payload: new TextEncoder().encode(body) };
      expect(readUplogEvent(entry)).toMatchObject({ ok: false, refusal: { code: "frame.invalid" } });
    },
  );

  test("telemetry travels apart from everything else", () => {
    expect(laneOf(CHUNK_KIND)).toBe("bulk");
    expect(laneOf("device.removed")).toBe("urgent");
    expect(laneOf("job.log")).toBe("urgent");
    expect(laneOf("a.later.kind")).toBe("urgent");
  });
});

describe("what devices say about themselves", () => {
  test("attributes are flat", () => {
    expect(parseAttributes('{"model":"P400"}')).toEqual({ ok: true, value: { model: "P400" } });
    expect(parseAttributes("{")).toMatchObject({ refusal: { code: "payload.not-json" } });
    expect(parseAttributes('{"a":{"b":1}}')).toMatchObject({
      refusal: { code: "payload.invalid", errors: [{ path: "a" }] },
    });
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`a${index}`, index]));
    expect(parseAttributes(JSON.stringify(many)).ok).toBe(false);
  });

  test("a reported configuration has a version and any JSON below its settings", () => {
    expect(parseReportedConfig('{"version":2,"config":{"a":[1,{"b":null}]}}')).toEqual({
      ok: true,
      value: { version: 2, config: { a: [1, { b: null }] } },
    });
    expect(parseReportedConfig("x")).toMatchObject({ refusal: { code: "payload.not-json" } });
    expect(parseReportedConfig('{"version":-1,"config":{}}')).toMatchObject({
      refusal: { code: "payload.invalid", errors: [{ path: "version" }] },
    });
  });
});
