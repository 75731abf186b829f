import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { NotificationDetail } from "../../../protocol/notifications/notification.ts";
import { type Doubles, PLATFORMS } from "../../bench-push/doubles.ts";
import type { Cloud } from "../../e2e/stack.ts";
import type { Findings } from "../drill.ts";
import { ALL } from "./stage.ts";

/** What the cloud says that it sent, against what its platforms took. */

/** What may be in hand when the cloud is killed: of this notification, and of an earlier one that is tried again. */
const TWICE_A_KILL = 2 * ALL;

interface Delivery {
  id: string;
  channel: string;
  notificationName: string;
  recipient: { kind: string; name: string };
}

export async function compare(
  cloud: Cloud,
  doubles: Doubles,
  made: readonly string[],
  kills: number,
): Promise<Findings> {
  const faults: string[] = [];
  const known = new Map<string, string>();
  let inLog = 0;
  for (const id of made) {
    const { counts } = await cloud.api<NotificationDetail>(`/notifications/${id}`);
    const came = counts.sent + counts.delivered + counts.opened;
    if (came !== ALL) faults.push(`${came} of ${ALL} of ${id} were sent: ${JSON.stringify(counts)}`);
    for (const one of await deliveriesOf(cloud, id))
      if (one.recipient.kind === "device") inLog += 1;
      else known.set(keyOf(one), one.channel);
  }
  const taken = await doubles.taken();
  const times = new Map<string, number>();
  for (const platform of PLATFORMS)
    for (const { id } of taken[platform]) times.set(id, (times.get(id) ?? 0) + 1);
  for (const [id, channel] of known) if (!times.has(id)) faults.push(`${id} (${channel}) never came`);
  for (const id of times.keys()) if (!known.has(id)) faults.push(`${id} came, and is no delivery`);
  const twice = PLATFORMS.map((platform) => ({ platform, ...repeated(taken[platform]) }));
  const handedTwice = twice.reduce((sum, { handed }) => sum + handed, 0);
  if (handedTwice > kills * TWICE_A_KILL) faults.push(`${handedTwice} came twice`);
  for (const { platform, seen } of twice) if (seen > 0) faults.push(`${seen} were seen twice by ${platform}`);
  const entries = countDownlog(cloud);
  if (inLog !== made.length || entries !== made.length)
    faults.push(`${entries} entries in the gateway's log, ${inLog} deliveries, ${made.length} notifications`);
  const receipts = await tellReceipts(
    cloud,
    taken["web-push"].map(({ receipt = "" }) => receipt),
  );
  return {
    figures: {
      ...{ deliveries: known.size + inLog, "handed over twice": handedTwice },
      ...{ "seen twice": twice.reduce((sum, { seen }) => sum + seen, 0), "receipts stored": receipts },
    },
    faults: faults.slice(0, 10),
  };
}

/** How many came again; and how many of those in another place than before, so that they are seen twice. */
function repeated(taken: readonly { id: string; place: string | null }[]): { handed: number; seen: number } {
  const places = new Map<string, Set<string | null>>();
  let handed = 0;
  let seen = 0;
  for (const { id, place } of taken) {
    const before = places.get(id);
    if (before === undefined) {
      places.set(id, new Set([place]));
      continue;
    }
    handed += 1;
    if (place === null || !before.has(place)) seen += 1;
    before.add(place);
  }
  return { handed, seen };
}

/** A letter has no id: whom it is to, and what of, tells it apart. */
const keyOf = ({ id, channel, notificationName, recipient }: Delivery): string =>
  channel === "email" ? `${recipient.name} ${notificationName}` : id;

async function deliveriesOf(cloud: Cloud, id: string): Promise<Delivery[]> {
  const all: Delivery[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const from = cursor === "" ? "" : `&cursor=${cursor}`;
    const page: { items: Delivery[]; nextCursor: string | null } = await cloud.api(
      `/notifications/${id}/deliveries?limit=500${from}`,
    );
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}

/** Each browser says that it has it; as many deliveries must then be delivered. */
async function tellReceipts(cloud: Cloud, taken: readonly string[]): Promise<number> {
  const left = [...new Set(taken)];
  const told = left.length;
  const tell = async (): Promise<void> => {
    for (let token = left.pop(); token !== undefined; token = left.pop())
      await fetch(`${cloud.url}/api/v1/receipts`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token, action: "delivered" }),
      });
  };
  await Promise.all(Array.from({ length: 32 }, tell));
  const { totals } = await cloud.api<{ totals: { delivered: number } }>("/notifications/stats");
  if (totals.delivered !== told)
    throw new Error(`${told} receipts were told, and ${totals.delivered} are stored`);
  return told;
}

function countDownlog({ directory }: Cloud): number {
  using database = new Database(join(directory, "cloud.db"), { readonly: true });
  const row = database
    .query<{ entries: number }, []>(
      "SELECT count(*) AS entries FROM downlog WHERE kind = 'notification.send'",
    )
    .get();
  return row?.entries ?? 0;
}
