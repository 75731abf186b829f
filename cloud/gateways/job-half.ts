import type { Transaction } from "kysely";
import type { GatewayUpdate } from "../../protocol/gateways/gateway.ts";
import type { Seq } from "../../protocol/log/cursor.ts";
import type { DownlogEvent, JobEvent } from "../../protocol/log/kinds.ts";
import type { Tables } from "../database/tables.ts";
import type { ApplyingGateway } from "./device-applier.ts";

/** The half that knows jobs. */
export interface JobHalf {
  /** Takes in what was said of jobs, in its order. */
  apply(
    trx: Transaction<Tables>,
    gateway: ApplyingGateway,
    events: readonly JobEvent[],
    nowMs: number,
  ): Promise<void>;
  /** Whether somebody waits for a job's end. */
  areAwaited(): boolean;
  /** Says all that is wanted of a gateway in its new downlog. */
  wantAnew(
    trx: Transaction<Tables>,
    gatewayId: string,
    append: (event: DownlogEvent) => Promise<Seq>,
  ): Promise<void>;
  /** The newest update of each of these gateways that was asked for one. */
  updatesOf(gatewayIds: readonly string[]): Promise<ReadonlyMap<string, GatewayUpdate>>;
  /** A gateway that had applied its downlog up to `before` says `now`: it came back from a backup, or has a new disk. */
  forgotten(trx: Transaction<Tables>, gatewayId: string, now: Seq, before: Seq): Promise<void>;
}
