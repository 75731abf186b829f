import type { Page } from "../../protocol/api/list.ts";
import type { Provenance } from "../../protocol/devices/provenance.ts";
import { accept, type Result } from "../../protocol/errors.ts";
import { FOUND_SHOWN, type Found, type PickItem } from "../../ui/ui.ts";
import type { Scope } from "../accounts/scope.ts";

/** Where a picker's entries come from; nothing of what the person may not see. */
export interface PickSource {
  find(q: string, limit: number): Promise<Result<Pick<Page<PickItem>, "items" | "total">>>;
  /** One that is picked already; null when it is not there. */
  read(value: string): Promise<PickItem | null>;
}

/** What is picked and shown one by one; of a list of devices there may be hundreds. */
const PICKED_SHOWN = 20;

/**
 * What a picker of a form shows: what is picked in its field, and what its search (`find.<name>`) finds. Null where the person may not
 * see any of it, and nothing is picked.
 */
export async function findFor(
  values: Readonly<Record<string, string>>,
  name: string,
  { find, read }: PickSource,
  /** Between what is picked. */
  separator = /[\s,]+/,
): Promise<Found | null> {
  const q = (values[`find.${name}`] ?? "").trim().slice(0, 100);
  const given = [...new Set((values[name] ?? "").split(separator).filter(Boolean))];
  const known = await Promise.all(
    given.slice(0, PICKED_SHOWN).map(async (value) => [value, await read(value)] as const),
  );
  const picked = known.flatMap(([, item]) => item ?? []);
  const others = [
    ...known.filter(([, item]) => item === null).map(([value]) => value),
    ...given.slice(PICKED_SHOWN),
  ];
  const found = await find(q, FOUND_SHOWN);
  if (!found.ok && given.length === 0) return null;
  const { items, total } = found.ok ? found.value : { items: [], total: 0 };
  return {
    ...{ picked, others: others.join(","), q, total },
    items: items.filter(({ value }) => !given.includes(value)),
  };
}

/** Entries that are no records, such as tags: all of them are known at once. */
export function amongTexts(all: () => Promise<Result<readonly string[]>>): PickSource {
  return {
    async find(q, limit) {
      const known = await all();
      if (!known.ok) return known;
      const met = known.value.filter((text) => text.toLowerCase().includes(q.toLowerCase()));
      const items = met.slice(0, limit).map((text) => ({ value: text, label: text }));
      return accept({ items, total: met.length });
    },
    read: async (value) => ({ value, label: value }),
  };
}

/** Records with a list that is searched by name. */
interface Listed<Item> {
  list(scope: Scope, query: { q?: string; limit: number }): Promise<Result<Page<Item>>>;
  get(scope: Scope, id: string): Promise<Result<Item>>;
}
type Named = { id: string; name: string };

export const amongDevices = (
  devices: Listed<Named & { siteName: string; provenance: Provenance }>,
  scope: Scope,
) =>
  amongRecords(devices, scope, ({ id, name, siteName, provenance }) => ({
    ...{ value: id, label: name, note: siteName },
    isSimulated: provenance === "simulated",
  }));

export const amongSites = (sites: Listed<Named>, scope: Scope) =>
  amongRecords(sites, scope, ({ id, name }) => ({ value: id, label: name }));

/** By their sites: that is how people know them. */
export const amongGateways = (gateways: Listed<Named & { siteName: string }>, scope: Scope) =>
  amongRecords(gateways, scope, ({ id, name, siteName }) => ({
    ...{ value: id, label: siteName },
    ...(name === siteName ? {} : { note: name }),
  }));

function amongRecords<Item>(
  { list, get }: Listed<Item>,
  scope: Scope,
  toItem: (item: Item) => PickItem,
): PickSource {
  return {
    async find(q, limit) {
      const found = await list(scope, { limit, ...(q === "" ? {} : { q }) });
      return found.ok ? accept({ items: found.value.items.map(toItem), total: found.value.total }) : found;
    },
    async read(id) {
      const found = await get(scope, id);
      return found.ok ? toItem(found.value) : null;
    },
  };
}
