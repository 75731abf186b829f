import type { JobQuery } from "../../protocol/jobs/job.ts";
import type { Words } from "../words/catalogues.ts";
import { listUrl } from "./list-url.ts";

/** The filters of the list of jobs live in its address, as those of devices do. */
export type JobFilters = Pick<JobQuery, "q" | "status" | "kind" | "site" | "device" | "failed">;
export type JobFilterKey = keyof JobFilters;

const KEYS = ["q", "status", "kind", "site", "device", "failed"] as const satisfies readonly JobFilterKey[];

/** The filters of a query, without what pages and sorts it. */
export function jobFiltersOf(query: JobFilters): JobFilters {
  return Object.fromEntries(
    KEYS.map((key) => [key, query[key]] as const).filter(([, value]) => value !== undefined && value !== ""),
  );
}

export function jobsUrl(filters: JobFilters, more: { cursor?: string; after?: number } = {}): string {
  return listUrl("/jobs", { ...jobFiltersOf(filters), ...more });
}

export interface JobChip {
  key: JobFilterKey;
  label: string;
  /** The same list without this filter. */
  without: string;
}

/** A removable chip for each filter in force. `names` say what ids mean. */
export function jobChipsOf(
  { jobs }: Words,
  filters: JobFilters,
  names: { site: string | null; device: string | null },
): JobChip[] {
  return KEYS.filter((key) => filters[key] !== undefined).map((key) => {
    const { [key]: _gone, ...rest } = filters;
    return { key, label: jobs.chip[key](meant(key)), without: jobsUrl(rest) };
  });

  function meant(key: JobFilterKey): string {
    switch (key) {
      case "status":
        return jobs.statuses[filters.status!];
      case "kind":
        return jobs.kinds[filters.kind!];
      case "site":
      case "device":
        return names[key] ?? jobs.unknownPlace;
      default:
        return filters[key] ?? "";
    }
  }
}
