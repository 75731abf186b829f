import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Address } from "../../protocol/notifications/address.ts";
import type { Message } from "../../protocol/notifications/message.ts";
import type { Outcome } from "../../protocol/notifications/outcome.ts";
import type { Recipient } from "../../protocol/notifications/push.ts";
import { HOUR, SECOND } from "../../protocol/units.ts";
import type { CloudDatabase } from "../database/database.ts";
import { addressDigest, disableEndpoints, findEndpoint, touchEndpoints } from "./endpoint-store.ts";

/** A recipient whose address is known, and the message for it. */
export interface Located {
  organizationId: string;
  endpointId: string | null;
  address: Address;
  vapidKeyId: string | null;
  message: Message;
  expiresMs: number;
  lastSentMs: number | null;
}

/** When something was last sent is noted so exactly. */
const TOUCHED_EVERY_MS = HOUR;
const WRITTEN_AT_ONCE = 500;

/** From recipients to addresses, and back from outcomes to endpoints. */
export class Recipients {
  readonly #db: CloudDatabase;
  readonly #clock: Clock;
  /** What is to be noted, shared by what ends together. */
  #noted: {
    organizationId: string;
    endpointId: string | null;
    ended: { digest: string; reason: string } | null;
  }[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(db: CloudDatabase, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Codes: `record.not-found`; `record.conflict` of one that is disabled. */
  async locate(organizationId: string, to: Recipient, message: Message): Promise<Result<Located>> {
    if (to.address !== undefined) return accept(this.at(organizationId, to.address, message));
    const row = await findEndpoint(this.#db.read, organizationId, to.endpoint ?? "");
    if (row === undefined) return refuse("record.not-found", `endpoint ${to.endpoint}`);
    if (row.disabled_ms !== null)
      return refuse("record.conflict", `the endpoint is disabled: ${row.disabled_reason}`);
    return accept({
      ...this.at(organizationId, JSON.parse(row.address) as Address, message),
      endpointId: row.id,
      vapidKeyId: row.vapid_key_id,
      lastSentMs: row.last_sent_ms,
    });
  }

  /** A bare address. */
  at(organizationId: string, address: Address, message: Message): Located {
    const expiresMs = this.#clock.nowMs() + message.timeToLiveSeconds * SECOND;
    return {
      organizationId,
      endpointId: null,
      address,
      vapidKeyId: null,
      message,
      expiresMs,
      lastSentMs: null,
    };
  }

  /** Disables what is gone, also where it was sent to as a bare address. Written soon, many at a time. */
  note({ organizationId, endpointId, address, lastSentMs }: Located, outcome: Outcome): void {
    const isGone = outcome.outcome === "gone";
    const touches =
      outcome.outcome === "sent" &&
      endpointId !== null &&
      this.#clock.nowMs() - (lastSentMs ?? 0) >= TOUCHED_EVERY_MS;
    if (!isGone && !touches) return;
    const ended = isGone ? { digest: addressDigest(address), reason: outcome.reason } : null;
    this.#noted.push({ organizationId, endpointId: touches ? endpointId : null, ended });
    // Safe to go on when it fails: the next message to the address is answered the same.
    if (this.#noted.length === 1)
      this.#writing = this.#writing.then(() => this.#write()).catch(() => undefined);
  }

  /** What was noted is written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#noted.length > 0) {
      const batch = this.#noted.splice(0, WRITTEN_AT_ONCE);
      await this.#db.write(async (trx) => {
        const nowMs = this.#clock.nowMs();
        const touched = batch.map(({ endpointId }) => endpointId).filter((id) => id !== null);
        await touchEndpoints(trx, touched, nowMs);
        for (const { organizationId, ended } of batch)
          if (ended !== null) await disableEndpoints(trx, organizationId, [ended], nowMs);
      });
    }
  }
}
