import { lookup } from "node:dns/promises";
import type { Resolve } from "./target.ts";

/** What the machine says a name's addresses are, IPv4 first: not every network carries IPv6. */
export const systemResolve: Resolve = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.toSorted((a, b) => a.family - b.family).map(({ address }) => address);
};
