import type { Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { keySigningText } from "../../protocol/gateways/key-rotation.ts";
import { makeId } from "../../protocol/ids.ts";
import type { DownlogEvent } from "../../protocol/log/kinds.ts";
import type { KeyMade } from "../../protocol/log/uplog/key-made.ts";
import type { Random } from "../../protocol/random.ts";
import { DAY } from "../../protocol/units.ts";
import type { Scope } from "../accounts/scope.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import type { VerifySignature } from "./signature.ts";

/** So long both keys are good; after it the new one alone is, whether or not it has been used. */
export const KEY_OVERLAP_MS = DAY;

export interface KeyRotationsParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  verifySignature: VerifySignature;
  note: Note;
  /** Appends to the gateway's downlog in this transaction, and has it sent after the commit. */
  tell(trx: Transaction<Tables>, gatewayId: string, event: DownlogEvent): Promise<unknown>;
}

/** Of a gateway's row what says by which keys it is known. */
export interface KeysRow {
  public_key: string;
  next_public_key: string | null;
  next_key_ms: number | null;
}

/**
 * How gateways come to other keys (`protocol/gateways/key-rotation.ts`).
 *
 * Promises: nobody but who holds the key in use can put another in its place, and only when somebody has asked for one; from the
 * moment the new one is stored until it is used both are good, and no longer than {@link KEY_OVERLAP_MS}.
 */
export class KeyRotations {
  readonly #parts: KeyRotationsParts;

  constructor(parts: KeyRotationsParts) {
    this.#parts = parts;
  }

  /**
   * Asks a gateway for another key; it answers when it is connected. While one that was made waits to be used nothing is asked.
   * Codes: `record.not-found`, `gateway.revoked`.
   */
  ask(scope: Scope, id: string): Promise<Result<void>> {
    const { db, clock, random, note, tell } = this.#parts;
    const nowMs = clock.nowMs();
    return db.write(async (trx) => {
      const row = await trx
        .selectFrom("gateway")
        .select(["name", "revoked_ms", "next_public_key"])
        .where("id", "=", id)
        .where("organization_id", "=", scope.organizationId)
        .executeTakeFirst();
      if (row === undefined) return refuse("record.not-found", `gateway ${id}`);
      if (row.revoked_ms !== null) return refuse("gateway.revoked", `gateway ${id}`);
      if (row.next_public_key !== null) return accept(undefined);
      const rotation = makeId(nowMs, random);
      await trx.updateTable("gateway").set({ rotation, rotation_ms: nowMs }).where("id", "=", id).execute();
      await tell(trx, id, { kind: "key.rotate", rotation });
      await note(trx, scope, { action: "gateway.rotate-key", target: { id, name: row.name } });
      return accept(undefined);
    });
  }

  /** A gateway has made a key. One that nobody asked for, or that is not signed by both, changes nothing. */
  async made(
    trx: Transaction<Tables>,
    gateway: { id: string },
    { rotation, publicKey, signature, possession }: KeyMade,
    nowMs: number,
  ): Promise<void> {
    const { verifySignature, tell } = this.#parts;
    const row = await trx
      .selectFrom("gateway")
      .select(["public_key", "rotation", "next_public_key"])
      .where("id", "=", gateway.id)
      .executeTakeFirstOrThrow();
    if (row.rotation !== rotation || row.next_public_key !== null) return;
    const text = keySigningText(rotation, gateway.id, publicKey);
    const isProved =
      (await verifySignature(row.public_key, text, signature)) &&
      (await verifySignature(publicKey, text, possession));
    if (!isProved) return;
    await trx
      .updateTable("gateway")
      .set({ next_public_key: publicKey, next_key_ms: nowMs })
      .where("id", "=", gateway.id)
      .execute();
    await tell(trx, gateway.id, { kind: "key.use", rotation });
  }

  /** The key that signed this text; null when none did that is good now. */
  async signer(row: KeysRow, text: string, signature: string): Promise<string | null> {
    const { verifySignature, clock } = this.#parts;
    for (const key of goodKeys(row, clock.nowMs()))
      if (await verifySignature(key, text, signature)) return key;
    return null;
  }

  /** A gateway has said hello with this key: when it is the new one, the one before is over. */
  async used(trx: Transaction<Tables>, id: string, key: string, nowMs: number): Promise<void> {
    const row = await trx
      .selectFrom("gateway")
      .select(["name", "organization_id", "public_key", "next_public_key"])
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    if (row.next_public_key !== key) return;
    await trx
      .insertInto("gateway_former_key")
      .values({ gateway_id: id, public_key: row.public_key, replaced_ms: nowMs })
      .onConflict((conflict) =>
        conflict.columns(["gateway_id", "public_key"]).doUpdateSet({ replaced_ms: nowMs }),
      )
      .execute();
    await trx
      .updateTable("gateway")
      .set({ public_key: key, key_since_ms: nowMs, ...NO_ROTATION })
      .where("id", "=", id)
      .execute();
    const by = { organizationId: row.organization_id, command: "homepot-cloud" };
    await this.#parts.note(trx, by, { action: "gateway.key-rotated", target: { id, name: row.name } });
  }
}

/** None is under way. */
export const NO_ROTATION = {
  rotation: null,
  rotation_ms: null,
  next_public_key: null,
  next_key_ms: null,
} as const;

function goodKeys({ public_key, next_public_key, next_key_ms }: KeysRow, nowMs: number): string[] {
  if (next_public_key === null || next_key_ms === null) return [public_key];
  return nowMs - next_key_ms > KEY_OVERLAP_MS ? [next_public_key] : [public_key, next_public_key];
}
