import type { Transaction } from "kysely";
import type { NotificationSend } from "../../protocol/log/downlog/notification-send.ts";
import { gone, type Outcome, refused, retryable, sent } from "../../protocol/notifications/outcome.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import type { Handing } from "./platforms/platform.ts";

/** Appends to a gateway's downlog; gives the seq of the last. */
export type AppendDown = (
  trx: Transaction<Tables>,
  gatewayId: string,
  events: readonly NotificationSend[],
) => Promise<number>;

interface Waiting {
  organizationId: string;
  handing: Handing<"mqtt">;
  resolve(outcome: Outcome): void;
}

/** Few enough for every database's limit of parameters, and for a transaction that lets others in between. */
const AT_ONCE = 500;

/**
 * Notifications on their way into the downlogs of gateways. What comes in together shares a transaction: a commit costs
 * more than an entry.
 */
export class DeviceOutbox {
  readonly #db: CloudDatabase;
  readonly #append: AppendDown;
  #waiting: Waiting[] = [];
  #running = false;

  constructor(db: CloudDatabase, append: AppendDown) {
    this.#db = db;
    this.#append = append;
  }

  /** Sent means that it is in the downlog: its gateway gets it when it is connected, once. */
  send(organizationId: string, handing: Handing<"mqtt">): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#waiting.push({ organizationId, handing, resolve });
      if (this.#running) return;
      this.#running = true;
      setImmediate(() => void this.#run());
    });
  }

  /** The same within the caller's transaction, all of one organisation's. The outcomes count when it has committed. */
  async sendWithin(
    trx: Transaction<Tables>,
    organizationId: string,
    handings: readonly Handing<"mqtt">[],
  ): Promise<Outcome[]> {
    const devices = await this.#devicesOf(trx, handings);
    const byGateway = new Map<string, { event: NotificationSend; index: number }[]>();
    const outcomes: Outcome[] = handings.map(({ id, message, expiresMs, address }, index) => {
      const device = devices.get(address.device ?? "");
      if (device === undefined || device.organizationId !== organizationId)
        return refused("there is no such device");
      if (device.lifecycle === "retired") return gone("the device is retired");
      if (device.revoked) return refused("the gateway of the device is revoked");
      const events = byGateway.get(device.gatewayId) ?? [];
      byGateway.set(device.gatewayId, events);
      events.push({
        event: { kind: "notification.send", device: device.key, id, expiresMs, message },
        index,
      });
      return sent();
    });
    for (const [gatewayId, appended] of byGateway) {
      const last = await this.#append(
        trx,
        gatewayId,
        appended.map(({ event }) => event),
      );
      const first = last - appended.length + 1;
      for (const [offset, { index }] of appended.entries()) outcomes[index] = sent(String(first + offset));
    }
    return outcomes;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, AT_ONCE);
      try {
        const outcomes = await this.#db.write((trx) => this.#sendAll(trx, batch));
        for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index]!);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        for (const { resolve } of batch) resolve(retryable(reason));
      }
    }
    this.#running = false;
  }

  async #sendAll(trx: Transaction<Tables>, batch: readonly Waiting[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = new Array(batch.length);
    const all = batch.map((waiting, index) => ({ ...waiting, index }));
    for (const [organizationId, own] of Map.groupBy(all, (one) => one.organizationId)) {
      const some = await this.sendWithin(
        trx,
        organizationId,
        own.map(({ handing }) => handing),
      );
      for (const [at, { index }] of own.entries()) outcomes[index] = some[at]!;
    }
    return outcomes;
  }

  async #devicesOf(trx: Transaction<Tables>, handings: readonly Handing<"mqtt">[]) {
    const ids = [...new Set(handings.map(({ address }) => address.device ?? ""))];
    const rows = await trx
      .selectFrom("device")
      .innerJoin("gateway", "gateway.id", "device.gateway_id")
      .select([
        "device.id",
        "device.key",
        "device.lifecycle",
        "device.gateway_id as gatewayId",
        "device.organization_id as organizationId",
        "gateway.revoked_ms as revokedMs",
      ])
      .where("device.id", "in", ids)
      .execute();
    return new Map(rows.map(({ id, revokedMs, ...row }) => [id, { ...row, revoked: revokedMs !== null }]));
  }
}
