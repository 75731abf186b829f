import { describe, expect, test } from "bun:test";
import type { Frame } from "../../protocol/frames/frame.ts";
import { eventOf, next, SESSION_EVENTS, SESSION_STATES, type SessionEvent } from "./session-machine.ts";

/**
 * Every state against every event, written out: the state that follows and what is done. `·` is "nothing changes",
 * `!` is "out of place".
 */
const TABLE = `
event      | stopped       | unenrolled    | waiting               | dialling              | greeting              | proving               | open
enrolled   | dialling dial | dialling dial | dialling hang-up dial | dialling hang-up dial | dialling hang-up dial | dialling hang-up dial | dialling hang-up dial
absent     | unenrolled    | ·             | unenrolled hang-up    | unenrolled hang-up    | unenrolled hang-up    | unenrolled hang-up    | unenrolled hang-up
due        | ·             | ·             | dialling dial         | ·                     | ·                     | ·                     | ·
opened     | ·             | ·             | ·                     | greeting              | ·                     | ·                     | ·
challenged | !             | !             | !                     | !                     | proving hello         | !                     | !
welcomed   | !             | !             | !                     | !                     | !                     | open begin            | !
refused    | !             | !             | !                     | !                     | waiting hang-up wait  | waiting hang-up wait  | waiting hang-up wait
talked     | !             | !             | !                     | !                     | !                     | !                     | open
lost       | ·             | ·             | ·                     | waiting hang-up wait  | waiting hang-up wait  | waiting hang-up wait  | waiting hang-up wait
fault      | ·             | ·             | ·                     | waiting hang-up wait  | waiting hang-up wait  | waiting hang-up wait  | waiting hang-up wait
stop       | ·             | stopped hang-up | stopped hang-up     | stopped hang-up       | stopped hang-up       | stopped hang-up       | stopped hang-up
`;

const rows = TABLE.trim()
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()));
const [header, ...body] = rows;

describe("the session machine", () => {
  test("the table has every state and every event", () => {
    expect(header?.slice(1)).toEqual([...SESSION_STATES]);
    expect(body.map((row) => row[0] as SessionEvent)).toEqual([...SESSION_EVENTS]);
  });

  for (const row of body) {
    test(`${row[0]} does in every state what the table says`, () => {
      const event = row[0] as SessionEvent;
      const actual = SESSION_STATES.map((state) => {
        const step = next(state, event);
        if (!step.ok) return "!";
        return step.to === state && step.acts.length === 0 && event !== "talked"
          ? "·"
          : [step.to, ...step.acts].join(" ");
      });
      expect(actual).toEqual(row.slice(1));
    });
  }

  test("whoever waits has a timer, and whoever dials has hung up before", () => {
    for (const state of SESSION_STATES) {
      for (const event of SESSION_EVENTS) {
        const step = next(state, event);
        if (!step.ok || step.to === state) continue;
        const connected = ["dialling", "greeting", "proving", "open"].includes(state);
        const stays = ["dialling", "greeting", "proving", "open"].includes(step.to);
        expect([state, event, step.acts.includes("wait")]).toEqual([state, event, step.to === "waiting"]);
        expect([state, event, step.acts.includes("dial")]).toEqual([state, event, step.to === "dialling"]);
        if (connected && (!stays || step.to === "dialling")) expect(step.acts[0]).toBe("hang-up");
      }
    }
  });
});

test("each frame is the event it should be, and our own words are a fault from the cloud", () => {
  const id = "0190b8e0-7c1a-7000-8000-000000000001";
  const protocol = { min: 1, max: 1 };
  const entries = { type: "entries" as const, after: 0, head: 0, entries: [] };
  const lane = { head: 0 };
  const cases: [Frame, SessionEvent | null][] = [
    [{ type: "challenge", protocol, nonce: "A".repeat(22), nowMs: 1 }, "challenged"],
    [
      {
        type: "welcome",
        protocol: 1,
        uplog: { urgent: 0, bulk: 0 },
        downlog: { epoch: id, head: 0 },
        nowMs: 1,
      },
      "welcomed",
    ],
    [{ type: "refuse", code: "x", detail: "", hint: "" }, "refused"],
    [{ ...entries, stream: "down" }, "talked"],
    [{ ...entries, stream: "bulk" }, "fault"],
    [{ type: "ack", stream: "urgent", seq: 1 }, "talked"],
    [{ type: "ack", stream: "down", seq: 1 }, "fault"],
    [{ type: "watch", devices: [] }, "talked"],
    [{ type: "flush", id: 1, devices: [] }, "talked"],
    [{ type: "ping", nowMs: 1 }, null],
    [{ type: "pong", nowMs: 1 }, null],
    [{ type: "ignorable", code: 0x80 }, null],
    [{ type: "live", readings: [] }, "fault"],
    [{ type: "flushed", id: 1, seq: 1 }, "fault"],
    [
      {
        type: "hello",
        protocol,
        gateway: id,
        signature: "A".repeat(86),
        epoch: id,
        uplog: { urgent: lane, bulk: lane },
        downlog: null,
        version: "",
        nowMs: 1,
      },
      "fault",
    ],
  ];
  for (const [frame, event] of cases) expect([frame.type, eventOf(frame)]).toEqual([frame.type, event]);
});
