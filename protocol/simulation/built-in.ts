import * as v from "valibot";
import { badDay } from "./built-in/bad-day.ts";
import { paymentRollout } from "./built-in/payment-rollout.ts";
import { restaurant } from "./built-in/restaurant.ts";
import { thousand } from "./built-in/thousand.ts";
import { type Scenario, scenarioSchema } from "./scenario.ts";

/** Scenarios that come with the program, by the names they are started by. */
export const SCENARIO_NAMES = ["restaurant", "payment-rollout", "bad-day", "thousand"] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

const WRITTEN = {
  restaurant,
  "payment-rollout": paymentRollout,
  "bad-day": badDay,
  thousand,
} as const satisfies Record<ScenarioName, unknown>;

/** The scenario of a name; null when none is called so. */
export function builtInScenario(name: string): Scenario | null {
  const known = SCENARIO_NAMES.find((one) => one === name);
  return known === undefined ? null : v.parse(scenarioSchema, WRITTEN[known]);
}
