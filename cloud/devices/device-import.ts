import type { Clock } from "../../protocol/clock.ts";
import type { CsvRow } from "../../protocol/csv/csv.ts";
import { DEVICE_FIELDS, type DevicePatch, devicePatchSchema } from "../../protocol/devices/device.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { deviceKeySchema } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import { check } from "../../protocol/validate.ts";
import {
  changesOf,
  failed,
  type ImportTarget,
  onlyOnce,
  type PlannedLine,
  readLabels,
} from "../imports/imports.ts";
import { DEVICE_COLUMNS } from "./device-csv.ts";
import { changeDevice, type ExpectedDevice, insertExpected } from "./device-writes.ts";
import { type KnownDevice, type KnownPlace, knownPlaces, type Places } from "./places.ts";

/** A device that a line makes or changes. */
export type DeviceWrite =
  | { kind: "create"; device: ExpectedDevice }
  | { kind: "change"; device: KnownDevice; patch: DevicePatch };

type Planned = PlannedLine<DeviceWrite>;

/**
 * Devices are known by their `id`, else by site and key. One that is not there is made as `pending`: expected, and not
 * heard from yet. It becomes active as soon as its gateway knows it, under the name, type and labels of the file.
 */
export function deviceImport(parts: { clock: Clock; random: Random }): ImportTarget<DeviceWrite> {
  return {
    kind: "device",
    columns: DEVICE_COLUMNS,

    async plan(db, scope, { rows }) {
      const places = await knownPlaces(db, scope, rows);
      const once = onlyOnce("device");
      return rows.map((row) => {
        const planned = planRow(row, places);
        if (planned.action === "fail") return planned;
        const { write } = planned;
        const record =
          write?.kind === "create" ? `${write.device.gatewayId} ${write.device.key}` : planned.id!;
        const errors = once(record, row.line);
        return errors.length > 0 ? failed(row, planned, errors) : planned;
      });
    },

    async apply(trx, scope, writes, nowMs) {
      const creates = writes.flatMap((write) => (write.kind === "create" ? [write.device] : []));
      const made = (await insertExpected(trx, scope, creates, nowMs, parts)).values();
      const ids: string[] = [];
      for (const write of writes) {
        if (write.kind === "change") {
          await changeDevice(trx, scope, write.device.row, write.patch, nowMs);
          ids.push(write.device.row.id);
        } else ids.push(made.next().value!);
      }
      return ids;
    },
  };
}

function planRow(row: CsvRow, places: Places): Planned {
  const cell = (column: string) => row.cells.get(column) ?? "";
  const nobody = { id: null, name: cell("name") || cell("key") || cell("id") };
  if (row.errors.length > 0) return failed(row, nobody, row.errors);
  const found = cell("id") === "" ? places.byKey(row) : places.byId(row);
  if ("errors" in found) return failed(row, nobody, found.errors);
  return "device" in found ? planChange(row, found.device) : planCreate(row, found.place);
}

function planChange(row: CsvRow, device: KnownDevice): Planned {
  const { id, name } = device.row;
  const before = { ...device.fields };
  const read = check(devicePatchSchema, wanted(row, before));
  const errors = read.ok ? goneErrors(device, read.value) : (read.refusal.errors ?? []);
  if (!read.ok || errors.length > 0) return failed(row, { id, name }, errors);
  const changes = changesOf(DEVICE_FIELDS, before, { ...before, ...read.value });
  const same = changes.length === 0;
  return {
    ...{ line: row.line, action: same ? "unchanged" : "change", id, name, changes, errors: [] },
    write: same ? null : { kind: "change", device, patch: read.value },
  };
}

/** A device of a deleted site comes back with its site. */
function goneErrors({ row }: KnownDevice, { lifecycle }: DevicePatch): FieldError[] {
  return row.site_deleted_ms === null || lifecycle === undefined || lifecycle === "retired"
    ? []
    : [{ path: "lifecycle", message: "its site is deleted; restore the site, and its devices come back" }];
}

/** What the row says otherwise than it is. An empty cell says nothing, but of tags and attributes that there is none. */
function wanted(row: CsvRow, before: KnownDevice["fields"]): Record<string, unknown> {
  const texts = (["name", "type", "lifecycle"] as const).flatMap((field) => {
    const cell = row.cells.get(field) ?? "";
    return cell === "" || cell === before[field] ? [] : [[field, cell] as const];
  });
  const labels = readLabels(row, before);
  const same = (field: "tags" | "customAttributes") =>
    JSON.stringify(labels[field]) === JSON.stringify(before[field]);
  return {
    ...Object.fromEntries(texts),
    ...(same("tags") ? {} : { tags: labels.tags }),
    ...(same("customAttributes") ? {} : { customAttributes: labels.customAttributes }),
  };
}

const NEW = { tags: [], customAttributes: {} };
/** What a device that is to come may be said to be. */
const TO_COME = ["", "pending", "active"];

function planCreate(row: CsvRow, place: KnownPlace): Planned {
  const key = row.cells.get("key") ?? "";
  const about = { id: null, name: row.cells.get("name") || key };
  const keyed = check(deviceKeySchema, key);
  const said = wanted(row, { ...NEW, name: "", type: "", lifecycle: "" });
  const { lifecycle = "", ...rest } = said;
  const read = check(devicePatchSchema, rest);
  const errors: FieldError[] = [
    ...(keyed.ok ? [] : keyed.refusal.errors!.map(({ message }) => ({ path: "key", message }))),
    ...(read.ok ? [] : read.refusal.errors!),
    ...(TO_COME.includes(lifecycle as string)
      ? []
      : [{ path: "lifecycle", message: "must be empty or pending: there is no such device yet" }]),
  ];
  if (!read.ok || errors.length > 0) return failed(row, about, errors);
  const { name = null, type = null, tags = [], customAttributes = {} } = read.value;
  const device = { ...place, key, name, type, tags, customAttributes };
  const after = { site: place.siteName, key, name, type, lifecycle: "pending", tags, customAttributes };
  return {
    ...{ line: row.line, action: "create", ...about, errors: [] },
    changes: changesOf(Object.keys(after), null, after),
    write: { kind: "create", device },
  };
}
