import type { Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import type { Seq } from "../../protocol/log/cursor.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { recordDownAcked } from "./downlog.ts";

/** What a gateway has acknowledged is written down so much later at the latest. */
export const ACK_NOTED_MS = 100;

/**
 * How far a gateway has applied its downlog, on its way into the database. A gateway that does as it is asked says so within
 * milliseconds, in entries that are committed anyway: its acknowledgement goes with them, twenty times a second at most, and has a commit of
 * its own only when none come.
 */
export class DownAckNote {
  readonly #db: Pick<CloudDatabase, "onCommit">;
  readonly #clock: Pick<Clock, "after" | "monotonicMs">;
  readonly #gatewayId: string;
  readonly #epoch: string;
  #acked: Seq;
  #noted: Seq;
  #writtenMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;

  /** `acked`: as it is in the database. */
  constructor(
    parts: { db: Pick<CloudDatabase, "onCommit">; clock: Pick<Clock, "after" | "monotonicMs"> },
    gatewayId: string,
    epoch: string,
    acked: Seq,
  ) {
    this.#db = parts.db;
    this.#clock = parts.clock;
    this.#gatewayId = gatewayId;
    this.#epoch = epoch;
    this.#acked = acked;
    this.#noted = acked;
  }

  /** Last seq the gateway has applied. */
  get acked(): Seq {
    return this.#acked;
  }

  /** It has applied up to `seq`. `late` is called when nothing was written for long. */
  acknowledged(seq: Seq, late: () => void): void {
    this.#acked = seq;
    this.#cancel ??= this.#clock.after(ACK_NOTED_MS, () => {
      this.#cancel = null;
      late();
    });
  }

  /** Writes it in a transaction that is made for something else, when it was not a moment ago. */
  async writeAlong(trx: Transaction<Tables>): Promise<void> {
    if (this.#clock.monotonicMs() - this.#writtenMs >= ACK_NOTED_MS / 2) await this.write(trx);
  }

  /** Writes it in a transaction that is made for this. */
  async write(trx: Transaction<Tables>): Promise<void> {
    const seq = this.#acked;
    if (seq === this.#noted) return;
    this.#writtenMs = this.#clock.monotonicMs();
    await recordDownAcked(trx, this.#gatewayId, this.#epoch, seq);
    this.#db.onCommit(trx, () => {
      this.#noted = seq;
      if (seq === this.#acked) this.stop();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
