import type { AddressOf } from "../../../protocol/notifications/address.ts";
import { SECOND } from "../../../protocol/units.ts";
import { nextOf } from "./claims.ts";
import type { EngineParts } from "./engine-parts.ts";
import { writeOutcomes } from "./handing.ts";
import { DEVICE_LANE } from "./lane-names.ts";
import type { Loader, Ready } from "./load.ts";

/** Few enough for a transaction that lets gateways in between. */
const AT_ONCE = 500;
const AGAIN_MS = SECOND;

/**
 * Devices of the sites. Their gateway's downlog is in our own database: the entry there and the new state of the delivery
 * are one transaction, so that each is sent once whatever dies when.
 */
export class DeviceLane {
  readonly #parts: Pick<EngineParts, "db" | "clock" | "random" | "log" | "outbox">;
  readonly #loader: Loader;
  #running: Promise<void> | null = null;
  #isDry = true;
  #stopped = false;
  #cancelLater: (() => void) | null = null;

  constructor(parts: Pick<EngineParts, "db" | "clock" | "random" | "log" | "outbox">, loader: Loader) {
    this.#parts = parts;
    this.#loader = loader;
  }

  get isIdle(): boolean {
    return this.#running === null;
  }

  kick(): void {
    this.#isDry = false;
    if (this.#stopped) return;
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelLater?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isDry && !this.#stopped) {
      try {
        await this.#some();
      } catch (error) {
        this.#parts.log.error("notifications for devices could not be handed over", { error });
        this.#cancelLater = this.#parts.clock.after(AGAIN_MS, () => this.kick());
        break;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = null;
  }

  #some(): Promise<void> {
    const { db, clock, outbox } = this.#parts;
    return db.write(async (trx) => {
      this.#isDry = true;
      const nowMs = clock.nowMs();
      const rows = await nextOf(trx, DEVICE_LANE, AT_ONCE);
      if (rows.length === 0) return;
      this.#isDry = rows.length < AT_ONCE;
      const ready = await this.#loader.load(trx, rows, nowMs);
      const answered = [];
      for (const [organizationId, own] of Map.groupBy(ready, ({ row }) => row.organization_id)) {
        const outcomes = await outbox.sendWithin(trx, organizationId, own.map(toHanding));
        answered.push(...own.map((one, index) => ({ ready: one, outcome: outcomes[index]! })));
      }
      await writeOutcomes(this.#parts, trx, answered, nowMs);
    });
  }
}

const toHanding = ({ row, address, message, expiresMs }: Ready) => ({
  ...{ id: row.id, address: address as AddressOf<"mqtt">, message, expiresMs },
});
