/**
 * What browsers see move: states of devices, gateways coming and going, what people do, values of devices somebody looks at.
 *
 * Promises: a browser hears only of its own organisation, and only what its person may ask the API for; one that comes
 * back within a short time hears what it missed, each thing once, or that it missed more than is kept; a slow one is
 * sent less, never late, and never makes this process grow; gateways are asked only for what somebody looks at.
 * Never the truth: everything here may be lost without harm, the API has it.
 */
import type { Logger } from "@logtape/logtape";
import type { Permission } from "../../protocol/accounts/permissions.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { Result } from "../../protocol/errors.ts";
import type { Live as LiveFrame } from "../../protocol/frames/control.ts";
import { browserMessageSchema, type LiveEvent } from "../../protocol/live/event.ts";
import { parseEventId } from "../../protocol/live/event-id.ts";
import type { PollQuery, Resume } from "../../protocol/live/resume.ts";
import type { Random } from "../../protocol/random.ts";
import { SECOND } from "../../protocol/units.ts";
import { check } from "../../protocol/validate.ts";
import type { Standing, Visitor } from "../accounts/accounts.ts";
import { mayDo, type Scope } from "../accounts/scope.ts";
import type { CloudDatabase } from "../database/database.ts";
import { Farewells } from "./farewells.ts";
import { GatewayWatch } from "./gateway-watch.ts";
import { type BrowserConnection, Outbox } from "./outbox.ts";
import { Poll } from "./poll.ts";
import type { Numbered } from "./recent.ts";
import { type Room, Rooms } from "./rooms.ts";
import { StatusNews } from "./status-news.ts";
import { findWatched } from "./store.ts";
import { type WatchedDevice, Watches } from "./watches.ts";

export type { BrowserConnection } from "./outbox.ts";
export { liveRoutes } from "./routes.ts";

export const HEARTBEAT_MS = 20 * SECOND;
/**
 * How often a slow browser is looked at again. Soon, because one that only had a great deal to take at once has long read
 * it: at `SLOW_BYTES` every 250 ms it would fall behind an organisation with 2,000 changes a second, and be sent away.
 */
export const DRAIN_MS = 20;
/** Longest message from a browser: 500 ids in JSON are 20 KB. */
const MESSAGE_MAX_LENGTH = 64_000;
const CLOSE_POLICY = 1008;

/** What a person must be allowed to hear of each kind, as for asking; null is for everybody. */
const NEEDS: Record<LiveEvent["type"], Permission | null> = {
  "device:status": "device:read",
  "site:update": "site:read",
  "job:progress": "job:read",
  "job:log": "job:read",
  "notification:new": "notification:read",
  "notification:read": "notification:read",
  "audit:new": "audit:read",
  // The newest values are part of a device; `telemetry:read` is for its history.
  telemetry: "device:read",
  heartbeat: null,
  resync: null,
};

/** Lines one person may have open at a time, polls that wait among them. */
export const BROWSERS_MAX = 200;

const CLOSE_TRY_LATER = 1013;
const CLOSE_GOING_AWAY = 1001;

export interface LiveParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  log: Logger;
  /** `Hub.watch`: these devices of the gateway are looked at, by key, and no others. */
  watch(gatewayId: string, keys: readonly string[]): void;
  /** `Accounts.stillWelcome`: whose session is still open, and what they may do now. */
  stillWelcome<V extends Visitor>(visitors: readonly V[]): Promise<ReadonlyMap<V, Standing>>;
}

interface Browser extends Visitor {
  connection: BrowserConnection;
  scope: Scope;
  room: Room<Browser>;
  outbox: Outbox;
  /** Id of the last event it has; null for from now on. */
  after: string | null;
  /** It has caught up, and hears what happens. */
  listening: boolean;
  /** The newest wish that is not looked up yet. */
  wish: readonly string[] | null;
  looking: boolean;
}

/** The browsers connected to this process. None of its methods throws or waits. */
export class Live {
  readonly #parts: LiveParts;
  readonly #browsers = new Map<BrowserConnection, Browser>();
  readonly #rooms: Rooms<Browser>;
  readonly #watches = new Watches<Browser>();
  readonly #gatewayWatch: GatewayWatch;
  readonly #statuses: StatusNews;
  readonly #farewells: Farewells<Browser, Standing>;
  #cancelHeartbeat: (() => void) | null = null;
  #cancelDrain: (() => void) | null = null;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.#rooms = new Rooms<Browser>({
      ...parts,
      forget: (browser) => this.#watch(browser, []),
    });
    this.#gatewayWatch = new GatewayWatch({
      ...parts,
      keysOf: (gatewayId) => this.#watches.keysOf(gatewayId),
    });
    this.#statuses = new StatusNews({
      ...parts,
      isHeard: (organizationId) => this.#rooms.of(organizationId) !== undefined,
      tell: (organizationId, status) => this.#tell(organizationId, status),
    });
    this.#farewells = new Farewells<Browser, Standing>({
      ...parts,
      visitors: () => [...this.#browsers.values()],
      stay: (browser, standing) => this.#stay(browser, standing),
      end: (browser) => this.#end(browser, CLOSE_POLICY, "auth.required"),
    });
  }

  start(): void {
    this.#farewells.start();
    this.#cancelHeartbeat ??= this.#parts.clock.after(HEARTBEAT_MS, () => this.#heartbeat());
  }

  stop(): void {
    this.#farewells.stop();
    for (const connection of [...this.#browsers.keys()]) {
      this.close(connection);
      connection.close(CLOSE_GOING_AWAY, "stopping");
    }
    this.#rooms.clear();
    this.#cancelHeartbeat?.();
    this.#gatewayWatch.stop();
    this.#statuses.stop();
    this.#cancelDrain?.();
    this.#cancelHeartbeat = null;
    this.#cancelDrain = null;
  }

  /** What members may do has changed: those it has changed for are ended now, and not at the next look. */
  lookAgain(): void {
    this.#farewells.lookNow();
  }

  /** Id of the organisation's newest event, for a page that is about to be rendered and to open a line from there. */
  position({ organizationId }: Scope): string {
    return this.#rooms.expect(organizationId).recent.head;
  }

  /** Whether anybody hears what is told of this organisation, or may ask for it in a moment. */
  isHeard(organizationId: string): boolean {
    return this.#rooms.of(organizationId) !== undefined;
  }

  /** Tells every browser of the organisation, or those of some people (by the id of their account). */
  publish(organizationId: string, event: LiveEvent, audience?: ReadonlySet<string>): void {
    if (event.type === "device:status") this.#statuses.isNews(event);
    this.#tell(organizationId, event, audience);
  }

  /** The state of these devices may have changed. Browsers are told of those whose state really has. */
  devicesChanged(organizationId: string, deviceIds: Iterable<string>): void {
    this.#statuses.changed(organizationId, deviceIds);
  }

  /** Newest values from a gateway, for the browsers that look at the devices. */
  readings(gatewayId: string, readings: LiveFrame["readings"]): void {
    for (const { device: key, atMs, values } of readings) {
      const watched = this.#watches.find(gatewayId, key);
      const room = watched && this.#rooms.of(watched.organizationId);
      if (watched === undefined || room === undefined) continue;
      const event: LiveEvent = {
        type: "telemetry",
        device: watched.id,
        readings: Object.entries(values).map(([metric, value]) => [metric, atMs, value]),
      };
      const numbered = room.recent.add(event);
      for (const browser of [...watched.watchers]) this.#offer(browser, numbered);
    }
  }

  /**
   * A browser that has shown who it is, with the token of its session. It may stay as long as that is open. With the
   * last id it saw it hears first what it has missed since.
   */
  open(connection: BrowserConnection, scope: Scope, token: string, { after, watch = [] }: Resume = {}): void {
    const { userId, organizationId } = scope;
    const present = [...(this.#rooms.of(organizationId)?.browsers ?? [])];
    if (present.filter((browser) => browser.userId === userId).length >= BROWSERS_MAX) {
      connection.close(CLOSE_TRY_LATER, "too many");
      return;
    }
    const browser: Browser = {
      ...{ connection, scope, token, userId, organizationId },
      ...{ outbox: new Outbox(connection), after: after ?? null, listening: false },
      ...{ wish: null, looking: false, room: this.#rooms.open(organizationId) },
    };
    browser.room.browsers.add(browser);
    this.#browsers.set(connection, browser);
    if (watch.length === 0) this.#catchUp(browser);
    else this.#wish(browser, watch);
  }

  /**
   * The same for a browser that cannot have a WebSocket, for one request: what it missed, or what happens within the
   * time it waits, as the body of the answer. `gone` tells that nobody waits for it any longer.
   */
  async poll(scope: Scope, token: string, query: PollQuery, gone: AbortSignal): Promise<Result<string>> {
    const poll = new Poll(this.#parts.clock, query.hold);
    const leave = () => poll.close(CLOSE_GOING_AWAY, "gone");
    gone.addEventListener("abort", leave);
    this.open(poll, scope, token, query);
    const answer = await poll.answer;
    this.close(poll);
    gone.removeEventListener("abort", leave);
    return answer;
  }

  message(connection: BrowserConnection, text: string): void {
    const browser = this.#browsers.get(connection);
    if (browser === undefined) return;
    const wish = readWish(text);
    if (wish === null) this.#end(browser, CLOSE_POLICY, 'send {"watch":[deviceId, ...]}');
    else this.#wish(browser, wish);
  }

  close(connection: BrowserConnection): void {
    const browser = this.#browsers.get(connection);
    if (browser === undefined) return;
    this.#browsers.delete(connection);
    browser.wish = null;
    browser.listening = false;
    this.#rooms.leave(browser.organizationId, browser);
  }

  #wish(browser: Browser, ids: readonly string[]): void {
    browser.wish = ids;
    void this.#look(browser);
  }

  #watch(browser: Browser, devices: readonly WatchedDevice[]): void {
    this.#gatewayWatch.changed(this.#watches.set(browser, devices, browser.room.recent.seq));
  }

  /** What the browser missed, and from then on what happens; or that it missed more than is kept. */
  #catchUp(browser: Browser): void {
    browser.listening = true;
    const { recent } = browser.room;
    if (browser.after !== null) {
      const missed = this.#missedBy(browser, browser.after);
      if (missed === null) this.#say(browser, { type: "resync", id: recent.head });
      else for (const numbered of missed) this.#offer(browser, numbered);
    }
    this.#say(browser, { type: "heartbeat", id: recent.head, now: this.#parts.clock.nowMs() });
    browser.connection.caughtUp?.();
  }

  /** Null when it is not all kept: of a device that nobody looked at meanwhile, no values were asked for. */
  #missedBy(browser: Browser, after: string): Numbered[] | null {
    const watched = this.#watches.of(browser);
    const seq = parseEventId(after)?.seq ?? 0;
    if ([...watched.values()].some((sinceSeq) => sinceSeq > seq)) return null;
    const missed = browser.room.recent.since(after, watched.size > 0);
    return missed?.filter(({ event }) => event.type !== "telemetry" || watched.has(event.device)) ?? null;
  }

  /** What somebody may do is what it was when they came in; who may do other things now comes in again. */
  #stay(browser: Browser, { permissions }: Standing): void {
    if (String(browser.scope.permissions) === String(permissions)) return;
    this.#end(browser, CLOSE_POLICY, "auth.changed");
  }

  /** Finds the devices of the newest wish. One look at a time, so that an older one cannot win. */
  async #look(browser: Browser): Promise<void> {
    if (browser.looking) return;
    browser.looking = true;
    try {
      while (browser.wish !== null) {
        const ids = browser.wish;
        browser.wish = null;
        const asked = mayDo(browser.scope, "device:read") ? ids : [];
        const devices = await findWatched(this.#parts.db.read, browser.scope, asked);
        if (this.#browsers.get(browser.connection) !== browser) return;
        this.#watch(browser, devices);
        if (!browser.listening) this.#catchUp(browser);
      }
    } catch (error) {
      this.#parts.log.error("a browser's wish could not be looked up", { error });
      this.#end(browser, CLOSE_TRY_LATER, "store.unavailable");
    } finally {
      browser.looking = false;
    }
  }

  #tell(organizationId: string, event: LiveEvent, audience?: ReadonlySet<string>): void {
    const room = this.#rooms.of(organizationId);
    if (room === undefined) return;
    const numbered = room.recent.add(event, audience);
    for (const browser of [...room.browsers]) this.#offer(browser, numbered);
  }

  #say(browser: Browser, event: LiveEvent): void {
    this.#offer(browser, { event, text: JSON.stringify(event) });
  }

  #offer(browser: Browser, { event, text, audience }: Omit<Numbered, "seq">): void {
    if (!browser.listening || audience?.has(browser.userId) === false) return;
    const needed = NEEDS[event.type];
    if (needed !== null && !mayDo(browser.scope, needed)) return;
    if (!browser.outbox.offer(event, text)) this.#end(browser, CLOSE_TRY_LATER, "too slow");
    else if (browser.outbox.isWaiting) this.#drainLater();
  }

  #drainLater(): void {
    this.#cancelDrain ??= this.#parts.clock.after(DRAIN_MS, () => {
      this.#cancelDrain = null;
      let waiting = false;
      for (const { outbox } of this.#browsers.values()) {
        outbox.drain();
        waiting ||= outbox.isWaiting;
      }
      if (waiting) this.#drainLater();
    });
  }

  #heartbeat(): void {
    const now = this.#parts.clock.nowMs();
    for (const browser of [...this.#browsers.values()]) {
      this.#say(browser, { type: "heartbeat", id: browser.room.recent.head, now });
    }
    this.#cancelHeartbeat = this.#parts.clock.after(HEARTBEAT_MS, () => this.#heartbeat());
  }

  #end(browser: Browser, code: number, reason: string): void {
    this.close(browser.connection);
    browser.connection.close(code, reason);
  }
}

function readWish(text: string): readonly string[] | null {
  if (text.length > MESSAGE_MAX_LENGTH) return null;
  try {
    const message = check(browserMessageSchema, JSON.parse(text));
    return message.ok ? message.value.watch : null;
  } catch {
    return null;
  }
}
