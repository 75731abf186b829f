import * as v from "valibot";
import { DEVICE_KEY_MAX_LENGTH } from "../ids.ts";
import { timeZoneSchema } from "../sites/site.ts";

/**
 * A scenario: which simulated devices a site has, and what its days are like. Written as TOML; the same seed gives
 * the same run. `docs/simulation.md` explains it with an example.
 */
export const PROFILES = ["payment-terminal", "thermostat", "energy-meter", "door-sensor", "kiosk"] as const;
export type ProfileName = (typeof PROFILES)[number];

const hourSchema = v.pipe(
  v.string(),
  v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day such as 08:30"),
);

const groupSchema = v.strictObject({
  profile: v.picklist(PROFILES, `must be one of ${PROFILES.join(", ")}`),
  /** Names of the devices, one each; their keys are made from `key-prefix` and a number. */
  names: v.pipe(
    v.array(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100))),
    v.minLength(1),
    v.maxLength(1_000),
  ),
  "key-prefix": v.pipe(
    v.string(),
    v.regex(
      /^[a-z0-9][a-z0-9._-]*$/i,
      "must start with a letter or digit and hold only letters, digits, '.', '_' and '-'",
    ),
    v.maxLength(DEVICE_KEY_MAX_LENGTH - 6),
  ),
  "interval-seconds": v.optional(
    v.pipe(v.number(), v.minValue(0.1, "must be at least 0.1"), v.maxValue(86_400)),
    5,
  ),
});

export const scenarioSchema = v.strictObject({
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)),
  seed: v.pipe(v.number(), v.integer("must be a whole number")),
  "time-zone": v.optional(timeZoneSchema, "UTC"),
  opens: v.optional(hourSchema, "08:00"),
  closes: v.optional(hourSchema, "22:00"),
  devices: v.pipe(v.array(groupSchema), v.minLength(1, "needs at least one group of devices")),
});
export type Scenario = v.InferOutput<typeof scenarioSchema>;
