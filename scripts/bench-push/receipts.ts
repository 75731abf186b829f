import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { alone, type BenchRow } from "../bench-chunks/bench-row.ts";
import { Cloud } from "../e2e/stack.ts";
import { startDoubles } from "./doubles.ts";
import { notifyAll, RECIPIENTS } from "./notifications.ts";

/** Browsers that say something at the same time. */
const AT_ONCE = 64;

/** The receipts of as many messages as were handed over. Every one is decrypted by its browser, since that is where its token is. */
export async function benchReceipts(directory: string, count: number): Promise<BenchRow> {
  using doubles = await startDoubles(1);
  const authority = join(directory, "reading.pem");
  writeFileSync(authority, doubles.authority);
  await using cloud = await Cloud.start([
    ...["--outbound-allowed", doubles.webPush, "--outbound-authority", authority, "--log-level", "warning"],
  ]);
  const { publicKey } = await cloud.api<{ publicKey: string }>("/push/vapid-public-key");
  const addresses = await doubles.subscribe(publicKey, RECIPIENTS);
  await notifyAll(cloud, addresses, count);
  const tokens = (await doubles.taken())["web-push"].map(({ receipt = "" }) => receipt);
  const beganMs = performance.now();
  await tell(cloud, tokens);
  const tookMs = performance.now() - beganMs;
  const counted = await cloud.api<{ totals: { delivered: number } }>("/notifications/stats");
  if (counted.totals.delivered !== tokens.length) throw new Error("not all receipts were stored");
  return alone("push: receipts stored", Number(((tokens.length / tookMs) * 1_000).toPrecision(3)), "1/s");
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
