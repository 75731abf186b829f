import type { Kysely, Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import type { CsvRow, CsvTable } from "../../protocol/csv/csv.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import { SITE_FIELDS, type SiteInput, siteInputSchema } from "../../protocol/sites/site.ts";
import { check } from "../../protocol/validate.ts";
import type { Scope } from "../accounts/scope.ts";
import { inGroups } from "../database/in-groups.ts";
import type { Tables } from "../database/tables.ts";
import {
  changesOf,
  failed,
  type ImportTarget,
  onlyOnce,
  type PlannedLine,
  readLabels,
  sameText,
} from "../imports/imports.ts";
import { tagsOf, writeTags } from "../labels/labels.ts";
import { SITE_COLUMNS } from "./site-csv.ts";
import type { SiteRow } from "./store.ts";
import { toColumns, toInput } from "./view.ts";

/** A site that a line makes (`id` null) or changes. */
interface SiteWrite {
  id: string | null;
  input: SiteInput;
}

type Planned = PlannedLine<SiteWrite>;

const BLANK: SiteInput = {
  ...{ name: "", description: "", address: "", timeZone: "UTC" },
  ...{ tags: [], customAttributes: {} },
};
/** Of a file at once, within what a statement takes. */
const AT_ONCE = 500;

/** Sites are known by their `id`, else by their name; one that is not there is made. */
export function siteImport(parts: { clock: Clock; random: Random }): ImportTarget<SiteWrite> {
  return {
    kind: "site",
    columns: SITE_COLUMNS,

    async plan(db, scope, table) {
      const known = await knownSites(db, scope, table);
      const once = onlyOnce("site");
      const names = new Map<string, number>();
      return table.rows.map((row) => {
        const planned = planRow(row, known);
        if (planned.action === "fail") return planned;
        const name = planned.write?.input.name ?? planned.name;
        const errors = once(planned.id ?? `new ${name}`, row.line);
        if (errors.length > 0) return failed(row, planned, errors);
        const taken = names.get(name);
        if (taken !== undefined) return failed(row, planned, nameError(`is what line ${taken} names a site`));
        names.set(name, row.line);
        return planned;
      });
    },

    async apply(trx, scope, writes, nowMs) {
      const ids: string[] = [];
      for (const { id, input } of writes) {
        const made = id ?? makeId(parts.clock.nowMs(), parts.random);
        ids.push(made);
        await (id === null
          ? insertSite(trx, scope, made, input, nowMs)
          : trx
              .updateTable("site")
              .set({ ...toColumns(input), updated_ms: nowMs })
              .where("id", "=", id)
              .execute());
        if (id !== null || input.tags.length > 0) {
          await writeTags(trx, "site", { id: made, organizationId: scope.organizationId }, input.tags);
        }
      }
      return ids;
    },
  };
}

async function insertSite(
  trx: Transaction<Tables>,
  { organizationId }: Scope,
  id: string,
  input: SiteInput,
  nowMs: number,
): Promise<void> {
  await trx
    .insertInto("site")
    .values({
      id,
      organization_id: organizationId,
      ...toColumns(input),
      created_ms: nowMs,
      updated_ms: nowMs,
    })
    .execute();
}

const nameError = (message: string) => [{ path: "name", message }];

function planRow(row: CsvRow, known: Known): Planned {
  const [id = "", name = ""] = [row.cells.get("id"), row.cells.get("name")];
  const nobody = { id: null, name: name === "" ? id : name };
  if (row.errors.length > 0) return failed(row, nobody, row.errors);
  const site = id === "" ? known.byName.get(name) : known.byId.get(id);
  if (id !== "" && site === undefined) {
    return failed(row, nobody, [{ path: "id", message: "is of no site of yours; leave it out to make one" }]);
  }
  const before = site?.input ?? null;
  const about = { id: site?.id ?? null, name: name === "" ? (before?.name ?? "") : name };
  const read = check(siteInputSchema, wanted(row, before ?? BLANK));
  if (!read.ok) return failed(row, about, read.refusal.errors ?? []);
  const input = read.value;
  const other = known.byName.get(input.name);
  if (other !== undefined && other.id !== site?.id)
    return failed(row, about, nameError("is taken by another site"));
  const changes = changesOf(SITE_FIELDS, before, input);
  const action = before === null ? "create" : changes.length === 0 ? "unchanged" : "change";
  const write = action === "unchanged" ? null : { id: about.id, input };
  return { line: row.line, action, ...about, changes, errors: [], write };
}

/** What the row says of a site, on top of what it is. */
function wanted(row: CsvRow, before: SiteInput): object {
  const text = (field: "name" | "description" | "address" | "timeZone") => {
    const cell = row.cells.get(field);
    // Every site has a name and a time zone: an empty cell says nothing about them.
    const silent = cell === "" && (field === "name" || field === "timeZone");
    return cell === undefined || silent || sameText(cell, before[field]) ? before[field] : cell;
  };
  const coordinate = (field: "latitude" | "longitude") => {
    const cell = row.cells.get(field);
    if (cell === undefined) return before[field];
    return cell === "" ? undefined : Number(cell.replace(",", "."));
  };
  const [latitude, longitude] = [coordinate("latitude"), coordinate("longitude")];
  return {
    ...{ name: text("name"), description: text("description"), address: text("address") },
    timeZone: text("timeZone"),
    ...(latitude === undefined ? {} : { latitude }),
    ...(longitude === undefined ? {} : { longitude }),
    ...readLabels(row, before),
  };
}

interface KnownSite {
  id: string;
  input: SiteInput;
}
interface Known {
  byId: ReadonlyMap<string, KnownSite>;
  byName: ReadonlyMap<string, KnownSite>;
}

/** Sites that the file names, by id or by name. */
async function knownSites(db: Kysely<Tables>, scope: Scope, { rows }: CsvTable): Promise<Known> {
  const found = new Map<string, SiteRow>();
  for (const some of inGroups(rows, AT_ONCE)) {
    for (const column of ["id", "name"] as const) {
      const values = some.map((row) => row.cells.get(column) ?? "").filter((cell) => cell !== "");
      if (values.length === 0) continue;
      const select = db.selectFrom("site").selectAll().where("organization_id", "=", scope.organizationId);
      for (const row of await select.where("deleted_ms", "is", null).where(column, "in", values).execute())
        found.set(row.id, row);
    }
  }
  const tags = await tagsOf(db, "site", [...found.keys()]);
  const sites = [...found.values()].map((row) => ({ id: row.id, input: toInput(row, tags.get(row.id)) }));
  return {
    byId: new Map(sites.map((site) => [site.id, site])),
    byName: new Map(sites.map((site) => [site.input.name, site])),
  };
}
