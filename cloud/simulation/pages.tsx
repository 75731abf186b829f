import { type Context, Hono } from "hono";
import type { Refusal } from "../../protocol/errors.ts";
import { refuseField } from "../../protocol/errors.ts";
import { PROFILES } from "../../protocol/simulation/scenario.ts";
import { simulationFaultSchema, simulationStartSchema } from "../../protocol/simulation/simulation.ts";
import { check } from "../../protocol/validate.ts";
import {
  type FaultValues,
  OWN_SCENARIO,
  type SimulationStartValues,
  simulationListPage,
  simulationPage,
  simulationStartPage,
} from "../../ui/ui.ts";
import type { Scope } from "../accounts/scope.ts";
import type { Devices } from "../devices/devices.ts";
import type { AppEnv } from "../http/env.ts";
import type { FormChecks } from "../http/form-checks.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { pageNeeds } from "../http/page-needs.ts";
import {
  formProblem,
  formStatus,
  pageWords,
  readForm,
  type ShowParts,
  show,
  showRefusal,
} from "../http/show.ts";
import type { Sites } from "../sites/sites.ts";
import type { Simulations } from "./simulation.ts";

type Parts = ShowParts & { simulations: Simulations; sites: Sites; devices: Devices };

/** Devices of a simulation on its page; the list of devices has the rest. */
const DEVICES_SHOWN = 50;
const NO_PROBLEM = { errors: [], problem: null };

/** `/simulation`, behind a scope. */
export function simulationPages(parts: Parts): Hono<AppEnv> {
  const { simulations, sites, devices } = parts;
  const pages = new Hono<AppEnv>();

  pages.get("/", async (c) => {
    const scope = c.get("scope");
    const found = await simulations.list(scope);
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    const [all, ...ours] = await Promise.all([
      onlineAt(scope),
      ...found.value.map(({ siteId }) => onlineAt(scope, siteId)),
    ]);
    const byCommand = Math.max(
      0,
      ours.reduce((rest, one) => rest - one, all ?? 0),
    );
    return show(c, parts, simulationListPage({ simulations: found.value, byCommand }));
  });

  /** How many simulated devices are online, of a site or all of them; 0 for who may not see devices. */
  async function onlineAt(scope: Scope, site?: string): Promise<number> {
    const where = site === undefined ? {} : { site };
    const found = await devices.list(scope, {
      ...where,
      ...{ provenance: "simulated", connectivity: "online", limit: 1 },
    });
    return found.ok ? found.value.total : 0;
  }

  const showStart = async (c: Context<AppEnv>, values: SimulationStartValues, refusal: Refusal | null) => {
    const found = await sites.brief(c.get("scope"));
    const known = found.ok ? found.value.filter(({ hasGateway }) => hasGateway) : [];
    const problem = refusal === null ? NO_PROBLEM : formProblem(refusal, FIELDS);
    const view = simulationStartPage({ sites: known, values, ...problem });
    return show(c, parts, view, refusal === null ? 200 : formStatus(refusal));
  };
  pages.get("/start", pageNeeds(parts, "simulation:run"), (c) =>
    showStart(c, { ...EMPTY, site: c.req.query("site") ?? "" }, null),
  );
  pages.post("/start", async (c) => {
    const values = toValues(await readForm(c));
    const input = toStart(values, pageWords(c).simulation.own);
    const started = input.ok ? await simulations.start(c.get("scope"), input.value) : input;
    if (!started.ok) return showStart(c, values, atFields(started.refusal));
    const { siteId, siteName: name } = started.value;
    return redirectTelling(c, parts, `/simulation/${siteId}`, { kind: "simulation.started", name });
  });

  const showOne = async (
    c: Context<AppEnv>,
    siteId: string,
    values: FaultValues,
    refusal: Refusal | null,
  ) => {
    const scope = c.get("scope");
    const simulation = await simulations.get(scope, siteId);
    if (!simulation.ok) return showRefusal(c, parts, simulation.refusal);
    const found = await devices.list(scope, { site: siteId, provenance: "simulated", limit: DEVICES_SHOWN });
    const problem = refusal === null ? NO_PROBLEM : formProblem(refusal, ["what", "which", "seconds"]);
    const view = simulationPage({
      simulation: simulation.value,
      devices: found.ok ? found.value : null,
      byCommand: simulation.value.scenario === null ? await onlineAt(scope, siteId) : 0,
      values,
      ...problem,
    });
    return show(c, parts, view, refusal === null ? 200 : formStatus(refusal));
  };
  pages.get("/:site", (c) => showOne(c, c.req.param("site"), NO_FAULT, null));
  // Asked for again after a bad form, or by its address alone.
  pages.get("/:site/faults", (c) => c.redirect(`/simulation/${c.req.param("site")}`, 303));
  pages.post("/:site/faults", async (c) => {
    const siteId = c.req.param("site");
    const { what = "", which = "", seconds = "" } = await readForm(c);
    const input = readFault({ siteId, what, which, seconds });
    const injected = input.ok ? await simulations.inject(c.get("scope"), input.value) : input;
    if (!injected.ok) return showOne(c, siteId, { what, which, seconds }, injected.refusal);
    return redirectTelling(c, parts, `/simulation/${siteId}`, { kind: "simulation.injected" });
  });
  pages.post("/:site/faults/:fault/clear", async (c) => {
    const { site: siteId, fault } = c.req.param();
    const cleared = await simulations.clear(c.get("scope"), { siteId, fault });
    if (!cleared.ok) return showRefusal(c, parts, cleared.refusal);
    return redirectTelling(c, parts, `/simulation/${siteId}`, { kind: "simulation.cleared" });
  });
  pages.post("/:site/stop", async (c) => {
    const siteId = c.req.param("site");
    const { removeDevices } = await readForm(c);
    const stopped = await simulations.stop(c.get("scope"), {
      siteId,
      removeDevices: removeDevices === "yes",
    });
    if (!stopped.ok) return showRefusal(c, parts, stopped.refusal);
    const { siteName: name } = stopped.value;
    return redirectTelling(c, parts, `/simulation/${siteId}`, { kind: "simulation.stopped", name });
  });
  return pages;
}

export const SIMULATION_CHECKS: FormChecks = {
  // Only its address says where: what its fields say is looked at with a place that could be one.
  fault: (form) => readFault({ ...form, siteId: "01900000-0000-7000-8000-000000000000" }),
  simulation: (form) => {
    const read = toStart(toValues(form), "own");
    return read.ok ? read : { ...read, refusal: atFields(read.refusal) };
  },
};

function readFault(form: Readonly<Record<string, string>>) {
  const { siteId = "", what = "", which = "", seconds = "" } = form;
  return check(simulationFaultSchema, {
    ...{ siteId, what, which: which.split(/[\s,;]+/).filter(Boolean) },
    ...(seconds.trim() === "" ? {} : { seconds: numberOf(seconds) }),
  });
}

const FIELDS = ["site", "scenario", "seed", ...PROFILES.map((profile) => `count-${profile}`)];
const NO_FAULT: FaultValues = { what: "offline", which: "", seconds: "" };
const EMPTY: SimulationStartValues = {
  ...{ site: "", scenario: "restaurant", seed: "1" },
  counts: { "payment-terminal": "5", thermostat: "2", "energy-meter": "1", "door-sensor": "2" },
};

function toValues(form: Readonly<Record<string, string>>): SimulationStartValues {
  const { site = "", scenario = "", seed = "" } = form;
  const counts = Object.fromEntries(PROFILES.map((profile) => [profile, form[`count-${profile}`] ?? ""]));
  return { site, scenario, seed, counts };
}

/** What the API is asked for the form's values; a scenario of one's own has a group for each kind. */
function toStart({ site, scenario, seed, counts }: SimulationStartValues, ownName: string) {
  const groups = PROFILES.flatMap((profile) => {
    const count = numberOf(counts[profile] ?? "");
    return count === 0 ? [] : [{ profile, "key-prefix": profile, count }];
  });
  if (scenario === OWN_SCENARIO && groups.length === 0)
    return refuseField("count-payment-terminal", "needs at least one group of devices");
  const own = { name: ownName, seed: numberOf(seed), devices: groups };
  const input = check(simulationStartSchema, {
    siteId: site,
    scenario: scenario === OWN_SCENARIO ? own : scenario,
  });
  return input.ok ? input : { ...input, refusal: atFields(input.refusal) };
}

/** What is wrong with a scenario, at the fields of the form it was made from. */
function atFields(refusal: Refusal): Refusal {
  const path = (of: string): string => {
    if (of === "siteId") return "site";
    if (of === "scenario.seed") return "seed";
    return of.startsWith("scenario.") ? "count-payment-terminal" : of;
  };
  return {
    ...refusal,
    errors: (refusal.errors ?? []).map((error) => ({ ...error, path: path(error.path) })),
  };
}

/** An empty text is none of them; what is no number is left for the schema to refuse. */
function numberOf(text: string): number {
  return Number(text.trim().replace(",", "."));
}
