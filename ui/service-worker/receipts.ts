import type { WorkerScope } from "./scope.ts";
import type { ShownData } from "./shown.ts";

/** What the browser says of a message. */
export type Receipt = "delivered" | "opened" | "dismissed";

const ADDRESS = "/api/v1/receipts";

/** What could not be said yet: the cloud may be away when a notification is put away. */
export const UNSAID = "receipts";
/** Older ones are of no use any more. */
const UNSAID_MAX = 100;

type Scope = Pick<WorkerScope, "caches" | "fetch">;

/** Says it, and what was not said before. Never rejects: what does not arrive is kept for the next time. */
export async function sayReceipt(scope: Scope, { receipt }: ShownData, action: Receipt): Promise<void> {
  if (receipt === null) return;
  const body = JSON.stringify({ token: receipt, action });
  if (await say(scope, body)) await sayUnsaid(scope);
  else await keep(scope, `${ADDRESS}?${action}=${encodeURIComponent(receipt)}`, body);
}

/** Whether it is settled: taken, or of a kind that no further try changes. The token in it is what lets it in. */
async function say({ fetch }: Scope, body: string): Promise<boolean> {
  try {
    const answer = await fetch(ADDRESS, {
      ...{ method: "POST", body, credentials: "omit", keepalive: true },
      headers: { "content-type": "application/json" },
    });
    return answer.ok || (answer.status >= 400 && answer.status < 500 && answer.status !== 429);
  } catch {
    return false;
  }
}

async function keep({ caches }: Scope, key: string, body: string): Promise<void> {
  const unsaid = await caches.open(UNSAID);
  const kept = await unsaid.keys();
  if (kept.length < UNSAID_MAX) await unsaid.put(key, new Response(body));
}

async function sayUnsaid(scope: Scope): Promise<void> {
  if (!(await scope.caches.has(UNSAID))) return;
  const unsaid = await scope.caches.open(UNSAID);
  for (const request of await unsaid.keys()) {
    const body = await (await unsaid.match(request))?.text();
    if (body === undefined || !(await say(scope, body))) return;
    await unsaid.delete(request);
  }
  await scope.caches.delete(UNSAID);
}
