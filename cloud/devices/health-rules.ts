import type { Health } from "../../protocol/devices/device.ts";

/**
 * A device's health, computed from what it measured last and never stored. Connectivity is another matter: a device
 * that is offline keeps the health it had when it was last heard. `health-sql.ts` says the same to the database.
 */
export const HEALTH_METRICS = ["errorCode", "fault", "battery"] as const;
/** Percent. */
export const BATTERY_LOW = 20;
export const BATTERY_EMPTY = 5;

/** Newest value by metric name; other metrics than {@link HEALTH_METRICS} are not looked at. */
export type Latest = ReadonlyMap<string, unknown>;

export function healthOf(latest: Latest, everHeard: boolean): { health: Health; reasons: string[] } {
  if (!everHeard) return { health: "unknown", reasons: ["It has not sent any measurement yet."] };
  const errors: string[] = [];
  const warnings: string[] = [];
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

/** Neither zero nor empty, in whatever type the device says it. */
function isSet(value: unknown): boolean {
  return (
    value !== undefined && value !== 0 && value !== false && value !== "" && value !== "0" && value !== "none"
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
