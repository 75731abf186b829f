import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../../protocol/clock.ts";
import type { GroupCommit } from "../../telemetry/group-commit.ts";
import type { Inbox } from "../inbox.ts";
import type { LogThrottle } from "../limits/limits.ts";
import type { Line } from "./line.ts";
import type { PublishPacket, RoutedPacket } from "./publish-packet.ts";
import type { Received } from "./received.ts";
import type { Session } from "./session.ts";
import type { Turns } from "./turns.ts";

/** Who the client is, once it has logged in. `clientId` is the broker's: `<device>/<what the client gave>`. */
export interface SessionIdentity {
  device: string;
  clientId: string;
  clean: boolean;
}

export interface SessionLimits {
  /** Largest packet, without its fixed header. */
  packetBytes: number;
  /** Messages of a client that are not answered or not delivered at most, and QoS 2 messages it has not released. */
  inflight: number;
  /** Messages a client may publish a second, over a while; 0 sets no limit. */
  messagesPerSecond: number;
  /** What may wait for the client to read it. */
  unreadBytes: number;
  /** How long something may wait. */
  unreadForMs: number;
  /** How long a connection may be without CONNECT. */
  connectWithinMs: number;
}

/** What a session works with. */
export interface SessionParts {
  inbox: Inbox;
  received: Received;
  commit: GroupCommit;
  clock: Clock;
  log: Logger;
  throttle: LogThrottle;
  limits: SessionLimits;
  turns: Turns;
  /** Hands the line to aedes: CONNECT has come. */
  open(line: Line): unknown;
  route: {
    /** Could anybody, now or later, receive this message? */
    wanted(device: string, packet: PublishPacket): boolean;
    /** Queues it in the transaction under way for whoever has a queue. Gives what is to be published after that has committed. */
    queue(packet: RoutedPacket): RoutedPacket;
    /** Resolves when whoever subscribes has it, or has it in a queue. */
    publish(packet: RoutedPacket): Promise<void>;
  };
  /** A message could not be stored. */
  notStored(device: string | undefined, error: unknown): void;
  /** A packet announced so many bytes, or Infinity for a malformed header. */
  tooLarge(device: string | undefined, announced: number): void;
  ended(session: Session): unknown;
}
