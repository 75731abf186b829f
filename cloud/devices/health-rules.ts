import { type Conduct, refusedMost } from "../../protocol/devices/conduct.ts";
import type { Health } from "../../protocol/devices/device.ts";
import { describeSkew } from "../../protocol/gateways/clock-skew.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";

/**
 * A device's health, computed from what it measured last and from how it behaves towards its gateway, and never stored. Connectivity is another matter: a device
 * that is offline keeps the health it had when it was last heard. `health-sql.ts` says the same to the database.
 */
export const HEALTH_METRICS = ["errorCode", "fault", "battery"] as const;
/** Percent. */
export const BATTERY_LOW = 20;
export const BATTERY_EMPTY = 5;

/** Newest value by metric name; other metrics than {@link HEALTH_METRICS} are not looked at. */
export type Latest = ReadonlyMap<string, unknown>;

export function healthOf(
  latest: Latest,
  everHeard: boolean,
  conduct: Conduct = {},
): { health: Health; reasons: string[] } {
  const { errors, warnings } = conductReasons(conduct);
  if (!everHeard) {
    // Why nothing of it has arrived, where that is known.
    return { health: "unknown", reasons: ["It has not sent any measurement yet.", ...errors, ...warnings] };
  }
  const errorCode = latest.get("errorCode");
  if (isSet(errorCode)) errors.push(`It reports error ${String(errorCode)}.`);
  const fault = latest.get("fault");
  if (isSet(fault))
    errors.push(fault === true ? "It reports a fault." : `It reports a fault: ${String(fault)}.`);
  const battery = latest.get("battery");
  if (typeof battery === "number" && battery < BATTERY_EMPTY)
    errors.push(`Its battery is at ${round(battery)} %.`);
  else if (typeof battery === "number" && battery < BATTERY_LOW) {
    warnings.push(
      `Its battery is at ${round(battery)} %; below ${BATTERY_LOW} % it should be charged or changed.`,
    );
  }
  if (errors.length > 0) return { health: "error", reasons: [...errors, ...warnings] };
  if (warnings.length > 0) return { health: "warning", reasons: warnings };
  return { health: "healthy", reasons: [] };
}

/** What its conduct comes to. `ui/words/german/reasons.ts` says the same in German. */
function conductReasons({ refused, slow, clock }: Conduct): { errors: string[]; warnings: string[] } {
  const errors: string[] = [];
  const warnings: string[] = [];
  if (refused !== undefined) {
    (refusedMost(refused) ? errors : warnings).push(refusedSentence(refused));
  }
  if (slow !== undefined) {
    const [took, expected] = [span(slow.tookMs), span(slow.expectedMs)];
    warnings.push(
      slow.answered
        ? `It answers in ${took}, expected within ${expected}.`
        : `It has not answered for ${took}, expected within ${expected}.`,
    );
  }
  const skew = describeSkew(clock?.aheadMs);
  if (skew !== null) warnings.push(`Its clock is ${skew}, and so are the times of its measurements.`);
  return { errors, warnings };
}

function refusedSentence({ count, of, reason }: NonNullable<Conduct["refused"]>): string {
  if (of === 1) return `Its last message was refused: ${reason}.`;
  return count === of
    ? `All of its last ${of} messages were refused: ${reason}.`
    : `${count} of its last ${of} messages ${count === 1 ? "was" : "were"} refused: ${reason}.`;
}

/** `4.2 s`, `3 min` */
function span(ms: number): string {
  return ms < 2 * MINUTE ? `${Math.round(ms / 100) / (SECOND / 100)} s` : `${Math.round(ms / MINUTE)} min`;
}

/** Neither zero nor empty, in whatever type the device says it. */
function isSet(value: unknown): boolean {
  return (
    value !== undefined && value !== 0 && value !== false && value !== "" && value !== "0" && value !== "none"
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
