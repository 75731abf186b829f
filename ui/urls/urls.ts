/**
 * The addresses of the dashboard, built and read in one place. Promises that what `devicesUrl` writes is read back
 * as the same filters; never touches the browser's location.
 */
export {
  type Chip,
  chipsOf,
  type DeviceFilters,
  devicesUrl,
  FILTER_CHOICES,
  filtersOf,
} from "./device-filters.ts";

/** Where to go after logging in: a path of this site only, else the overview. Refuses `//host` and `/\host`. */
export function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : "/";
}

/** The list of sites, filtered and from a page on. */
export function sitesUrl(q: string | undefined, more: { cursor?: string; after?: number } = {}): string {
  const search = new URLSearchParams();
  if (q !== undefined && q !== "") search.set("q", q);
  if (more.cursor !== undefined) search.set("cursor", more.cursor);
  if (more.after !== undefined) search.set("after", String(more.after));
  const text = search.toString();
  return text === "" ? "/sites" : `/sites?${text}`;
}
