import { CONNECTIVITIES, type DeviceQuery, HEALTHS, PROVENANCES } from "../../protocol/devices/device.ts";
import { wordsOf } from "../words/catalogues.ts";
import { typeLabel } from "../words/device-types.ts";

const ENGLISH = wordsOf("en");

/** The filters of the list of devices live in its address, so that a view can be linked, shared and gone back to. */
export type DeviceFilters = Pick<
  DeviceQuery,
  "q" | "site" | "type" | "connectivity" | "health" | "provenance" | "tag" | "firmware" | "lifecycle"
>;
export type FilterKey = keyof DeviceFilters;

const KEYS: readonly FilterKey[] = [
  ...(["q", "site", "connectivity", "health", "type", "tag", "firmware", "provenance", "lifecycle"] as const),
];

/** The filters of a query, without what pages and sorts it. */
export function filtersOf(query: DeviceQuery): DeviceFilters {
  const filters: DeviceFilters = {};
  for (const key of KEYS)
    if (query[key] !== undefined && query[key] !== "") Object.assign(filters, { [key]: query[key] });
  return filters;
}

/** The address of the list with these filters; empty ones are left out. */
export function devicesUrl(filters: DeviceFilters, more: { cursor?: string; after?: number } = {}): string {
  const search = new URLSearchParams();
  for (const key of KEYS) {
    const value = filters[key];
    if (value !== undefined && value !== "") search.set(key, value);
  }
  if (more.cursor !== undefined) search.set("cursor", more.cursor);
  if (more.after !== undefined) search.set("after", String(more.after));
  const text = search.toString();
  return text === "" ? "/devices" : `/devices?${text}`;
}

export interface Chip {
  key: FilterKey;
  /** `Health: warning` */
  label: string;
  /** The same list without this filter. */
  without: string;
}

/** A removable chip for each filter in force, in a fixed order. `siteName` says what the site filter means. */
export function chipsOf(filters: DeviceFilters, siteName: string | null): Chip[] {
  return KEYS.filter((key) => filters[key] !== undefined && filters[key] !== "").map((key) => {
    const { [key]: _gone, ...rest } = filters;
    return { key, label: chipLabel(key, filters, siteName), without: devicesUrl(rest) };
  });
}

function chipLabel(key: FilterKey, filters: DeviceFilters, siteName: string | null): string {
  switch (key) {
    case "q":
      return `Search: ${filters.q}`;
    case "site":
      return `Site: ${siteName ?? "unknown"}`;
    case "type":
      return `Type: ${typeLabel(ENGLISH, filters.type ?? "").toLowerCase()}`;
    case "connectivity":
      return `Connection: ${ENGLISH.states.connectivity[filters.connectivity!].toLowerCase()}`;
    case "health":
      return `Health: ${ENGLISH.states.health[filters.health!].toLowerCase()}`;
    case "tag":
      return `Tag: ${filters.tag}`;
    case "firmware":
      return `Firmware: ${filters.firmware}`;
    case "lifecycle":
      return `Lifecycle: ${filters.lifecycle}`;
    case "provenance":
      return filters.provenance === "simulated" ? "Simulated only" : "Real only";
  }
}

/** The choices of the filters with fixed values, as `[value, word]`. */
export const FILTER_CHOICES = {
  connectivity: CONNECTIVITIES.map((value) => [value, ENGLISH.states.connectivity[value]] as const),
  health: HEALTHS.map((value) => [value, ENGLISH.states.health[value]] as const),
  provenance: PROVENANCES.map((value) => [value, value === "real" ? "Real" : "Simulated"] as const),
};
