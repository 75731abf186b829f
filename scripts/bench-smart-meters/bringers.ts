import { createInterface } from "node:readline";
import type { Entry } from "../../protocol/log/entry.ts";
import { bringEntries, enrolBareGateway } from "../bench-query/bare-gateway.ts";
import { type SealedMeters, sealedMeters } from "./sealed-meters.ts";

/**
 * Gateways that only speak the line, in a process of their own: `bun bringers.ts` reads a {@link BringersTask} from its
 * input, makes what they bring, and says `ready`; then a line tells them each to bring what they have, all at once:
 * first a chunk of every meter, with which the cloud meets it; then the rest. Says `done` after each.
 */
export interface BringersTask {
  url: string;
  claims: string[];
  meters: Omit<SealedMeters, "seed">;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { url, claims, meters } = JSON.parse((await lines.next()).value as string) as BringersTask;
const gateways = [];
for (const [place, claim] of claims.entries()) {
  const entries = [...sealedMeters({ ...meters, seed: place * 1_000_000 })];
  const rest = entries.slice(meters.meters).map((entry, index): Entry => ({ ...entry, seq: index + 1 }));
  const gateway = await enrolBareGateway(url, claim);
  gateways.push({ gateway, parts: [entries.slice(0, meters.meters), rest] });
}
console.log("ready");
for (const part of [0, 1]) {
  await lines.next();
  await Promise.all(gateways.map(({ gateway, parts }) => bringEntries(gateway, parts[part]!)));
  console.log("done");
}
process.exit(0);
