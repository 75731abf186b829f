import type { Transaction } from "kysely";
import type { DeviceEvent } from "../../protocol/log/kinds.ts";
import type { SimulationStatus } from "../../protocol/log/uplog/simulation-status.ts";
import type { Tables } from "../database/tables.ts";

/** The gateway whose entries are applied, as the device half needs it. */
export interface ApplyingGateway {
  id: string;
  organization_id: string;
  site_id: string;
}

/** Takes in what a gateway tells of its simulation; what it returns is told again after the commit. */
export type ApplySimulation<Change> = (
  trx: Transaction<Tables>,
  gateway: ApplyingGateway,
  event: SimulationStatus,
  nowMs: number,
) => Promise<Change | null>;

/** The half that knows devices; `Change` is whatever it wants to be told again after the commit. */
export interface DeviceApplier<Change> {
  event(
    trx: Transaction<Tables>,
    gateway: ApplyingGateway,
    event: DeviceEvent,
    nowMs: number,
  ): Promise<Change | null>;
  /** These are all devices of the gateway's. */
  onlyThese(
    trx: Transaction<Tables>,
    gateway: ApplyingGateway,
    keys: readonly string[],
    nowMs: number,
  ): Promise<void>;
  /** The ids of devices by their keys. */
  ensure(
    trx: Transaction<Tables>,
    gateway: ApplyingGateway,
    keys: readonly string[],
    nowMs: number,
  ): Promise<Map<string, string>>;
}
