/** A moment in full, with its zone: `Mon 23 Nov 2026, 14:05:12 GMT`. Without `timeZone`, in the reader's own. */
export function absoluteTime(atMs: number, timeZone?: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs);
  return parts.replace(/^(\w+), /, "$1 ");
}

/** The time of day, `14:05`, or with seconds, `14:05:12`. */
export function clockTime(atMs: number, timeZone?: string, seconds = false): string {
  return new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs);
}

/** Day and time for tables that span days: `23 Nov, 14:05`. */
export function dayTime(atMs: number, timeZone?: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs);
}
