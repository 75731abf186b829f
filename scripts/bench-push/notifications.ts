import type { Notification } from "../../protocol/notifications/notification.ts";
import { againstTarget, type BenchRow } from "../bench-chunks/bench-row.ts";
import { type Cloud, until } from "../e2e/stack.ts";
import { MESSAGE, type Stage } from "./stage.ts";

/** Recipients of one notification: bare addresses, as many as one takes. */
export const RECIPIENTS = 1_000;

/** Notifications through the engine, one made after the other: from the first until all of them are handed over. */
export async function benchNotifications({ cloud, doubles }: Stage, count: number): Promise<BenchRow> {
  const { publicKey } = await cloud.api<{ publicKey: string }>("/push/vapid-public-key");
  const addresses = await doubles.subscribe(publicKey, RECIPIENTS);
  await notifyAll(cloud, addresses, count / 2);
  const beganMs = performance.now();
  const made = await notifyAll(cloud, addresses, count);
  const rate = ((made * RECIPIENTS) / (performance.now() - beganMs)) * 1_000;
  const name = "push: Web Push by POST /notifications, queued to handed over";
  return againstTarget(name, Number(rate.toPrecision(3)), "1/s", 4_000);
}

/** Until all are done. Gives how many notifications that were. */
export async function notifyAll(cloud: Cloud, addresses: readonly object[], count: number): Promise<number> {
  const made: string[] = [];
  while (made.length < count / RECIPIENTS) {
    const body = JSON.stringify({ targets: { addresses }, message: MESSAGE });
    made.push((await cloud.api<Notification>("/notifications", { method: "POST", body })).id);
  }
  for (const id of made) {
    const isDone = async () => (await cloud.api<Notification>(`/notifications/${id}`)).status === "done";
    await until("all to be handed over", isDone, 300_000);
  }
  return made.length;
}
