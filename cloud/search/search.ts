import type { Found, SearchQuery } from "../../protocol/search/search.ts";
import { mayDo, type Scope } from "../accounts/scope.ts";
import type { CloudDatabase } from "../database/database.ts";
import { devicesOf, findEntries, findJobs, findMembers, sitesOf } from "./store.ts";
import { bestFirst } from "./words.ts";

/**
 * One search over sites, devices, jobs and members, for whoever looks for something by its name.
 *
 * Promises: what is found is of the person's organisation and of a kind they may read; the name that was typed comes
 * first; the time it takes does not grow with what does not match. Deleted sites and retired devices are not found.
 */
export interface Search {
  find(scope: Scope, query: SearchQuery): Promise<Found>;
}

export function createSearch({ db }: { db: CloudDatabase }): Search {
  return {
    async find(scope, query) {
      const { read } = db;
      const { organizationId } = scope;
      const best = <Named extends { name: string }>(found: readonly Named[]) =>
        bestFirst(found, query.q).slice(0, query.limit);
      const [sites, devices, jobs, members] = await Promise.all([
        mayDo(scope, "site:read")
          ? findEntries(read, organizationId, "site", query).then((ids) => sitesOf(read, ids))
          : [],
        mayDo(scope, "device:read")
          ? findEntries(read, organizationId, "device", query).then((ids) => devicesOf(read, ids))
          : [],
        mayDo(scope, "job:read") ? findJobs(read, organizationId, query) : [],
        mayDo(scope, "member:read") ? findMembers(read, organizationId, query) : [],
      ]);
      return { sites: best(sites), devices: best(devices), jobs: best(jobs), members: best(members) };
    },
  };
}
