import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { deviceKey, topic } from "../testing/arbitraries.ts";
import { mayPublish, maySubscribe } from "./acl.ts";
import { CHANNEL_DIRECTION, deviceSubscription, formatTopic, parseTopic } from "./topics.ts";

const lines = async (name: string): Promise<string[]> =>
  (await Bun.file(`${import.meta.dir}/../testdata/${name}`).text()).split("\n").filter((line) => line !== "");

describe("topics", () => {
  test("formatting and parsing are inverses", () => {
    fc.assert(fc.property(topic, (value) => expect(parseTopic(formatTopic(value))).toEqual(value)));
  });

  test("what parses is written back letter for letter", () => {
    fc.assert(
      fc.property(fc.oneof(topic.map(formatTopic), fc.string()), (name) => {
        const parsed = parseTopic(name);
        if (parsed !== null) expect(formatTopic(parsed)).toBe(name);
      }),
    );
  });

  test("every valid vector parses", async () => {
    for (const name of await lines("topics_valid.txt")) {
      expect([name, parseTopic(name) !== null]).toEqual([name, true]);
    }
  });

  test("no invalid vector parses", async () => {
    for (const name of await lines("topics_invalid.txt")) {
      expect([name, parseTopic(name)]).toEqual([name, null]);
    }
  });
});

describe("what a device may do", () => {
  test("it may publish exactly its own upward channels", () => {
    fc.assert(
      fc.property(topic, deviceKey, (value, stranger) => {
        const own = mayPublish(value.device, formatTopic(value));
        expect(own.ok).toBe(CHANNEL_DIRECTION[value.channel] === "up");
        if (stranger === value.device) return;
        const foreign = mayPublish(stranger, formatTopic(value));
        expect(foreign).toMatchObject({ ok: false, refusal: { code: "mqtt.foreign-topic" } });
      }),
    );
  });

  test("a device whose key begins like another's gains nothing by it", () => {
    expect(mayPublish("till", "homepot/till-2/telemetry").ok).toBe(false);
    expect(maySubscribe("till", "homepot/till-2/#")).toBe(false);
  });

  test("it may subscribe below its own prefix only", () => {
    expect(maySubscribe("till", deviceSubscription("till"))).toBe(true);
    expect(maySubscribe("till", "homepot/till/command/+")).toBe(true);
    for (const filter of ["#", "+/till/#", "homepot/#", "homepot/+/telemetry", "homepot/till", "$SYS/#"]) {
      expect([filter, maySubscribe("till", filter)]).toEqual([filter, false]);
    }
  });
});
