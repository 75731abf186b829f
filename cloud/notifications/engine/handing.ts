import type { Transaction } from "kysely";
import type { Address } from "../../../protocol/notifications/address.ts";
import { type Outcome, refused } from "../../../protocol/notifications/outcome.ts";
import { HOUR } from "../../../protocol/units.ts";
import type { Tables } from "../../database/tables.ts";
import { addressDigest, disableEndpoints, touchEndpoints } from "../endpoint-store.ts";
import type { AnyHanding } from "../senders.ts";
import type { EngineParts } from "./engine-parts.ts";
import { stepOn } from "./fallback-steps.ts";
import type { Answered } from "./lane.ts";
import { DEVICE_LANE } from "./lane-names.ts";
import { record, settleRuns } from "./ledger.ts";
import type { Ready } from "./load.ts";
import { changeOf } from "./outcomes.ts";

/** When something was last sent to an endpoint is noted so exactly. */
const TOUCHED_EVERY_MS = HOUR;

/** To the platform, or to the mail server. */
export function handOver(
  { senders, sendLetter, receiptToken }: Pick<EngineParts, "senders" | "sendLetter" | "receiptToken">,
  { row, address, email, message, expiresMs, vapidKeyId }: Ready,
): Promise<Outcome> {
  if (address !== null) {
    const handing: AnyHanding = { id: row.id, address, message, expiresMs, vapidKeyId };
    // Who hears of it by MQTT answers by MQTT.
    if (address.platform !== "mqtt") handing.receipt = receiptToken(row.id);
    return senders.hand(row.organization_id, handing);
  }
  if (email === null) return Promise.resolve(refused("there is no address"));
  const { title, body, link } = message;
  return sendLetter({ id: row.id, email, title, body, link: link ?? null, language: row.language ?? "en" });
}

/** Tells an organisation's broker what is sent for good: only then it hands it on. `answered`: of one organisation where it is of brokers. */
export function tellWritten(
  { senders }: Pick<EngineParts, "senders">,
  answered: readonly Pick<Answered, "ready" | "outcome">[],
): void {
  const ofBroker = answered.filter(
    ({ ready: { row }, outcome }) =>
      row.channel === "mqtt" && row.lane !== DEVICE_LANE && outcome.outcome === "sent",
  );
  const [first] = ofBroker;
  if (first === undefined) return;
  const ids = ofBroker.map(({ ready }) => ready.row.id);
  senders.written(first.ready.row.organization_id, "mqtt", ids);
}

/** Writes down what came of it: of deliveries, endpoints and runs. `nextMs`: when there is something to do because of it. */
export async function writeOutcomes(
  { random }: Pick<EngineParts, "random">,
  trx: Transaction<Tables>,
  answered: readonly Answered[],
  nowMs: number,
): Promise<{ nextMs: number | null }> {
  const changes = answered.map(({ ready, outcome }) => changeOf(ready.row, outcome, nowMs, random));
  const done = await record(trx, changes, nowMs);
  const touched: string[] = [];
  for (const { ready, outcome } of answered) {
    const { row, address, lastSentMs } = ready;
    if (outcome.outcome === "gone" && address !== null) {
      const ended = { digest: addressDigest(address as Address), reason: outcome.reason };
      await disableEndpoints(trx, row.organization_id, [ended], nowMs);
    }
    if (
      outcome.outcome === "sent" &&
      row.endpoint_id !== null &&
      nowMs - (lastSentMs ?? 0) >= TOUCHED_EVERY_MS
    )
      touched.push(row.endpoint_id);
  }
  await touchEndpoints(trx, touched, nowMs);
  const stepsOn = await stepOn(trx, done, nowMs);
  await settleRuns(
    trx,
    done.filter(({ state }) => state !== "queued").map(({ delivery }) => delivery),
    nowMs,
  );
  const again = changes.flatMap(({ dueMs }) => dueMs ?? []);
  return { nextMs: stepsOn ? nowMs : again.length === 0 ? null : Math.min(...again) };
}
