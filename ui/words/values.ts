import type { Value } from "../../protocol/telemetry/reading.ts";
import type { BrowserWords } from "./catalogues.ts";

/** A metric's value without its unit: `21.4`, `yes`, `idle`. An empty text reads `none`. */
export function formatValue({ telemetry, number }: BrowserWords, value: Value): string {
  if (typeof value === "number") return number(value);
  if (typeof value === "boolean") return value ? telemetry.yes : telemetry.no;
  return value === "" ? telemetry.none : value;
}

/** A value with its unit, as one text: `21.4 °C`, `54 %`, `yes`. */
export function formatMeasure(words: BrowserWords, value: Value, unit: string): string {
  const text = formatValue(words, value);
  // A number and its unit are never on two lines.
  return typeof value === "number" && unit !== "" ? `${text}\u00a0${unit}` : text;
}
const ACRONYMS = new Set(["co2", "cpu", "gps", "id", "ip", "mac", "rssi", "ups", "url"]);

/** A metric's name for people: `batteryPercent` is `Battery percent`, `door_open` is `Door open`. */
export function metricName({ telemetry }: BrowserWords, metric: string): string {
  const words = metric
    .replaceAll(/[_\-./]+/g, " ")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .trim()
    .split(/\s+/)
    .map((word) =>
      /^[A-Z]{2,}$/.test(word) || ACRONYMS.has(word.toLowerCase()) ? word.toUpperCase() : word.toLowerCase(),
    )
    .join(" ");
  return telemetry.metric(metric, capital(words === "" ? metric : words));
}

/** What a course of a metric is headed by: its name and its unit, which some names end with: `Latency, ms`. */
export function metricWithUnit(
  words: BrowserWords,
  { metric, unit }: { metric: string; unit: string },
): string {
  const name = metricName(words, metric);
  if (unit === "") return name;
  const ending = ` ${unit}`.toLowerCase();
  return `${name.toLowerCase().endsWith(ending) ? name.slice(0, -ending.length) : name}, ${unit}`;
}

/** A message of the API as it stands by itself. One that begins with a name, such as `project_id:`, keeps it as it is. */
export function asSentence(message: string): string {
  return /^\p{Ll}+[ ,]/u.test(message) ? capital(message) : message;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
