import type * as v from "valibot";
import type { Clock } from "../../../protocol/clock.ts";
import type { Result } from "../../../protocol/errors.ts";
import type { AddressOf, PlatformName } from "../../../protocol/notifications/address.ts";
import type { MappingNote, Message } from "../../../protocol/notifications/message.ts";
import type { Outcome } from "../../../protocol/notifications/outcome.ts";
import type { Random } from "../../../protocol/random.ts";
import type { Outbound } from "../../outbound/outbound.ts";
import type { Vapid } from "../vapid.ts";
import type { BrokerSessions } from "./broker-session.ts";

/**
 * One push platform: what it makes of a message, and how it is handed over. A file each, one table that lists them
 * (`platforms.ts`). A platform knows no database and decides nothing about when and how often to send: it tries once
 * and tells what became of it.
 */
export interface Platform<Name extends PlatformName, Credentials> {
  readonly name: Name;
  readonly limits: PlatformLimits;
  /** What it is opened with, as people enter it; null when it needs nothing of them. */
  readonly credentials: v.GenericSchema<unknown, Credentials> | null;
  /** What may be shown of credentials: which project or app they are of. */
  describe(credentials: Credentials): Record<string, string>;
  /** What it cannot express of a message, for whoever composes. */
  notes(message: Message): MappingNote[];
  /** What it is sent, in its own notation: for previews, and for its size. */
  payload(message: Message, id: string): string;
  /**
   * Makes a sender; asks nobody yet. Code: `push.credentials-invalid` when the credentials can never do, as a key that
   * is none.
   */
  open(credentials: Credentials, parts: PlatformParts): Result<Sender<Name>>;
}

export interface PlatformLimits {
  /** Of the payload, as the platform counts it; what is larger is refused without asking it. */
  payloadBytes: number;
  /** Longest that the platform keeps a message; a longer time to live is cut. */
  timeToLiveSeconds: number;
}

export interface PlatformParts {
  clock: Clock;
  random: Random;
  /** For every address that somebody chose who does not run the service. */
  outbound: Outbound;
  vapid: Vapid;
  hosts: PlatformHosts;
  /** Writes a message for a device of the organisation into its gateway's downlog. */
  toDevice(handing: Handing<"mqtt">): Promise<Outcome>;
  /** Null for a trial, of which nothing is kept. */
  sessions: BrokerSessions | null;
}

/** Where the platforms are, and who signs for them. What is null is where its owner has it. */
export interface PlatformHosts {
  fcm: string | null;
  fcmToken: string | null;
  apns: string | null;
  wnsToken: string | null;
  /** Certificates (PEM) of the authorities that signed theirs, where they are not where their owners have them. */
  authority: string | null;
}

/** One message on its way to one address. */
export interface Handing<Name extends PlatformName> {
  /** Of the delivery; the receiver's word about it comes back with it. */
  id: string;
  address: AddressOf<Name>;
  message: Message;
  /** After this it is of no use: it is handed over with what is left. */
  expiresMs: number;
  /** Web Push: the id of the VAPID key that the browser subscribed with; null means the present one. */
  vapidKeyId?: string | null;
  /** With it the receiver's app tells what became of it, to whoever it is (`POST /api/v1/receipts`). */
  receipt?: string;
}

/** Stays open and keeps its connections. `send` never rejects: what fails is told as an outcome. */
export interface Sender<Name extends PlatformName> {
  send(handing: Handing<Name>): Promise<Outcome>;
  /** That these were sent is durable: they will not be handed over again. */
  written?(ids: readonly string[]): void;
  /** Of a broker elsewhere: what messages go there at. Null: it was not asked yet, or there is none. */
  qos?(): 1 | 2 | null;
  /** Goes on with what was under way when an earlier process died. */
  resume?(): void;
  close(): void;
}
