import type { Logger } from "@logtape/logtape";
import { DELETED_KEPT_MS } from "../../protocol/api/deletion.ts";
import type { Clock } from "../../protocol/clock.ts";
import { HOUR, MINUTE } from "../../protocol/units.ts";
import type { Note } from "../audit/audit.ts";
import { BackgroundTurns } from "../clock/background-turns.ts";
import type { CloudDatabase } from "../database/database.ts";
import { rememberRemoved } from "../devices/devices.ts";
import type { Gateways } from "../gateways/gateways.ts";
import { deleteDevice, deleteSite, deleteSomeTelemetry, dueDevices, dueSites } from "./store.ts";

/**
 * Deletes for good what was deleted and not restored in time: devices, sites with their gateways, and what they measured;
 * firmware.
 *
 * Promises: a record and everything that belongs to it go in one transaction, with an entry in the audit log; what there
 * may be much of goes before, in small ones. The gateway of a device hears of it and ends its credential. Never touches
 * what can still be restored.
 */
export class Purge {
  readonly #parts: PurgeParts;
  readonly #turns: BackgroundTurns;

  constructor(parts: PurgeParts) {
    this.#parts = parts;
    const { clock, log } = parts;
    this.#turns = new BackgroundTurns({
      ...{ clock, log, firstAfterMs: FIRST_AFTER_MS, everyMs: PERIOD_MS },
      failed: "what was deleted could not be deleted for good",
      turn: (mayGoOn) => this.sweep(mayGoOn),
    });
  }

  /** Begins to look, soon and then every hour. */
  start(): void {
    this.#turns.start();
  }

  /** Resolves when the transaction under way has ended. */
  stop(): Promise<void> {
    return this.#turns.stop();
  }

  /** Deletes what is due now. */
  async sweep(mayGoOn: () => boolean = () => true): Promise<void> {
    const { db, clock, log, note, appendDown } = this.#parts;
    const beforeMs = clock.nowMs() - DELETED_KEPT_MS;
    for (const device of await dueDevices(db.read, beforeMs)) {
      if (!(await this.#forget(device.id, mayGoOn))) return;
      await db.write(async (trx) => {
        await deleteDevice(trx, device.id);
        await rememberRemoved(trx, device, clock.nowMs());
        await appendDown(trx, device.gateway_id, { kind: "device.remove", device: device.key });
        await note(trx, byUs(device), { action: "device.purge", target: device });
      });
      log.info("a device was deleted for good", { device: device.id });
    }
    for (const site of await dueSites(db.read, beforeMs)) {
      for (const device of site.devices) if (!(await this.#forget(device, mayGoOn))) return;
      await db.write(async (trx) => {
        for (const device of site.devices) await deleteDevice(trx, device);
        await deleteSite(trx, site.id);
        await note(trx, byUs(site), { action: "site.purge", target: site });
      });
      log.info("a site was deleted for good", { site: site.id, devices: site.devices.length });
    }
    await this.#parts.dropFirmware();
  }

  /** What a device measured. False when it is to be stopped. */
  async #forget(device: string, mayGoOn: () => boolean): Promise<boolean> {
    for (let rows = 1; rows > 0; ) {
      if (!mayGoOn()) return false;
      rows = await this.#parts.db.write((trx) => deleteSomeTelemetry(trx, device));
      await new Promise((resolve) => setImmediate(resolve));
    }
    return true;
  }
}

export interface PurgeParts {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  note: Note;
  appendDown: Gateways["appendDown"];
  /** `Firmwares.purge` */
  dropFirmware(): Promise<void>;
}

/** After a start others come first. */
const FIRST_AFTER_MS = 10 * MINUTE;
const PERIOD_MS = 1 * HOUR;

const byUs = ({ organization_id }: { organization_id: string }) => ({
  organizationId: organization_id,
  command: "homepot-cloud",
});
