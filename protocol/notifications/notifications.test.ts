import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { check } from "../validate.ts";
import { addressKey, addressSchema } from "./address.ts";
import { DELIVERY_EVENTS, DELIVERY_STATES, isSettled, next } from "./delivery.ts";
import { deviceNotification, parseDeviceAck } from "./device-notification.ts";
import { subscribeSchema } from "./endpoint.ts";
import { messageSchema } from "./message.ts";
import { checkBulkRecipient, recipientSchema } from "./push.ts";

const ID = "01930000-0000-7000-8000-000000000001";
const fieldsOf = (schema: v.GenericSchema, input: unknown) => {
  const checked = check(schema, input);
  return checked.ok ? [] : (checked.refusal.errors ?? []).map(({ path }) => path);
};

describe("a message", () => {
  test("needs a title, and has what most messages are for the rest", () => {
    expect(v.parse(messageSchema, { title: " Door open " })).toEqual({
      title: "Door open",
      body: "",
      data: {},
      actions: [],
      priority: "normal",
      timeToLiveSeconds: 86_400,
      sound: "default",
      windows: "toast",
    });
  });

  test.each([
    [{}, "title"],
    [{ title: "  " }, "title"],
    [{ title: "x".repeat(201) }, "title"],
    [{ title: "x", data: { a: 1 } }, "data.a"],
    [{ title: "x", data: { "a b": "1" } }, "data.a b"],
    [{ title: "x", image: "http://x.example/a.png" }, "image"],
    [{ title: "x", link: "javascript:alert(1)" }, "link"],
    [{ title: "x", link: "//evil.example" }, "link"],
    [{ title: "x", link: "/\\evil.example" }, "link"],
    [{ title: "x", priority: "urgent" }, "priority"],
    [{ title: "x", timeToLiveSeconds: 28 * 86_400 + 1 }, "timeToLiveSeconds"],
    [{ title: "x", timeToLiveSeconds: -1 }, "timeToLiveSeconds"],
    [{ title: "x", collapseKey: "with space" }, "collapseKey"],
    [{ title: "x", badge: 1.5 }, "badge"],
    [
      {
        title: "x",
        actions: [
          { id: "a", title: "A" },
          { id: "a", title: "B" },
        ],
      },
      "actions",
    ],
    [{ title: "x", colour: "red" }, "colour"],
  ])("%j is not one, for its %s", (input, field) => {
    expect(fieldsOf(messageSchema, input)).toEqual([field]);
  });
});

describe("an address", () => {
  const keys = { p256dh: "B".repeat(87), auth: "A".repeat(22) };
  test.each([
    [{ platform: "fcm", token: "c".repeat(152) }, `fcm:${"c".repeat(152)}`],
    [{ platform: "apns", token: "AB".repeat(32) }, `apns:${"ab".repeat(32)}`],
    [
      { platform: "web-push", endpoint: "https://push.example/a", expirationTime: null, keys },
      "web-push:https://push.example/a",
    ],
    [
      { platform: "wns", channelUri: "https://db5.notify.windows.com/?token=a" },
      "wns:https://db5.notify.windows.com/?token=a",
    ],
    [{ platform: "mqtt", device: ID }, `mqtt:device:${ID}`],
    [{ platform: "mqtt", topic: "signs/entrance" }, "mqtt:topic:signs/entrance"],
  ] as const)("%j is one", (input, key) => {
    expect(addressKey(v.parse(addressSchema, input))).toBe(key);
  });

  test.each([
    [{ platform: "pager", token: "1" }],
    [{ platform: "fcm", token: "short" }],
    [{ platform: "apns", token: "xyz" }],
    [{ platform: "web-push", endpoint: "https://push.example/a", keys: { ...keys, auth: "AAAA" } }],
    [{ platform: "web-push", endpoint: "file:///etc/passwd", keys }],
    [{ platform: "wns", channelUri: "db5.notify.windows.com" }],
    [{ platform: "mqtt" }],
    [{ platform: "mqtt", device: ID, topic: "a" }],
    [{ platform: "mqtt", topic: "a/#" }],
    [{ platform: "mqtt", topic: "$SYS/a" }],
  ])("%j is none", (input) => {
    expect(fieldsOf(addressSchema, input)).not.toEqual([]);
    // One of many is read by the schema of its platform alone, and complained of in the same words.
    const alone = check(recipientSchema, { address: input });
    expect(alone.ok).toBe(false);
    expect(checkBulkRecipient({ address: input })).toEqual(alone as never);
  });

  test.each([
    [null],
    [{}],
    [{ address: null }],
    [{ address: "mqtt" }],
    [{ endpoint: ID, address: { platform: "mqtt", topic: "a" } }],
    [{ address: { platform: "mqtt", topic: "a", name: "x" } }],
  ])("%j is no recipient, of one or of many", (input) => {
    const alone = check(recipientSchema, input);
    expect(alone.ok).toBe(false);
    expect(checkBulkRecipient(input)).toEqual(alone as never);
  });

  test("may come with a word of its sender's, to know it by", () => {
    const address = { platform: "apns", token: "AB".repeat(32) };
    const read = { address: { platform: "apns", token: "ab".repeat(32) }, ref: "7" };
    expect(checkBulkRecipient({ address, ref: "7" })).toEqual({ ok: true, value: read } as never);
  });

  test("is registered for a person, a device, or nobody in particular, and not for two of them", () => {
    const address = { platform: "mqtt", topic: "a" };
    expect(fieldsOf(subscribeSchema, { address })).toEqual([]);
    expect(fieldsOf(subscribeSchema, { address, device: ID, raw: true })).toEqual([""]);
  });
});

describe("a delivery", () => {
  test("goes from state to state as its table says, and refuses everything else by name", () => {
    const walked = DELIVERY_STATES.flatMap((state) =>
      DELIVERY_EVENTS.flatMap((event) => {
        const after = next(state, event);
        if (after.ok) return [`${state} ${event} ${after.value}`];
        expect(after.refusal).toEqual({
          code: "delivery.transition",
          detail: `${event} means nothing to one that is ${state}`,
        });
        return [];
      }),
    );
    expect(walked).toEqual([
      "queued retry queued",
      "queued sent sent",
      "queued delivered delivered",
      "queued opened opened",
      "queued fail failed",
      "queued expire expired",
      "queued drop dropped",
      "sent delivered delivered",
      "sent opened opened",
      "sent fail failed",
      "sent expire expired",
      "delivered opened opened",
      "failed delivered delivered",
      "failed opened opened",
      "failed replay queued",
      "expired delivered delivered",
      "expired opened opened",
      "expired replay queued",
      "dropped delivered delivered",
      "dropped opened opened",
      "dropped replay queued",
    ]);
  });

  test("waits for something as long as it is not settled", () => {
    expect(DELIVERY_STATES.filter((state) => !isSettled(state))).toEqual(["queued", "sent"]);
  });
});

describe("a notification at a device", () => {
  test("is what the interface promises, and more where there is more", () => {
    const message = v.parse(messageSchema, { title: "Door", body: "open", data: { door: "3" }, badge: 2 });
    expect(JSON.parse(deviceNotification(ID, message, 99))).toEqual({
      id: ID,
      title: "Door",
      body: "open",
      data: { door: "3" },
      priority: "normal",
      expiresAt: 99,
      sound: "default",
      badge: 2,
    });
  });

  test("is acknowledged with its id and what became of it", () => {
    expect(parseDeviceAck(`{"id":"${ID}","action":"opened"}`)).toEqual({
      ok: true,
      value: { id: ID, action: "opened" },
    });
    expect(parseDeviceAck("opened")).toMatchObject({ refusal: { code: "payload.not-json" } });
    expect(parseDeviceAck(`{"id":"${ID}","action":"expired"}`)).toMatchObject({
      refusal: { code: "payload.invalid", errors: [{ path: "action" }] },
    });
  });
});
