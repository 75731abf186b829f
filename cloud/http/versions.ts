import type { Context } from "hono";
import type { Refusal, Result } from "../../protocol/errors.ts";
import type { AppEnv } from "./env.ts";
import { problem } from "./problem.ts";

/**
 * Versions of records that people change, so that nobody overwrites what they have not seen (RFC 9110 section 13).
 *
 * A record's ETag has two halves, `"VERSION.REST"`. VERSION is a digest of each field that people can change, in the
 * order of their names, so that a version alone tells which fields changed since; REST is a digest of the whole
 * answer. `If-None-Match` looks at both. `If-Match` looks at VERSION only: a device that goes online meanwhile is no
 * reason to refuse an edit.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** The versions that an update may replace; absent when it may replace any. */
export type IfMatch = readonly string[];

/** Characters of a field's digest: 36 bits. */
const FIELD_CHARS = 6;
/** Of the whole answer's: 96 bits. */
const REST_CHARS = 16;
const ANY = "*";

export async function versionOf(fields: Fields): Promise<string> {
  const digests = await Promise.all(namesOf(fields).map((name) => digestOf(fields[name], FIELD_CHARS)));
  return digests.join("");
}

/** The fields that are not as they were in that version; all of them when it is none of this record's. */
export async function changedSince(version: string, fields: Fields): Promise<string[]> {
  const now = await versionOf(fields);
  const at = (text: string, index: number) => text.slice(index * FIELD_CHARS, (index + 1) * FIELD_CHARS);
  return namesOf(fields).filter(
    (_, index) => version.length !== now.length || at(version, index) !== at(now, index),
  );
}

/**
 * The refusal of an update that does not know of the last one, or null. `now` is the record in the transaction of the
 * update. Code: `record.changed`, with the fields that changed and the version that they have now.
 */
export async function refuseLostUpdate(
  ifMatch: IfMatch | undefined,
  now: Fields,
): Promise<{ ok: false; refusal: Refusal } | null> {
  if (ifMatch === undefined) return null;
  const version = await versionOf(now);
  if (ifMatch.some((one) => one === ANY || one === version)) return null;
  const changed = await changedSince(ifMatch[0] ?? "", now);
  return {
    ok: false,
    refusal: {
      code: "record.changed",
      detail: `changed meanwhile: ${changed.join(", ")}`,
      errors: changed.map((path) => ({ path, message: `is now ${JSON.stringify(now[path] ?? null)}` })),
      etag: quoted(version),
    },
  };
}

/** The header of a request. A weak tag never matches (RFC 9110 section 13.1.1); it is left as a version of nothing. */
export function readIfMatch(c: Context<AppEnv>): IfMatch | undefined {
  return c.req
    .header("if-match")
    ?.split(",")
    .map((tag) => tag.trim())
    .map((tag) => (tag === ANY ? ANY : (/^"([^".]*)(?:\.[^"]*)?"$/.exec(tag)?.[1] ?? "")));
}

/** A record as the answer, with its ETag; 304 without a body when the caller has it already. */
export async function answerVersioned<T extends object>(
  c: Context<AppEnv>,
  result: Result<T>,
  fieldsOf: (value: T) => Fields,
): Promise<Response> {
  if (!result.ok) return problem(c, result.refusal);
  const body = JSON.stringify(result.value);
  const etag = quoted(`${await versionOf(fieldsOf(result.value))}.${await digestOf(body, REST_CHARS)}`);
  const known = c.req.header("if-none-match")?.split(",") ?? [];
  const has = known.some((tag) => [ANY, etag].includes(tag.trim().replace(/^W\//, "")));
  if (has && c.req.method === "GET") return c.body(null, 304, { etag });
  return c.body(body, 200, { etag, "content-type": "application/json" });
}

/** One field where an edit met another: whether it is the other's to keep, because this one left it as it was. */
export interface Meeting {
  field: string;
  untouched: boolean;
}

/** Where an edit that began at `version` and wants `yours` meets what is there now. */
export async function meetings(version: string, yours: Fields, theirs: Fields): Promise<Meeting[]> {
  const [changedByThem, changedByYou] = [
    await changedSince(version, theirs),
    await changedSince(version, { ...theirs, ...yours }),
  ];
  return changedByThem
    .filter((field) => field in yours && !same(yours[field], theirs[field]))
    .map((field) => ({ field, untouched: !changedByYou.includes(field) }));
}

/** Of a record those fields. */
export function pick<T extends object>(record: T, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, (record as Record<string, unknown>)[name]]));
}

const namesOf = (fields: Fields) => Object.keys(fields).sort();
const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
const quoted = (tag: string) => `"${tag}"`;

async function digestOf(value: unknown, chars: number): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value ?? null));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return digest.toBase64({ alphabet: "base64url" }).slice(0, chars);
}
