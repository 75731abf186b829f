import * as v from "valibot";
import { idSchema } from "../ids.ts";
import { MIB } from "../units.ts";

/** What an import of a CSV file would do, line by line, and what it did. */

/** Largest file. */
export const IMPORT_MAX_BYTES = 4 * MIB;
/** Most lines of one file, its head and empty ones not counted. */
export const IMPORT_MAX_LINES = 20_000;

/** `fail`: the line cannot be imported; its errors say why. */
export const IMPORT_ACTIONS = ["create", "change", "unchanged", "fail"] as const;
export type ImportAction = (typeof IMPORT_ACTIONS)[number];

const flag = v.optional(v.picklist(["true", "false"], "must be true or false"));

/** `POST /api/v1/{sites,devices}/import?…` */
export const importQuerySchema = v.object({
  /** `true`: says what would happen, and does nothing. */
  "dry-run": flag,
  /** `true`: imports the other lines when some fail. Otherwise all are imported, or none. */
  "skip-failing": flag,
  /** The `digest` of a preview: nothing happens when the import would not do exactly that. */
  digest: v.optional(v.pipe(v.string(), v.maxLength(64))),
});
export type ImportQuery = v.InferOutput<typeof importQuerySchema>;

/** One field as a cell has it; null where there is none. */
const fieldChangeSchema = v.object({
  /** The column: `name`, `attribute:Shelf`. */
  field: v.string(),
  before: v.nullable(v.string()),
  after: v.nullable(v.string()),
});

export const importLineSchema = v.pipe(
  v.object({
    /** In the file, from 1. */
    line: v.pipe(v.number(), v.integer()),
    action: v.picklist(IMPORT_ACTIONS),
    /** Of the record; null when there is none yet. */
    id: v.nullable(idSchema),
    /** What the line is about, in words. */
    name: v.string(),
    changes: v.array(fieldChangeSchema),
    /** `path` is the column; empty when it is about the whole line. */
    errors: v.array(v.object({ path: v.string(), message: v.string() })),
  }),
  v.metadata({ ref: "ImportLine" }),
);
export type ImportLine = v.InferOutput<typeof importLineSchema>;

const count = v.pipe(v.number(), v.integer());

export const importResultSchema = v.pipe(
  v.object({
    /** False for a preview. */
    imported: v.boolean(),
    /** Of what the lines say would happen: the same file has another one when a record is changed meanwhile. */
    digest: v.string(),
    counts: v.object({ create: count, change: count, unchanged: count, fail: count }),
    /** Columns that nobody can change, and that were passed over. */
    passedOver: v.array(v.string()),
    lines: v.array(importLineSchema),
  }),
  v.metadata({ ref: "ImportResult" }),
);
export type ImportResult = v.InferOutput<typeof importResultSchema>;
