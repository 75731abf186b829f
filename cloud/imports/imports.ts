import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import { type CsvColumns, type CsvTable, readTable } from "../../protocol/csv/csv.ts";
import { accept, type FieldError, type Refusal, type Result, refuse } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import {
  IMPORT_MAX_BYTES,
  IMPORT_MAX_LINES,
  type ImportLine,
  type ImportQuery,
  type ImportResult,
} from "../../protocol/imports/import.ts";
import type { Random } from "../../protocol/random.ts";
import type { Scope } from "../accounts/scope.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";

export { changesOf, failed, fieldText, onlyOnce, readLabels, sameText } from "./lines.ts";

/**
 * Imports of CSV files, whatever the records are: what a file would do to them, line by line, and the doing of it.
 *
 * Promises: a preview changes nothing; an import is one transaction, all of its lines or none, unless failing lines are
 * to be left out; with the digest of a preview it does exactly what the preview said, or nothing; it is one entry of
 * the audit log. Never looks at what a line means: that is for each kind of record to say.
 */
export interface ImportTarget<Write> {
  /** As audited: `site.import`. */
  kind: "site" | "device";
  columns: CsvColumns;
  /** What each row would do to what is there now; changes nothing. */
  plan(db: Kysely<Tables>, scope: Scope, table: CsvTable): Promise<PlannedLine<Write>[]>;
  /** Does it. Returns the ids of the records, in the same order. */
  apply(trx: Transaction<Tables>, scope: Scope, writes: readonly Write[], nowMs: number): Promise<string[]>;
}

/** `write` is null where there is nothing to do, or nothing can be done. */
export interface PlannedLine<Write> extends ImportLine {
  write: Write | null;
}

/** `file`: the bytes of one, or the text of one that was read. */
export type RunImport = (
  scope: Scope,
  file: ArrayBuffer | string,
  query: ImportQuery,
) => Promise<Result<ImportResult>>;

export interface ImportParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  /** `Audit.note` */
  note: Note;
}

/** Most failing lines that a refusal lists; the preview has them all. */
const ERRORS_LISTED = 100;
/** Most records whose changes the audit entry has one by one; of more it has the counts and the digest. */
const AUDITED_LINES = 500;

/** Codes: `csv.invalid`, `request.too-large`, `import.failing`, `import.changed`. */
export function createImport<Write>(
  { db, clock, random, note }: ImportParts,
  target: ImportTarget<Write>,
): RunImport {
  const preview = async (connection: Kysely<Tables>, scope: Scope, table: CsvTable) => {
    const planned = await target.plan(connection, scope, table);
    const lines = planned.map(({ write: _, ...line }) => line);
    const result: ImportResult = {
      imported: false,
      digest: await digestOf(lines),
      counts: countsOf(lines),
      passedOver: [...table.passedOver],
      lines,
    };
    return { planned, result };
  };

  return async (scope, file, query) => {
    const text = typeof file === "string" ? accept(file) : readText(file);
    const table = text.ok ? readTable(text.value, target.columns, IMPORT_MAX_LINES) : text;
    if (!table.ok) return table;
    if (query["dry-run"] === "true") return accept((await preview(db.read, scope, table.value)).result);
    return db.write(async (trx) => {
      const { planned, result } = await preview(trx, scope, table.value);
      if (query.digest !== undefined && query.digest !== result.digest) {
        return refuse("import.changed", `the preview was ${query.digest}, it would be ${result.digest} now`);
      }
      if (result.counts.fail > 0 && query["skip-failing"] !== "true") return refuseFailing(result);
      const writing = planned.flatMap(({ write }, at) => (write === null ? [] : [{ write, at }]));
      const writes = writing.map(({ write }) => write);
      const ids = await target.apply(trx, scope, writes, clock.nowMs());
      for (const [index, { at }] of writing.entries()) result.lines[at]!.id = ids[index]!;
      await note(trx, scope, {
        action: `${target.kind}.import`,
        target: { id: makeId(clock.nowMs(), random), name: `${writes.length} ${target.kind}s` },
        after: auditedOf(result),
      });
      return accept({ ...result, imported: true });
    });
  };
}

function readText(file: ArrayBuffer): Result<string> {
  if (file.byteLength > IMPORT_MAX_BYTES) {
    return refuse("request.too-large", `the file has ${file.byteLength} bytes; at most ${IMPORT_MAX_BYTES}`);
  }
  try {
    return accept(new TextDecoder("utf-8", { fatal: true }).decode(file));
  } catch {
    return refuse("csv.invalid", "it is not UTF-8; spreadsheets can save it as “CSV UTF-8”");
  }
}

async function digestOf(lines: readonly ImportLine[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(lines));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return digest.toBase64({ alphabet: "base64url", omitPadding: true });
}

function countsOf(lines: readonly ImportLine[]): ImportResult["counts"] {
  const counts = { create: 0, change: 0, unchanged: 0, fail: 0 };
  for (const { action } of lines) counts[action] += 1;
  return counts;
}

function refuseFailing({ counts, lines }: ImportResult): { ok: false; refusal: Refusal } {
  const errors: FieldError[] = lines.flatMap(({ line, errors: of }) =>
    of.map(({ path, message }) => ({ path: `lines.${line}${path === "" ? "" : `.${path}`}`, message })),
  );
  const first = errors[0];
  const detail = `${counts.fail} of ${lines.length} lines; ${first?.path ?? ""}: ${first?.message ?? ""}`;
  return refuse("import.failing", detail, errors.slice(0, ERRORS_LISTED));
}

/** What the audit log has of it. */
function auditedOf({ counts, digest, lines }: ImportResult): object {
  const done = lines.filter(({ changes }) => changes.length > 0);
  const { fail, ...others } = counts;
  return {
    ...others,
    leftOut: fail,
    digest,
    lines: done.slice(0, AUDITED_LINES).map(({ line, id, name, changes }) => ({ line, id, name, changes })),
    ...(done.length > AUDITED_LINES ? { linesNotListed: done.length - AUDITED_LINES } : {}),
  };
}
