import { CONNECTIVITIES, type DeviceQuery, HEALTHS, PROVENANCES } from "../../protocol/devices/device.ts";
import type { Words } from "../words/catalogues.ts";
import { typeLabel } from "../words/device-types.ts";

/** The filters of the list of devices live in its address, so that a view can be linked, shared and gone back to. */
export type DeviceFilters = Pick<
  DeviceQuery,
  | "q"
  | "site"
  | "type"
  | "connectivity"
  | "health"
  | "provenance"
  | "tag"
  | "firmware"
  | "config"
  | "lifecycle"
>;
export type FilterKey = keyof DeviceFilters;

const KEYS: readonly FilterKey[] = [
  ...([
    "q",
    "site",
    "connectivity",
    "health",
    "type",
    "tag",
    "firmware",
    "config",
    "provenance",
    "lifecycle",
  ] as const),
];

/** The filters of a query, without what pages and sorts it. */
export function filtersOf(query: DeviceQuery): DeviceFilters {
  const filters: DeviceFilters = {};
  for (const key of KEYS)
    if (query[key] !== undefined && query[key] !== "") Object.assign(filters, { [key]: query[key] });
  return filters;
}

/** The address of the list with these filters; empty ones are left out. */
export function devicesUrl(
  filters: DeviceFilters,
  more: { sort?: string | undefined; cursor?: string; after?: number } = {},
): string {
  const search = new URLSearchParams();
  for (const key of KEYS) {
    const value = filters[key];
    if (value !== undefined && value !== "") search.set(key, value);
  }
  if (more.sort !== undefined) search.set("sort", more.sort);
  if (more.cursor !== undefined) search.set("cursor", more.cursor);
  if (more.after !== undefined) search.set("after", String(more.after));
  const text = search.toString();
  return text === "" ? "/devices" : `/devices?${text}`;
}

export interface Chip {
  key: FilterKey;
  /** `Health: warning` */
  label: string;
  /** The same list, sorted the same, without this filter. */
  without: string;
}

/**
 * A removable chip for each filter in force, in a fixed order. `siteName` says what the site filter means; without a
 * filter the list stays sorted as it is.
 */
export function chipsOf(
  words: Words,
  filters: DeviceFilters,
  siteName: string | null,
  sort?: string,
): Chip[] {
  return KEYS.filter((key) => filters[key] !== undefined && filters[key] !== "").map((key) => {
    const { [key]: _gone, ...rest } = filters;
    return { key, label: chipLabel(words, key, filters, siteName), without: devicesUrl(rest, { sort }) };
  });
}

function chipLabel(words: Words, key: FilterKey, filters: DeviceFilters, siteName: string | null): string {
  const { devices, states } = words;
  switch (key) {
    case "provenance":
      return filters.provenance === "simulated" ? devices.simulatedOnly : devices.realOnly;
    case "config":
      return devices.drifted;
    case "site":
      return devices.chip(key, siteName ?? devices.unknownSite);
    case "type":
      return devices.chip(key, typeLabel(words, filters.type ?? ""));
    case "connectivity":
      return devices.chip(key, states.connectivity[filters.connectivity!]);
    case "health":
      return devices.chip(key, states.health[filters.health!]);
    case "lifecycle":
      return devices.chip(key, devices.lifecycles[filters.lifecycle!]);
    case "q":
    case "tag":
    case "firmware":
      return devices.chip(key, filters[key] ?? "");
  }
}

/** The choices of the filters with fixed values, as `[value, word]`. */
export function filterChoices({ states, devices }: Words) {
  return {
    connectivity: CONNECTIVITIES.map((value) => [value, states.connectivity[value]] as const),
    health: HEALTHS.map((value) => [value, states.health[value]] as const),
    config: [["drifted", devices.drifted] as const],
    provenance: PROVENANCES.map((value) => [value, devices.provenances[value]] as const),
  };
}
