import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Permission } from "../../protocol/accounts/permissions.ts";
import { WATCH_DEBOUNCE_MS } from "./gateway-watch.ts";
import type { Live } from "./live.ts";
import { SLOW_BYTES } from "./outbox.ts";
import { RECENT_BYTES } from "./recent.ts";
import { LINGER_MS } from "./rooms.ts";
import { type FakeBrowser, id, type LiveFixture, settled, startLive, status } from "./testing/start-live.ts";

let fixture: LiveFixture;
let live: Live;
let clock: LiveFixture["clock"];
let open: LiveFixture["open"];
beforeEach(async () => {
  fixture = await startLive();
  ({ live, clock, open } = fixture);
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const site = (number: number) => ({ type: "site:update", site: id(number), gatewayConnected: true }) as const;
const power = (value: number, device = "d1") => [{ device, atMs: value, values: { power: value } }];
const heardPower = (value: number, device = 1) => ({
  type: "telemetry",
  device: id(device),
  readings: [["power", value, value]],
});
/** Comes back with the last id it saw, looking at the devices it looked at; what it heard but the heartbeat. */
async function comeBack(
  before: FakeBrowser,
  {
    organization = "o",
    permissions = undefined as readonly Permission[] | undefined,
    watch = [] as number[],
  } = {},
) {
  const resume = { after: before.ids.at(-1)!, ...(watch.length === 0 ? {} : { watch: watch.map(id) }) };
  const browser = open(organization, "t", permissions, resume);
  await settled();
  const heard = [...browser.heard] as object[];
  expect(heard.pop()).toMatchObject({ type: "heartbeat" });
  return { browser, heard };
}
async function openWatching(device: number): Promise<FakeBrowser> {
  const browser = open("o", "t", undefined, { watch: [id(device)] });
  await settled();
  clock.advance(WATCH_DEBOUNCE_MS);
  return browser;
}

describe("a browser that comes back", () => {
  test("hears exactly what it missed, in order, and then what happens", async () => {
    const before = open();
    live.publish("o", status(1, "error"));
    live.close(before);
    for (const event of [status(1), site(9), status(2, "error"), status(1, "error")])
      live.publish("o", event);
    const { browser, heard } = await comeBack(before);
    expect(heard).toEqual([status(1), site(9), status(2, "error"), status(1, "error")]);
    live.publish("o", status(3));
    expect(browser.heard.at(-1)).toEqual(status(3));
    expect(browser.ids).toEqual(browser.ids.toSorted());
    live.close(browser);
    expect((await comeBack(browser)).heard).toEqual([]);
  });

  test("hears the values of what it looks at, and of nothing else", async () => {
    const before = await openWatching(1);
    await openWatching(3);
    live.readings("a", power(1));
    live.close(before);
    live.readings("a", power(2));
    live.readings("b", power(3, "d3"));
    live.publish("o", status(1));
    live.readings("a", power(4));
    const { browser, heard } = await comeBack(before, { watch: [1] });
    expect(heard).toEqual([heardPower(2), status(1), heardPower(4)]);
    live.readings("a", power(5));
    expect(browser.heard.at(-1) as object).toEqual(heardPower(5));
  });

  test("hears only what its person may", async () => {
    const before = open();
    live.close(before);
    live.publish("o", status(1));
    live.publish("o", site(9));
    const { heard } = await comeBack(before, { permissions: ["site:read"] });
    expect(heard).toEqual([site(9)]);
  });

  test("to another organisation hears nothing of either", async () => {
    const before = open();
    live.publish("o", status(1));
    open("other");
    live.publish("other", status(4));
    expect((await comeBack(before, { organization: "other" })).heard).toEqual([{ type: "resync" }]);
  });

  test("goes on where it was although what happened was not for it", async () => {
    const before = open("o", "t", ["site:read"]);
    for (let number = 0; number < 3; number += 1) live.publish("o", status(number));
    clock.advance(LINGER_MS - 1);
    live.close(before);
    expect(before.ids.at(-1)).toEndWith(":3");
  });
});

test("a page hears from its line what happened since it began to be made", async () => {
  const after = live.position({ userId: "u", organizationId: "o", role: "viewer", permissions: [] });
  live.publish("o", status(1));
  expect(open("o", "t", undefined, { after }).heard.slice(0, -1)).toEqual([status(1)]);
  live.position({ userId: "u", organizationId: "other", role: "viewer", permissions: [] });
  const timers = clock.pending;
  clock.advance(LINGER_MS);
  await settled();
  expect(timers - clock.pending).toBe(2);
});

describe("a browser is told to ask for everything again", () => {
  test("when it was away for longer than it is waited for", async () => {
    const before = open();
    live.close(before);
    clock.advance(LINGER_MS);
    expect((await comeBack(before)).heard).toEqual([{ type: "resync" }]);
  });

  test("when more happened than is kept", async () => {
    const [before, stays] = [open(), open()];
    live.close(before);
    const bytes = JSON.stringify(status(1)).length;
    for (let sent = 0; sent < RECENT_BYTES; sent += bytes) live.publish("o", status(1));
    expect((await comeBack(before)).heard).toEqual([{ type: "resync" }]);
    live.close(stays);
    // Its own last event is there still.
    expect((await comeBack(stays)).heard).toEqual([]);
  });

  test("when it looks at a device that nobody looked at meanwhile", async () => {
    const before = open();
    live.publish("o", status(1));
    live.close(before);
    live.publish("o", status(2));
    expect((await comeBack(before, { watch: [1] })).heard).toEqual([{ type: "resync" }]);
  });

  test("when its id is of no log there is", async () => {
    open();
    const browser = open("o", "t", undefined, { after: "0123456789abcdef:1" });
    expect(browser.heard.map(({ type }) => type)).toEqual(["resync", "heartbeat"]);
  });
});

test("values push out no states, however many there are", async () => {
  const before = await openWatching(1);
  live.close(before);
  live.publish("o", status(1));
  for (let value = 0; value < RECENT_BYTES / 100; value += 1) live.readings("a", power(value));
  expect((await comeBack(before, { watch: [1] })).heard).toEqual([{ type: "resync" }]);
  expect((await comeBack(before)).heard).toEqual([status(1)]);
});

test("what a slow browser is sent counts up, so that its last id tells what it has not seen", () => {
  const slow = open();
  slow.buffered = SLOW_BYTES;
  for (const device of [1, 2, 1]) live.publish("o", status(device));
  live.close(slow);
  slow.buffered = 0;
  const reading = open("o", "t", undefined, { after: slow.ids.at(-1)! });
  expect(reading.heard.slice(0, -1)).toEqual([status(1), status(2), status(1)]);
});

test("who comes and goes all the time costs no more than a hundred", () => {
  const timers = clock.pending;
  for (let turn = 0; turn < 1_000; turn += 1) live.close(open());
  expect(clock.pending - timers).toBe(100);
});
