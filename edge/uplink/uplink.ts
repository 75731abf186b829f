import type { UplogStream } from "../../protocol/log/cursor.ts";
import { UplinkDriver } from "./driver.ts";
import type { UplinkParts } from "./parts.ts";
import type { StatusSource } from "./status.ts";

export { type Connect, connectThrough, connectWebSocket } from "./line.ts";
export type { Obstacle } from "./obstacle.ts";
export type { UplinkParts } from "./parts.ts";
export type { Sealer } from "./session.ts";
export type { UplinkStatus } from "./status.ts";
export { keepStatusFile, readStatusFile, type StatusFile } from "./status-file.ts";

/**
 * The gateway's side of the line to the cloud: one WebSocket, opened from here, over which the uplog goes up and the
 * downlog comes down (`docs/protocol.md`).
 *
 * Promises: every entry of the downlog takes effect exactly once; nothing is asked of the site but an outgoing
 * connection; whatever the cloud says or fails to say, the rest of the gateway does not notice. Never decides what an
 * entry means, and never loses one: it only reads the uplog.
 */
export interface Uplink extends StatusSource {
  /** Connects as soon as there is an identity, which another process may give it later. */
  start(): void;
  stop(): void;
  /** Ends the session, if there is one, and begins another: the gateway has another key. */
  reopen(): void;
  /**
   * Entries of each lane that the cloud has not acknowledged. They are counted, which takes a tenth of a second where a
   * gigabyte waits: for people, and for nothing that runs by itself.
   */
  behind(): Record<UplogStream, number>;
}

export function createUplink(parts: UplinkParts): Uplink {
  return new UplinkDriver(parts);
}
