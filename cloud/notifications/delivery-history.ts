import type { Selectable } from "kysely";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { DeliveryState } from "../../protocol/notifications/delivery.ts";
import type { DeliveryDetail } from "../../protocol/notifications/delivery-view.ts";
import type { DeliveryEventTable } from "../database/notification-tables.ts";

type History = DeliveryDetail["history"];
type Line = Pick<Selectable<DeliveryEventTable>, "at_ms" | "event" | "state" | "detail">;

/** Whether what was sent last has a line. */
export function isSentWritten(lines: readonly Pick<Line, "event">[]): boolean {
  const again = lines.findLastIndex(({ event }) => event === "replay");
  return lines.slice(again + 1).some(({ event }) => event === "sent");
}

/** What may come before it is sent. */
const BEFORE = ["retry", "replay"];

/** All that happened to a delivery, in order; `lines` as they were written. What was taken without a name has none: it is told by `sentMs`. */
export function historyOf(sentMs: number | null, lines: readonly Line[]): History {
  const all = [...lines];
  if (sentMs !== null && !isSentWritten(lines)) {
    const place = lines.findLastIndex(({ event }) => BEFORE.includes(event)) + 1;
    all.splice(place, 0, { at_ms: sentMs, event: "sent", state: "sent", detail: null });
  }
  return all.map(({ at_ms, event, state, detail }) => ({
    at: toTimestamp(at_ms),
    event: event as History[number]["event"],
    state: state as DeliveryState,
    detail,
  }));
}
