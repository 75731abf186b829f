import type { Permission } from "../../protocol/accounts/permissions.ts";
import type { Found } from "../../protocol/search/search.ts";
import type { IconName } from "../icons/icons.ts";

/** Something that was found, as the palette and the page of results show it. */
export interface Match {
  href: string;
  name: string;
  /** What tells it from its like. */
  detail: string;
  isSimulated: boolean;
}

/** What is searched for by name: one row a kind, in the order of the groups. */
export interface Source<Kind extends keyof Found = keyof Found> {
  kind: Kind;
  icon: IconName;
  needs: Permission;
  matchOf(found: Found[Kind][number]): Omit<Match, "isSimulated">;
  /** The list with everything that matches; null where no list is searched. */
  listOf: ((q: string) => string) | null;
}

function source<Kind extends keyof Found>(row: Source<Kind>): Source {
  return row as unknown as Source;
}

const searched = (path: string) => (q: string) => `${path}?${new URLSearchParams({ q })}`;

export const SOURCES: readonly Source[] = [
  source({
    kind: "sites",
    icon: "store",
    needs: "site:read",
    matchOf: ({ id, name, address }) => ({ href: `/sites/${id}`, name, detail: address }),
    listOf: searched("/sites"),
  }),
  source({
    kind: "devices",
    icon: "cpu",
    needs: "device:read",
    matchOf: ({ id, name, key, siteName }) => ({
      href: `/devices/${id}`,
      name,
      detail: name === key ? siteName : `${siteName} · ${key}`,
    }),
    listOf: searched("/devices"),
  }),
  source({
    kind: "jobs",
    icon: "list-checks",
    needs: "job:read",
    matchOf: ({ id, name }) => ({ href: `/jobs/${id}`, name, detail: "" }),
    listOf: searched("/jobs"),
  }),
  source({
    kind: "members",
    icon: "users",
    needs: "member:read",
    matchOf: ({ id, name, email }) => ({ href: `/settings/members#member-${id}`, name, detail: email }),
    listOf: null,
  }),
];

/** What a search found of one kind. */
export function matchesOf({ kind, matchOf }: Source, found: Found): Match[] {
  return (found[kind] as Found[typeof kind]).map((one) => ({
    ...matchOf(one as never),
    isSimulated: "provenance" in one && one.provenance === "simulated",
  }));
}
