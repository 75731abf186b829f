import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Notification } from "../../protocol/notifications/notification.ts";
import { alone, type BenchRow } from "../bench-chunks/bench-row.ts";
import { Cloud, until } from "../e2e/stack.ts";
import { startDoubles } from "./doubles.ts";

/** Recipients of one notification: bare addresses, as many as one takes. */
const RECIPIENTS = 1_000;
/** Browsers that say something at the same time. */
const AT_ONCE = 64;

/**
 * Notifications through the engine: from the API's answer until all of them are handed over, and until the receipt of each is stored.
 * Every message is decrypted by its browser, since that is where its token is.
 */
export async function benchReceipts(directory: string, count: number): Promise<BenchRow[]> {
  using doubles = await startDoubles(1);
  const authority = join(directory, "reading.pem");
  writeFileSync(authority, doubles.authority);
  await using cloud = await Cloud.start([
    ...["--outbound-allowed", doubles.webPush, "--outbound-authority", authority, "--log-level", "warning"],
  ]);
  const { publicKey } = await cloud.api<{ publicKey: string }>("/push/vapid-public-key");
  const addresses = await doubles.subscribe(publicKey, RECIPIENTS);
  const beganMs = performance.now();
  const made: string[] = [];
  for (let index = 0; index < count / RECIPIENTS; index += 1) {
    const body = JSON.stringify({ targets: { addresses }, message: { title: "Cold room 2 is open" } });
    made.push((await cloud.api<Notification>("/notifications", { method: "POST", body })).id);
  }
  for (const id of made) {
    const isDone = async () => (await cloud.api<Notification>(`/notifications/${id}`)).status === "done";
    await until("all to be handed over", isDone, 300_000);
  }
  const sentMs = performance.now();
  const tokens = (await doubles.taken())["web-push"].map(({ receipt = "" }) => receipt);
  await tell(cloud, tokens);
  const toldMs = performance.now();
  const counted = await cloud.api<{ totals: { delivered: number } }>("/notifications/stats");
  if (counted.totals.delivered !== tokens.length) throw new Error("not all receipts were stored");
  const rate = (ms: number) => Number(((tokens.length / ms) * 1_000).toPrecision(3));
  return [
    alone("push: Web Push by notifications, queued to handed over", rate(sentMs - beganMs), "1/s"),
    alone("push: receipts stored", rate(toldMs - sentMs), "1/s"),
  ];
}

async function tell(cloud: Cloud, tokens: readonly string[]): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < tokens.length) {
      next += 1;
      const body = JSON.stringify({ token: tokens[next - 1], action: "delivered" });
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${cloud.url}/api/v1/receipts`, { method: "POST", headers, body });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
