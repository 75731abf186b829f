import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { LiveEvent } from "../../protocol/live/event.ts";
import { SECOND } from "../../protocol/units.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { FAREWELL_MS } from "./farewells.ts";
import { POLL_GATHER_MS } from "./poll.ts";
import { settled } from "./testing/start-live.ts";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startCloud();
});
afterEach(() => cloud[Symbol.asyncDispose]());

const site = "0190b8e0-7c1a-7000-8000-000000000001";
const update = (gatewayConnected: boolean) => ({ type: "site:update", site, gatewayConnected }) as const;
const publish = (gatewayConnected: boolean) =>
  cloud.cloud.live.publish(cloud.owner.scope.organizationId, update(gatewayConnected));
const poll = (query = "", init: RequestInit = {}) => cloud.api(`/events/poll${query}`, cloud.owner, init);
const eventsOf = async (answer: Response) => ((await answer.json()) as { events: LiveEvent[] }).events;
/** Where a browser is that polls for the first time. */
const begin = async () => (await eventsOf(await poll())).at(-1)!.id!;
/** Until the request that was just sent waits for news. */
const waiting = async (timers: number) => {
  while (cloud.clock.pending <= timers) await settled();
};

test("a plain request is told that the address is for WebSockets", async () => {
  const response = await cloud.api("/events", cloud.owner);
  expect([response.status, await response.json()]).toMatchObject([400, { code: "request.invalid" }]);
});

describe("a browser without a WebSocket", () => {
  test("gets what came after the event it saw last, and nothing twice", async () => {
    const after = await begin();
    publish(true);
    publish(false);
    const events = await eventsOf(await poll(`?after=${after}`));
    expect(events).toMatchObject([update(true), update(false), { type: "heartbeat", id: events[1]!.id }]);
    expect(await eventsOf(await poll(`?after=${events[1]!.id}`))).toMatchObject([{ type: "heartbeat" }]);
  });

  test("waits for news as long as it said", async () => {
    const after = await begin();
    const timers = cloud.clock.pending;
    const news = poll(`?after=${after}&hold=20`);
    await waiting(timers);
    publish(true);
    cloud.clock.advance(POLL_GATHER_MS);
    expect(await eventsOf(await news)).toMatchObject([{ type: "heartbeat" }, update(true)]);
    const nothing = poll(`?after=${after}&hold=5`);
    expect((await eventsOf(await nothing)).map(({ type }) => type)).toEqual(["site:update", "heartbeat"]);
    const latest = await begin();
    const before = cloud.clock.pending;
    const silence = poll(`?after=${latest}&hold=5`);
    await waiting(before);
    cloud.clock.advance(5 * SECOND);
    expect(await eventsOf(await silence)).toMatchObject([{ type: "heartbeat" }]);
  });

  test("is told to ask again for everything when it comes from another process of the cloud", async () => {
    const events = await eventsOf(await poll("?after=0123456789abcdef:5"));
    expect(events).toMatchObject([{ type: "resync" }, { type: "heartbeat" }]);
  });

  test("waits no longer when its session has ended", async () => {
    const timers = cloud.clock.pending;
    const answer = poll("?hold=20");
    await waiting(timers);
    await cloud.api("/auth/logout", cloud.owner, { method: "POST" });
    cloud.clock.advance(FAREWELL_MS);
    expect((await answer).status).toBe(401);
  });

  test("is not waited for when it has gone", async () => {
    const timers = cloud.clock.pending;
    const gone = new AbortController();
    const answer = poll("?hold=20", { signal: gone.signal });
    await waiting(timers);
    gone.abort();
    expect((await answer).status).toBe(200);
  });

  test.each(["?after=5", "?hold=21", "?hold=x", "?watch=device"])(
    "%s is refused with the reason",
    async (query) => {
      expect((await poll(query)).status).toBe(400);
    },
  );
});
