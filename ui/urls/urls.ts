import type { SiteQuery } from "../../protocol/sites/site.ts";
import { listUrl } from "./list-url.ts";

/**
 * The addresses of the dashboard, built and read in one place. Promises that what `devicesUrl` writes is read back
 * as the same filters; never touches the browser's location.
 */
export {
  type Chip,
  chipsOf,
  type DeviceFilters,
  devicesUrl,
  filterChoices,
  filtersOf,
} from "./device-filters.ts";
export { type JobFilters, jobChipsOf, jobFiltersOf, jobsUrl } from "./job-filters.ts";
export { listUrl } from "./list-url.ts";
export {
  type InboxFilters,
  inboxChipsOf,
  inboxUrl,
  notificationChipsOf,
  notificationsUrl,
} from "./notification-filters.ts";

const ANY_ORIGIN = "http://any.invalid";

/**
 * Where to go after logging in: a path of this site only, else the overview. Refuses `//host` and `/\host`, and what a
 * browser makes of them: it drops tabs and line ends out of an address before it looks at it.
 */
export function safeNext(next: string | undefined): string {
  // Nothing but printable ASCII is a header's value; an address is written so, with % for the rest.
  if (next === undefined || !/^\/[!-~]*$/.test(next)) return "/";
  return URL.parse(next, ANY_ORIGIN)?.origin === ANY_ORIGIN ? next : "/";
}

/** The filters of the list of sites and its order, which live in its address as those of devices do. */
export type SiteFilters = Pick<SiteQuery, "q" | "tag" | "deleted"> & { sort?: string | undefined };

/** The list of sites, filtered and from a page on. */
export function sitesUrl(filters: SiteFilters, more: { cursor?: string; after?: number } = {}): string {
  return listUrl("/sites", { ...filters, ...more });
}
