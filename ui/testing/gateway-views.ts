import { gatewayListPage, gatewayPage, type LocalView } from "../ui.ts";
import type { Estate } from "./fixtures.ts";

/** The pages about gateways and what runs on them. */
export function gatewayViews({ gateways, sites }: Estate): Record<string, LocalView> {
  const [idle, done, updating, failed] = gateways;
  const page = (items: typeof gateways) => ({ items, nextCursor: null, total: items.length });
  const query = { limit: 50 };
  const newest = { version: "0.1.1", sequence: 2 };
  return {
    gateways: gatewayListPage({
      ...{ gateways: page(gateways), query, after: 0 },
      newest: { ...newest, outdated: gateways.length },
    }),
    "gateways, none": gatewayListPage({ gateways: page([]), query, after: 0, newest: null }),
    "gateways, not found": gatewayListPage({
      ...{ gateways: page([]), query: { ...query, q: "x", site: sites[0]!.id }, after: 0, newest: null },
    }),
    gateway: gatewayPage({ gateway: failed!, newest }),
    "gateway, updating": gatewayPage({ gateway: updating!, newest }),
    "gateway, updated": gatewayPage({ gateway: { ...done!, version: newest.version }, newest }),
    "gateway, two machines": gatewayPage({
      gateway: gateways.find(({ clonedAt }) => clonedAt !== null)!,
      newest,
    }),
    "gateway, no releases": gatewayPage({
      gateway: { ...idle!, revoked: true, version: null },
      newest: null,
    }),
  };
}
