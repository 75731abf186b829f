import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Random } from "../../protocol/random.ts";
import type { MasterKeys } from "../config/master-keys.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { keyName, makeNonce, seal, unseal } from "./seal.ts";

/**
 * Secrets at rest: credentials of push platforms, signing keys.
 *
 * Promises: the database alone opens none of them: each is sealed with a key of its own, and that with a master key
 * that is kept elsewhere; a secret that is moved to another row does not open; master keys are changed without a secret
 * being in the clear anywhere but in memory. Never logs, never shows, never compares.
 */
export interface Keys {
  put(trx: Transaction<Tables>, name: SecretName, plain: string): Promise<void>;
  /** Null when there is none. Code: `secret.unreadable`. */
  get(db: Kysely<Tables>, name: SecretName): Promise<Result<string | null>>;
  remove(trx: Transaction<Tables>, name: SecretName): Promise<boolean>;
  /**
   * Seals every secret's key with the newest master key, after having made a new one where the service keeps them
   * itself. How many were sealed anew. Code: `secret.unreadable`, and then nothing has changed.
   */
  rotate(): Promise<Result<{ sealed: number; made: boolean }>>;
}

/** Whose it is (an organisation's id, or {@link SERVICE}), and what for. */
export interface SecretName {
  owner: string;
  purpose: string;
}

/** The owner of what belongs to the service as a whole. */
export const SERVICE = "service";

const KEY_BYTES = 32;
/** The one before the newest may still be used by a process that was about to seal something. */
const MASTER_KEYS_KEPT = 1;

export interface KeysParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  masterKeys: MasterKeys;
}

export function createKeys({ db, clock, random, masterKeys }: KeysParts): Keys {
  const nonce = () => makeNonce((length) => random.bytes(length));
  const masterOf = async (name: string) => {
    for (const key of masterKeys.read()) if ((await keyName(key)) === name) return key;
    return null;
  };
  const openKey = async (row: SecretName & { master_key: string; sealed_key: Uint8Array }) => {
    const master = await masterOf(row.master_key);
    if (master === null) return refuse("secret.unreadable", `${row.purpose}: master key ${row.master_key}`);
    try {
      return accept(await unseal(master, row.sealed_key, purposeOf(row)));
    } catch {
      return refuse("secret.unreadable", `${row.purpose}: it was altered`);
    }
  };

  return {
    async put(trx, name, plain) {
      const key = new Uint8Array(random.bytes(KEY_BYTES));
      const master = masterKeys.read()[0]!;
      const sealed = {
        master_key: await keyName(master),
        sealed_key: await seal(master, key, purposeOf(name), nonce()),
        sealed: await seal(key, new TextEncoder().encode(plain), purposeOf(name), nonce()),
        updated_ms: clock.nowMs(),
      };
      await trx
        .insertInto("secret")
        .values({ ...name, ...sealed })
        .onConflict((conflict) => conflict.columns(["owner", "purpose"]).doUpdateSet(sealed))
        .execute();
    },

    async get(from, { owner, purpose }) {
      const row = await from
        .selectFrom("secret")
        .selectAll()
        .where("owner", "=", owner)
        .where("purpose", "=", purpose)
        .executeTakeFirst();
      if (row === undefined) return accept(null);
      const key = await openKey(row);
      if (!key.ok) return key;
      try {
        return accept(new TextDecoder().decode(await unseal(key.value, row.sealed, purposeOf(row))));
      } catch {
        return refuse("secret.unreadable", `${purpose}: it was altered`);
      }
    },

    async remove(trx, { owner, purpose }) {
      const removed = await trx
        .deleteFrom("secret")
        .where("owner", "=", owner)
        .where("purpose", "=", purpose)
        .returning("owner")
        .executeTakeFirst();
      return removed !== undefined;
    },

    async rotate() {
      const before = await db.read.selectFrom("secret").selectAll().execute();
      for (const row of before) {
        const key = await openKey(row);
        if (!key.ok) return key;
      }
      // The file first: what is sealed with a key can be opened as soon as it is in the database.
      masterKeys.add?.(random, MASTER_KEYS_KEPT);
      const master = masterKeys.read()[0]!;
      const master_key = await keyName(master);
      return db.write(async (trx) => {
        const rows = await trx
          .selectFrom("secret")
          .selectAll()
          .where("master_key", "!=", master_key)
          .execute();
        for (const row of rows) {
          const key = await openKey(row);
          if (!key.ok) throw new Error(key.refusal.detail);
          const sealed_key = await seal(master, key.value, purposeOf(row), nonce());
          await trx
            .updateTable("secret")
            .set({ master_key, sealed_key })
            .where("owner", "=", row.owner)
            .where("purpose", "=", row.purpose)
            .execute();
        }
        return accept({ sealed: rows.length, made: masterKeys.add !== null });
      });
    },
  };
}

const purposeOf = ({ owner, purpose }: SecretName) => `${owner}\n${purpose}`;
