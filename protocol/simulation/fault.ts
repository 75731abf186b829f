import * as v from "valibot";
import { DAY, HOUR, MINUTE, SECOND } from "../units.ts";
import { aboutKeys } from "./keys.ts";

/**
 * What can be wrong with a simulated device. A fault is a cause: it lasts until it ends or is taken away, and the device
 * suffers from it all the while; nothing is left to dice.
 */
export const FAULTS = [
  "offline",
  "flapping",
  "reconnect-storm",
  "slow",
  "wrong-payloads",
  "clock-skew",
  "battery-decay",
  "disk-full",
  "firmware-fails",
  "config-rejected",
] as const;
export type FaultName = (typeof FAULTS)[number];

/**
 * What `seconds` of a fault means, with its default; null where it means nothing. Of `clock-skew` how far the clock is
 * ahead, and behind when it is negative.
 */
export const FAULT_SECONDS: Record<FaultName, number | null> = {
  /** Up so long, and away as long. */
  flapping: 20,
  /** From one time that all are cut off to the next. */
  "reconnect-storm": 30,
  /** By so much every answer comes later. */
  slow: 15,
  "clock-skew": 3_600,
  /** From a full battery to an empty one. */
  "battery-decay": 600,
  offline: null,
  "wrong-payloads": null,
  "disk-full": null,
  "firmware-fails": null,
  "config-rejected": null,
};

/** Patterns in one fault, at most. */
export const WHICH_MAX = 1_000;

const UNITS_MS = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY } as const;
const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

/** A time of the scenario, since its start: `90s`, `2.5m`, `1h`. Stays the text it is, so that it is written as it was read. */
const timeSchema = v.pipe(
  v.string("must be a time such as 90s or 5m"),
  v.regex(DURATION, "must be a time such as 90s or 5m"),
);

/** Milliseconds of a time such as `90s`. */
export function spanMs(text: string): number {
  const [, count = "0", unit = "ms"] = DURATION.exec(text) ?? [];
  return Math.round(Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS]);
}

const patternSchema = v.pipe(
  v.string("must be the id of a device, where * stands for anything"),
  v.regex(/^[A-Za-z0-9._*-]{1,64}$/, "must be the id of a device, where * stands for anything"),
);

/** Ids of devices, or patterns of them: `till-4`, `till-*`, `*`. One alone needs no list. */
const whichSchema = v.pipe(
  v.union(
    [
      patternSchema,
      v.pipe(
        v.array(patternSchema),
        v.minLength(1, "names no device"),
        v.maxLength(WHICH_MAX, `has more than ${WHICH_MAX} ids`),
      ),
    ],
    "must be ids of devices, where * stands for anything",
  ),
  v.transform((which) => (typeof which === "string" ? [which] : which)),
);

/** What is wrong, and with which devices. */
export const faultEntries = {
  what: v.picklist(FAULTS, `must be one of ${FAULTS.join(", ")}`),
  which: whichSchema,
  /** See {@link FAULT_SECONDS}. Absent means its default. */
  seconds: v.optional(
    v.pipe(
      v.number("must be a number"),
      v.finite("must be a finite number"),
      v.minValue(-31_536_000, "must be within a year"),
      v.maxValue(31_536_000, "must be within a year"),
    ),
  ),
};

/** Whether the time of a fault is one that it can have. */
export const secondsFit = ({ what, seconds }: { what: FaultName; seconds?: number | undefined }): boolean =>
  seconds === undefined || (FAULT_SECONDS[what] !== null && (what === "clock-skew" || seconds >= 1));
/** What is wrong with a time that does not fit. */
export const secondsMisfit = ({ input }: { input: { what: FaultName } }): string =>
  FAULT_SECONDS[input.what] === null
    ? `means nothing to ${input.what}, which has no time of its own`
    : "must be at least 1";

const scenarioFaultEntries = {
  ...faultEntries,
  /** Absent means from the start. */
  when: v.optional(timeSchema, "0s"),
  /** Absent means until it is taken away. */
  until: v.optional(timeSchema),
};

/** A `[[fault]]` of a scenario. */
export const scenarioFaultSchema = v.pipe(
  v.strictObject(scenarioFaultEntries, aboutKeys(Object.keys(scenarioFaultEntries))),
  v.forward(
    v.check((fault) => secondsFit(fault), secondsMisfit),
    ["seconds"],
  ),
  v.forward(
    v.check(
      ({ when, until }) => until === undefined || spanMs(until) > spanMs(when),
      "must be later than when",
    ),
    ["until"],
  ),
);
export type ScenarioFault = v.InferOutput<typeof scenarioFaultSchema>;

/** A fault that is injected while a simulation runs; it lasts until it is taken away. */
export const faultInputSchema = v.pipe(
  v.strictObject(faultEntries, aboutKeys(Object.keys(faultEntries))),
  v.forward(
    v.check((fault) => secondsFit(fault), secondsMisfit),
    ["seconds"],
  ),
);
export type FaultInput = v.InferOutput<typeof faultInputSchema>;

/** The id by which the fault of a scenario is taken away, `index` being its place there. */
export function scenarioFaultId(index: number): string {
  return `scenario-${index + 1}`;
}

/** Whether a pattern means the device. `*` stands for any number of characters. */
export function means(pattern: string, key: string): boolean {
  if (!pattern.includes("*")) return pattern === key;
  const parts = pattern.split("*").map((part) => part.replace(/[.\\+?^${}()|[\]]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(key);
}

/** Whether any of the patterns means the device. */
export function anyMeans(patterns: readonly string[], key: string): boolean {
  return patterns.some((pattern) => means(pattern, key));
}
