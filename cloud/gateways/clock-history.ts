import type { Transaction } from "kysely";
import { type Seq, UPLOG_STREAMS, type UplogStream } from "../../protocol/log/cursor.ts";
import type { Tables } from "../database/tables.ts";

/** The entries of a lane after `after`, up to the next stretch, were written by a clock that was ahead by `skewMs`. */
export interface Stretch {
  after: Seq;
  skewMs: number;
}

/** Of each lane of one uplog, in order. */
export type ClockHistory = Record<UplogStream, Stretch[]>;

/** Kept of a lane: at a few seconds of drift a day, months. */
export const STRETCHES_MAX = 500;

export async function readClockHistory(
  trx: Transaction<Tables>,
  gatewayId: string,
  epoch: string,
): Promise<ClockHistory> {
  const rows = await trx
    .selectFrom("gateway_clock")
    .select(["stream", "after_seq as after", "skew_ms as skewMs"])
    .where("gateway_id", "=", gatewayId)
    .where("epoch", "=", epoch)
    .orderBy("after_seq")
    .execute();
  const of = (lane: UplogStream): Stretch[] =>
    rows.filter(({ stream }) => stream === lane).map(({ after, skewMs }) => ({ after, skewMs }));
  return { urgent: of("urgent"), bulk: of("bulk") };
}

export async function writeClockHistory(
  trx: Transaction<Tables>,
  gatewayId: string,
  epoch: string,
  history: ClockHistory,
): Promise<void> {
  await trx
    .deleteFrom("gateway_clock")
    .where("gateway_id", "=", gatewayId)
    .where("epoch", "=", epoch)
    .execute();
  for (const stream of UPLOG_STREAMS) {
    const rows = history[stream].map(({ after, skewMs }) => ({
      gateway_id: gatewayId,
      epoch,
      stream,
      after_seq: after,
      skew_ms: skewMs,
    }));
    if (rows.length > 0) await trx.insertInto("gateway_clock").values(rows).execute();
  }
}

/** By how much the clock was ahead at an entry; what came before all that is known is taken to be like the first. */
export function skewAt(stretches: readonly Stretch[], seq: Seq): number {
  return (stretches.findLast(({ after }) => after < seq) ?? stretches[0])?.skewMs ?? 0;
}
