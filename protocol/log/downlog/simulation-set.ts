import * as v from "valibot";
import { idSchema } from "../../ids.ts";
import { faultEntries } from "../../simulation/fault.ts";
import { scenarioSchema } from "../../simulation/scenario.ts";
import { RUN_FAULTS_MAX } from "../../simulation/simulation.ts";

/**
 * Which simulated devices the gateway is to run, and what is wrong with them: all of it in every entry, so that the last
 * one counts. A run that is known already goes on; another one takes its place, and begins when the gateway hears of it.
 */
export const simulationSet = v.object({
  kind: v.literal("simulation.set"),
  /** Null: none is to run. */
  run: v.nullable(v.object({ id: idSchema, scenario: scenarioSchema })),
  /** Injected beside those of the scenario. A known one lasts on; a new one begins when the gateway hears of it. */
  faults: v.pipe(v.array(v.object({ id: idSchema, ...faultEntries })), v.maxLength(RUN_FAULTS_MAX)),
  /** Ids of the scenario's faults that were taken away. */
  cleared: v.array(v.pipe(v.string(), v.maxLength(64))),
  /** Whether the devices of a run that ends are removed with it. */
  removeDevices: v.boolean(),
});
export type SimulationSet = v.InferOutput<typeof simulationSet>;
