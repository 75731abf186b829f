import type { Forms } from "../forms.ts";

/** What a chart shows, in words that are ready to be put together. */
interface Course {
  metric: string;
  span: string;
  mean: string;
  lowest: string;
  lowestAt: string;
  highest: string;
  highestAt: string;
}

/** What a device measures: the newest values, the chart, and what is to be said about both. */
export function telemetry({ count, counted, number }: Forms) {
  const readings = { one: "reading", other: "readings" };
  return {
    /** The name of a metric, of which `plain` is its own words. */
    metric: (_metric: string, plain: string) => plain,
    yes: "yes",
    no: "no",
    none: "none",
    latest: "Latest values",
    latestNote: "Lines show the last 15 minutes",
    needsScript: "The chart needs script; the values above do not.",
    span: "Span of time",
    ranges: { "15m": "15 min", "1h": "1 h", "24h": "24 h", "7d": "7 d" },
    within: {
      "15m": "the last 15 minutes",
      "1h": "the last hour",
      "24h": "the last 24 hours",
      "7d": "the last 7 days",
    },
    byItsClock: (span: string) => `${span} by the device’s clock`,
    asking: "Asking the gateway…",
    nothing: (span: string) => `Nothing was measured in ${span}. Choose a longer span above.`,
    between: (low: string, high: string) => ` between ${low} and ${high}`,
    /** A time of day where nobody knows the reader's zone. */
    byUtc: (time: string) => `${time} UTC`,
    marks: "What was done meanwhile",
    asTable: "Show as a table",
    tableName: "Values of the chart",
    time: "Time",
    mean: (unit: string) => (unit === "" ? "Mean" : `Mean, ${unit}`),
    lowest: "Lowest",
    highest: "Highest",
    readings: "Readings",
    everyOf: (every: number, total: number) => `Every ${count(every)}. point of ${count(total)}.`,
    notMeasured: "It has not measured anything yet",
    notMeasuredText:
      "The first reading makes its chart, here and at once. With the device's credentials, try it at the gateway:",
    theCommand: "the command that publishes a reading",
    unreachable: "The cloud cannot be reached. The chart goes on when it is back.",
    answered: (status: number) => `The cloud answered ${status}.`,
    refused: (title: string, detail: string) => `${title}: ${detail}.`,
    /** The chart as a sentence. */
    saysNothing: (metric: string, span: string) => `${metric}: nothing was measured in ${span}.`,
    saysYes: (metric: string, span: string, percent: number, total: number) =>
      `${metric} in ${span}: yes in ${number(percent)} % of ${counted(total, readings)}.`,
    saysAlways: (metric: string, span: string, value: string) => `${metric} in ${span}: always ${value}.`,
    says: (of: Course) =>
      `${of.metric} in ${of.span}: mean ${of.mean}, lowest ${of.lowest} at ${of.lowestAt}, highest ${of.highest} at ${of.highestAt}.`,
    /** What a chart does not show as it was measured. */
    dropped: (readingCount: number) =>
      `The gateway dropped ${counted(readingCount, readings)} of about this time: its disk budget was used up.`,
    damaged: (readingCount: number) =>
      `Up to ${counted(readingCount, readings)} cannot be shown: their bytes are damaged.`,
    thinned: "Older parts are kept as rows with count, least, greatest and mean.",
    corrected: (skews: string[]) => `Times are corrected: the gateway's clock was ${skews.join(", then ")}.`,
    clockAhead: (span: string) => `${span} ahead`,
    clockBehind: (span: string) => `${span} behind`,
  };
}

export type TelemetryWords = ReturnType<typeof telemetry>;
