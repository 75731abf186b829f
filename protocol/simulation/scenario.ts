import * as v from "valibot";
import { configValuesSchema } from "../config/device-config.ts";
import { DEVICE_KEY_MAX_LENGTH } from "../ids.ts";
import { isJsonObject } from "../json.ts";
import { timeZoneSchema } from "../sites/site.ts";
import { anyMeans, scenarioFaultSchema } from "./fault.ts";
import { aboutKeys } from "./keys.ts";

/**
 * A scenario: which simulated devices a site has, and what its days are like. Written as TOML; the same seed gives
 * the same run. `docs/simulation.md` explains it with an example.
 */
export const PROFILES = [
  "payment-terminal",
  "thermostat",
  "energy-meter",
  "door-sensor",
  "kiosk",
  "camera",
  "controller",
] as const;
export type ProfileName = (typeof PROFILES)[number];

/** Devices of one scenario, at most: a gateway's site, not an estate. */
export const SIMULATED_DEVICES_MAX = 10_000;
export const SCENARIO_FAULTS_MAX = 100;
/** Room for the number behind a key's prefix. */
const KEY_PREFIX_MAX_LENGTH = DEVICE_KEY_MAX_LENGTH - 6;

const hourSchema = v.pipe(
  v.string("must be a time of day such as 08:30"),
  v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day such as 08:30"),
);

const nameSchema = v.pipe(
  v.string("must be a text"),
  v.trim(),
  v.minLength(1, "must not be empty"),
  v.maxLength(100, "must have at most 100 characters"),
);

const groupEntries = {
  profile: v.picklist(PROFILES, `must be one of ${PROFILES.join(", ")}`),
  /** Keys of the devices are made from it and a number from 1: `till-1`. */
  "key-prefix": v.pipe(
    v.string("must be a text"),
    v.regex(
      /^[a-z0-9][a-z0-9._-]*$/i,
      "must start with a letter or digit and hold only letters, digits, '.', '_' and '-'",
    ),
    v.maxLength(KEY_PREFIX_MAX_LENGTH, `must have at most ${KEY_PREFIX_MAX_LENGTH} characters`),
  ),
  /** What people call the devices, one name each. Instead of `count`. */
  names: v.optional(v.pipe(v.array(nameSchema, "must be a list of names"), v.minLength(1, "names nobody"))),
  /** So many devices, named after their profile. Instead of `names`. */
  count: v.optional(
    v.pipe(
      v.number("must be a number"),
      v.integer("must be a whole number"),
      v.minValue(1, "must be at least 1"),
    ),
  ),
  /** Time between two readings of a device. Absent means 5 seconds. */
  "interval-seconds": v.optional(
    v.pipe(
      v.number("must be a number"),
      v.minValue(0.1, "must be at least 0.1"),
      v.maxValue(86_400, "must be at most 86400"),
    ),
    5,
  ),
  /** What the devices are set to before anybody configures them, as `config/desired` would. Absent means nothing. */
  config: v.optional(configValuesSchema, {}),
};

const groupSchema = v.pipe(
  v.strictObject(groupEntries, aboutKeys(Object.keys(groupEntries))),
  v.check(
    ({ names, count }) => (names === undefined) !== (count === undefined),
    "needs either names or a count",
  ),
  v.transform(({ names, count = 0, ...group }) => ({
    ...group,
    names: names ?? numbered(group.profile, count),
  })),
);

function numbered(profile: ProfileName, count: number): string[] {
  const label = profile.charAt(0).toUpperCase() + profile.slice(1).replaceAll("-", " ");
  // A count beyond what is allowed must not fill the memory before it is refused.
  return Array.from(
    { length: Math.min(count, SIMULATED_DEVICES_MAX + 1) },
    (_, index) => `${label} ${index + 1}`,
  );
}

const scenarioEntries = {
  name: nameSchema,
  seed: v.pipe(v.number("must be a number"), v.safeInteger("must be a whole number")),
  "time-zone": v.optional(timeZoneSchema, "UTC"),
  opens: v.optional(hourSchema, "08:00"),
  /** The same time as `opens` means around the clock. */
  closes: v.optional(hourSchema, "22:00"),
  devices: v.pipe(
    v.array(groupSchema, "must be a list of tables: in a file each begins with [[devices]]"),
    v.minLength(1, "needs at least one group of devices"),
    v.checkItems(
      (group, index, groups) =>
        groups.findIndex((other) => other["key-prefix"] === group["key-prefix"]) === index,
      "has the key-prefix of an earlier group",
    ),
    v.check(
      (groups) => groups.reduce((sum, { names }) => sum + names.length, 0) <= SIMULATED_DEVICES_MAX,
      `has more than ${SIMULATED_DEVICES_MAX} devices`,
    ),
  ),
  /** What goes wrong with which of them, and when. Absent means nothing does. */
  fault: v.optional(
    v.pipe(
      v.array(scenarioFaultSchema, "must be a list of tables: in a file each begins with [[fault]]"),
      v.maxLength(SCENARIO_FAULTS_MAX, `has more than ${SCENARIO_FAULTS_MAX} faults`),
    ),
    [],
  ),
};

export const scenarioSchema = v.pipe(
  v.strictObject(scenarioEntries, aboutKeys(Object.keys(scenarioEntries))),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const scenario = dataset.value;
    const keys = keysOf(scenario);
    for (const [index, { which }] of scenario.fault.entries()) {
      if (keys.some((key) => anyMeans(which, key))) continue;
      addIssue({
        message: "names no device of the scenario",
        path: [
          { type: "object", origin: "value", input: scenario, key: "fault", value: scenario.fault },
          { type: "array", origin: "value", input: scenario.fault, key: index, value: scenario.fault[index] },
          { type: "object", origin: "value", input: scenario.fault[index]!, key: "which", value: which },
        ],
      });
    }
  }),
);
export type Scenario = v.InferOutput<typeof scenarioSchema>;
/** A scenario as people write it. */
export type ScenarioInput = v.InferInput<typeof scenarioSchema>;
export type ScenarioGroup = Scenario["devices"][number];

/** The id of the device of a group that has this place in it, from 0. */
export function keyOf(group: Pick<ScenarioGroup, "key-prefix">, index: number): string {
  return `${group["key-prefix"]}-${index + 1}`;
}

/** The ids of a scenario's devices, in its order. */
export function keysOf({
  devices,
}: {
  devices: readonly Pick<ScenarioGroup, "key-prefix" | "names">[];
}): string[] {
  return devices.flatMap((group) => group.names.map((_, index) => keyOf(group, index)));
}

/** A file of passwords by device key, for the devices of a scenario at a broker that knows them already. */
export const passwordsSchema = v.pipe(
  // A record alone would take a list, with its indices as keys.
  v.custom<Record<string, unknown>>(isJsonObject, "must be an object of passwords by device"),
  v.record(v.string(), v.string("must be a text")),
);
