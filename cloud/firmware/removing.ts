import type { Logger } from "@logtape/logtape";
import type { Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { FIRMWARE_KEPT_MS } from "../../protocol/firmware/firmware.ts";
import type { Scope } from "../accounts/scope.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import type { FirmwareFiles } from "./firmware-files.ts";
import { type FirmwareRow, findFirmware, isTaken } from "./store.ts";

interface Parts {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  note: Note;
  files: FirmwareFiles;
}

const BY_US = { command: "homepot-cloud" };
const calledOf = ({ name, version }: Pick<FirmwareRow, "name" | "version">) => `${name} ${version}`;

/** Takes firmware out of sight, brings it back, and lets go for good what nobody brought back in time. */
export class FirmwareRemoval {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Codes: `record.not-found`, `firmware.in-use`. */
  remove(scope: Scope, id: string): Promise<Result<void>> {
    const { db, clock, note } = this.#parts;
    return db.write(async (trx) => {
      const row = await findFirmware(trx, scope.organizationId, id);
      if (row === undefined) return refuse("record.not-found", `firmware ${id}`);
      if (row.open_jobs > 0)
        return refuse("firmware.in-use", `${row.open_jobs} jobs bring ${calledOf(row)} to devices`);
      await trx.updateTable("firmware").set({ deleted_ms: clock.nowMs() }).where("id", "=", id).execute();
      await note(trx, scope, {
        action: "firmware.delete",
        target: { id, name: calledOf(row) },
        before: { sha256: row.sha256, sizeBytes: row.size_bytes },
      });
      return accept(undefined);
    });
  }

  /** Codes: `record.not-found` (or gone for good), `record.conflict` when its name and version are another's by now. */
  restore(scope: Scope, id: string): Promise<Result<void>> {
    const { db, note } = this.#parts;
    const { organizationId } = scope;
    return db.write(async (trx) => {
      const row = await trx
        .selectFrom("firmware")
        .selectAll()
        .where("organization_id", "=", organizationId)
        .where("id", "=", id)
        .where("deleted_ms", "is not", null)
        .executeTakeFirst();
      if (row === undefined) return refuse("record.not-found", `deleted firmware ${id}`);
      if (await isTaken(trx, organizationId, row))
        return refuse("record.conflict", `there is another ${calledOf(row)} by now`);
      await trx.updateTable("firmware").set({ deleted_ms: null }).where("id", "=", id).execute();
      await note(trx, scope, { action: "firmware.restore", target: { id, name: calledOf(row) } });
      return accept(undefined);
    });
  }

  /** Lets go for good what was deleted so long ago that nobody brings it back. */
  async purge(): Promise<void> {
    const { db, clock } = this.#parts;
    const beforeMs = clock.nowMs() - FIRMWARE_KEPT_MS;
    await db.write(async (trx) => {
      const due = await trx.selectFrom("firmware").selectAll().where("deleted_ms", "<=", beforeMs).execute();
      await this.#drop(trx, due);
    });
  }

  /** Lets go for good all that an organisation has deleted, where an upload needs the room. */
  async makeRoom(trx: Transaction<Tables>, organizationId: string): Promise<void> {
    const deleted = await trx
      .selectFrom("firmware")
      .selectAll()
      .where("organization_id", "=", organizationId)
      .where("deleted_ms", "is not", null)
      .execute();
    await this.#drop(trx, deleted);
  }

  async #drop(trx: Transaction<Tables>, rows: readonly FirmwareRow[]): Promise<void> {
    const { db, note } = this.#parts;
    for (const row of rows) {
      const { id, organization_id: organizationId } = row;
      await trx.deleteFrom("firmware").where("id", "=", id).execute();
      const target = { id, name: calledOf(row) };
      await note(trx, { organizationId, ...BY_US }, { action: "firmware.purge", target });
      db.onCommit(trx, () => void this.#dropBytes(row.sha256));
    }
  }

  /** The bytes go when no record has them any more. In a transaction, so that no upload of the same comes between. */
  async #dropBytes(sha256: string): Promise<void> {
    const { db, files, log } = this.#parts;
    try {
      await db.write(async (trx) => {
        const kept = await trx
          .selectFrom("firmware")
          .select("id")
          .where("sha256", "=", sha256)
          .executeTakeFirst();
        if (kept === undefined) await files.remove(sha256);
      });
    } catch (error) {
      // It takes room, and does no other harm.
      log.error("the bytes of a deleted firmware could not be removed", { sha256, error });
    }
  }
}
