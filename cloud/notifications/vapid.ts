import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import { HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { type Keys, SERVICE } from "../keys/keys.ts";

/**
 * The service's VAPID keys (RFC 8292): what browsers subscribe with, and what each request to them is signed with.
 *
 * Promises: the first is made on the first start and kept; a new one takes nothing from whoever subscribed with the old
 * one, which goes on signing for them until nobody is left.
 */
export interface Vapid {
  /** Makes the first one when there is none. */
  ensure(): Promise<void>;
  /** What browsers are to subscribe with now. */
  publicKey(): Promise<Result<string>>;
  /** The id of a key by what the browser subscribed with; null when it is none of ours. */
  idOf(publicKey: string): Promise<string | null>;
  /** Null means the present one. Codes: `record.not-found`, `secret.unreadable`. */
  key(id: string | null): Promise<Result<VapidKey>>;
  /** All of them, newest first, with how many of an organisation's browsers are subscribed with each. */
  list(organizationId: string): Promise<{ publicKey: string; createdMs: number; subscribers: number }[]>;
  /** Makes a new one, and forgets those that nobody is subscribed with any more. */
  rotate(): Promise<{ publicKey: string; forgotten: number }>;
}

export interface VapidKey {
  id: string;
  publicKey: string;
  /** The header's value for a push service. Signed once for many requests. */
  authorization(audience: string, nowMs: number): Promise<string>;
}

export interface VapidParts {
  db: CloudDatabase;
  keys: Keys;
  clock: Clock;
  random: Random;
  /** Whom a push service can turn to: `mailto:` or https. */
  subject: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
/** RFC 8292 section 2: at most a day. */
const SIGNED_FOR_MS = 12 * HOUR;
const SIGNED_ANEW_MS = 6 * HOUR;
const AUDIENCES_MAX = 1_000;
/** A key that another process has made is taken after so long at the latest. */
const LOOK_EVERY_MS = MINUTE;

export function createVapid(parts: VapidParts): Vapid {
  const { db, keys, clock, random, subject } = parts;
  const opened = new Map<string, Promise<Result<VapidKey>>>();
  let present: { id: string; publicKey: string; lookedMs: number } | null = null;

  const presentKey = async (): Promise<Result<{ id: string; publicKey: string }>> => {
    const nowMs = clock.monotonicMs();
    if (present !== null && nowMs - present.lookedMs < LOOK_EVERY_MS) return accept(present);
    const newest = await selectNewest(db.read);
    if (newest === undefined) return refuse("record.not-found", "there is no VAPID key yet");
    present = { ...newest, lookedMs: nowMs };
    return accept(present);
  };

  const open = async (id: string): Promise<Result<VapidKey>> => {
    const plain = await keys.get(db.read, nameOf(id));
    if (!plain.ok) return plain;
    if (plain.value === null)
      return refuse("record.not-found", "the VAPID key it was subscribed with is gone");
    return accept(await toKey(id, JSON.parse(plain.value) as JsonWebKey, subject));
  };

  const make = async (trx: Transaction<Tables>): Promise<string> => {
    const pair = (await crypto.subtle.generateKey(ALGORITHM, true, ["sign"])) as CryptoKeyPair;
    const id = makeId(clock.nowMs(), random);
    const publicKey = Buffer.from(await crypto.subtle.exportKey("raw", pair.publicKey)).toString("base64url");
    const jwk = await crypto.subtle.exportKey("jwk", pair.privateKey);
    await keys.put(trx, nameOf(id), JSON.stringify(jwk));
    await trx
      .insertInto("vapid_key")
      .values({ id, public_key: publicKey, created_ms: clock.nowMs() })
      .execute();
    return publicKey;
  };

  return {
    ensure: () =>
      db.write(async (trx) => {
        if ((await selectNewest(trx)) === undefined) await make(trx);
      }),

    async publicKey() {
      const key = await presentKey();
      return key.ok ? accept(key.value.publicKey) : key;
    },

    async idOf(publicKey) {
      const row = await db.read
        .selectFrom("vapid_key")
        .select("id")
        .where("public_key", "=", publicKey)
        .executeTakeFirst();
      return row?.id ?? null;
    },

    async key(id) {
      if (id === null) {
        const newest = await presentKey();
        if (!newest.ok) return newest;
        return this.key(newest.value.id);
      }
      let key = opened.get(id);
      if (key === undefined) {
        key = open(id);
        opened.set(id, key);
        const forget = () => opened.delete(id);
        key.then((result) => !result.ok && forget(), forget);
      }
      return key;
    },

    list: (organizationId) =>
      db.read
        .selectFrom("vapid_key")
        .leftJoin("push_endpoint", (join) =>
          join
            .onRef("push_endpoint.vapid_key_id", "=", "vapid_key.id")
            .on("push_endpoint.organization_id", "=", organizationId)
            .on("push_endpoint.disabled_ms", "is", null),
        )
        .select((eb) => [
          "vapid_key.public_key as publicKey",
          "vapid_key.created_ms as createdMs",
          eb.fn.count<number>("push_endpoint.id").as("subscribers"),
        ])
        .groupBy(["vapid_key.id", "vapid_key.public_key", "vapid_key.created_ms"])
        .orderBy("vapid_key.created_ms", "desc")
        .orderBy("vapid_key.id", "desc")
        .execute(),

    rotate: () =>
      db.write(async (trx) => {
        const publicKey = await make(trx);
        db.onCommit(trx, () => {
          present = null;
        });
        return { publicKey, forgotten: await forgetUnused(trx, keys, publicKey) };
      }),
  };
}

const nameOf = (id: string) => ({ owner: SERVICE, purpose: `vapid:${id}` });

function selectNewest(db: Kysely<Tables>) {
  return db
    .selectFrom("vapid_key")
    .select(["id", "public_key as publicKey"])
    .orderBy("created_ms", "desc")
    .orderBy("id", "desc")
    .executeTakeFirst();
}

async function forgetUnused(trx: Transaction<Tables>, keys: Keys, publicKey: string): Promise<number> {
  const unused = await trx
    .selectFrom("vapid_key")
    .select("id")
    .where("public_key", "!=", publicKey)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("push_endpoint")
            .select("push_endpoint.id")
            .whereRef("push_endpoint.vapid_key_id", "=", "vapid_key.id")
            .where("push_endpoint.disabled_ms", "is", null),
        ),
      ),
    )
    .execute();
  for (const { id } of unused) {
    await keys.remove(trx, nameOf(id));
    await trx.deleteFrom("vapid_key").where("id", "=", id).execute();
  }
  return unused.length;
}

/** A key that signs, and keeps what it signed for each push service. */
export async function toKey(id: string, jwk: JsonWebKey, subject: string): Promise<VapidKey> {
  const signing = await crypto.subtle.importKey("jwk", jwk, ALGORITHM, false, ["sign"]);
  const [x, y] = [jwk.x ?? "", jwk.y ?? ""].map((part) => Buffer.from(part, "base64url"));
  const publicKey = Buffer.concat([Uint8Array.of(4), x!, y!]).toString("base64url");
  const signed = new Map<string, { value: Promise<string>; untilMs: number }>();
  const sign = async (audience: string, nowMs: number): Promise<string> => {
    const claims = { aud: audience, exp: Math.floor((nowMs + SIGNED_FOR_MS) / SECOND), sub: subject };
    const head = [{ typ: "JWT", alg: "ES256" }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    const signature = await crypto.subtle.sign(
      { name: "ECDSA", hash: "SHA-256" },
      signing,
      new TextEncoder().encode(head),
    );
    return `vapid t=${head}.${Buffer.from(signature).toString("base64url")}, k=${publicKey}`;
  };
  return {
    id,
    publicKey,
    authorization(audience, nowMs) {
      const known = signed.get(audience);
      if (known !== undefined && nowMs < known.untilMs) return known.value;
      if (signed.size >= AUDIENCES_MAX) signed.clear();
      const value = sign(audience, nowMs);
      signed.set(audience, { value, untilMs: nowMs + SIGNED_ANEW_MS });
      return value;
    },
  };
}
