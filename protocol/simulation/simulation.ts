import * as v from "valibot";
import { timestampSchema } from "../api/list.ts";
import { accept, type Result, refuse, refuseField } from "../errors.ts";
import { idSchema } from "../ids.ts";
import { check } from "../validate.ts";
import { builtInScenario, SCENARIO_NAMES } from "./built-in.ts";
import { FAULTS, faultEntries, secondsFit, secondsMisfit } from "./fault.ts";
import { aboutKeys } from "./keys.ts";
import { keysOf, type Scenario, scenarioSchema } from "./scenario.ts";

/** A simulation at a site: its gateway runs simulated devices, and tells how they do. */

/** Devices of a simulation at a site, at most: a gateway is a small machine. */
export const SITE_DEVICES_MAX = 2_000;
/** Faults that are injected at the same time, at most. */
export const RUN_FAULTS_MAX = 100;

export const SIMULATION_STATES = ["running", "stopped", "failed"] as const;
export type SimulationState = (typeof SIMULATION_STATES)[number];

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What a gateway tells of its simulation. */
export const simulationReportEntries = {
  /** The run it is about; null: none. */
  run: v.nullable(idSchema),
  /** `failed`: it cannot run, and `trouble` says why. */
  state: v.picklist(SIMULATION_STATES),
  devices: count,
  connected: count,
  /** Messages that the broker has acknowledged since the start. */
  messages: count,
  /** The same a second, lately. */
  messagesPerSecond: v.pipe(v.number(), v.finite(), v.minValue(0)),
  /** Faults that count now, of the scenario and injected, and how many devices have them. */
  faults: v.pipe(
    v.array(v.object({ id: v.pipe(v.string(), v.maxLength(64)), devices: count })),
    v.maxLength(2 * RUN_FAULTS_MAX),
  ),
  trouble: v.nullable(v.pipe(v.string(), v.maxLength(500))),
};

/** A fault of a run, as the API shows it. */
export const runFaultSchema = v.pipe(
  v.object({
    id: v.string(),
    what: v.picklist(FAULTS),
    which: v.array(v.string()),
    /** Null where it is the fault's default, or means nothing. */
    seconds: v.nullable(v.number()),
    /** Written in the scenario, or injected since. */
    origin: v.picklist(["scenario", "injected"]),
    /** Since the start of the scenario, such as `90s`. Null of an injected one, and of one without an end. */
    when: v.nullable(v.string()),
    until: v.nullable(v.string()),
    /** Whether it counts now, as far as the gateway has told. */
    active: v.boolean(),
    /** How many devices it means. */
    devices: count,
  }),
  v.metadata({ ref: "SimulationFault" }),
);
export type RunFault = v.InferOutput<typeof runFaultSchema>;

export const simulationSchema = v.pipe(
  v.object({
    siteId: idSchema,
    siteName: v.string(),
    gatewayId: idSchema,
    gatewayConnected: v.boolean(),
    /** What people want: a run, or none. */
    wanted: v.picklist(["running", "stopped"]),
    /** Null when none is wanted. */
    runId: v.nullable(idSchema),
    scenario: v.nullable(
      v.object({
        name: v.string(),
        seed: v.number(),
        timeZone: v.string(),
        devices: v.array(
          v.object({ profile: v.string(), keyPrefix: v.string(), count, intervalSeconds: v.number() }),
        ),
      }),
    ),
    startedAt: v.nullable(timestampSchema),
    startedBy: v.nullable(v.string()),
    /** What the gateway has told last; null while it has told nothing of this run. */
    reported: v.nullable(v.object({ ...simulationReportEntries, at: timestampSchema })),
    faults: v.array(runFaultSchema),
  }),
  v.metadata({ ref: "Simulation" }),
);
export type Simulation = v.InferOutput<typeof simulationSchema>;

export const simulationListSchema = v.pipe(
  v.object({ items: v.array(simulationSchema) }),
  v.metadata({ ref: "Simulations" }),
);

const startEntries = {
  siteId: idSchema,
  /** The name of one that comes with HOMEPOT, or a scenario itself, in the words of its file. */
  scenario: v.pipe(
    v.union(
      [v.picklist(SCENARIO_NAMES), v.looseObject({})],
      `must be a scenario, or one of ${SCENARIO_NAMES.join(", ")}`,
    ),
    v.description("A built-in scenario by name, or one with the keys that a scenario file has"),
  ),
};

/** `POST agents/simulation/start`. Of a site that runs one already, this one takes its place. */
export const simulationStartSchema = v.pipe(
  v.strictObject(startEntries, aboutKeys(Object.keys(startEntries))),
  v.metadata({ ref: "SimulationStart" }),
);
export type SimulationStart = v.InferOutput<typeof simulationStartSchema>;

const stopEntries = {
  siteId: idSchema,
  /** Whether its devices are removed too. Absent means that they stay, offline. */
  removeDevices: v.optional(v.boolean("must be true or false"), false),
};
export const simulationStopSchema = v.pipe(
  v.strictObject(stopEntries, aboutKeys(Object.keys(stopEntries))),
  v.metadata({ ref: "SimulationStop" }),
);
export type SimulationStop = v.InferOutput<typeof simulationStopSchema>;

const injectEntries = { siteId: idSchema, ...faultEntries };
/** `POST agents/simulation/faults`. */
export const simulationFaultSchema = v.pipe(
  v.strictObject(injectEntries, aboutKeys(Object.keys(injectEntries))),
  v.forward(
    v.check((fault) => secondsFit(fault), secondsMisfit),
    ["seconds"],
  ),
  v.metadata({ ref: "SimulationFaultInput" }),
);
export type SimulationFaultInput = v.InferOutput<typeof simulationFaultSchema>;

const clearEntries = {
  siteId: idSchema,
  /** Its id; of the scenario's `scenario-1` and so on. */
  fault: v.pipe(v.string("must be the id of a fault"), v.maxLength(64)),
};
/** `POST agents/simulation/faults/clear`. */
export const simulationClearSchema = v.pipe(
  v.strictObject(clearEntries, aboutKeys(Object.keys(clearEntries))),
  v.metadata({ ref: "SimulationFaultClear" }),
);
export type SimulationClear = v.InferOutput<typeof simulationClearSchema>;

/** Of `status`: of one site, or of all. */
export const simulationQuerySchema = v.object({ siteId: v.optional(idSchema) });

/** The scenario that is asked for, with every field at fault below `scenario`. Code: `request.invalid`. */
export function readWantedScenario(wanted: SimulationStart["scenario"]): Result<Scenario> {
  const builtIn = typeof wanted === "string" ? builtInScenario(wanted) : null;
  const scenario = builtIn === null ? check(scenarioSchema, wanted) : accept(builtIn);
  if (!scenario.ok) {
    const errors = (scenario.refusal.errors ?? []).map(({ path, message }) => ({
      path: path === "" ? "scenario" : `scenario.${path}`,
      message,
    }));
    return refuse(
      "request.invalid",
      errors.map(({ path, message }) => `${path}: ${message}`).join("; "),
      errors,
    );
  }
  const devices = keysOf(scenario.value).length;
  return devices <= SITE_DEVICES_MAX
    ? scenario
    : refuseField("scenario.devices", `has ${devices} devices; a site runs ${SITE_DEVICES_MAX} at most`);
}
