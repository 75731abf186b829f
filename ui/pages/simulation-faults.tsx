import type { FieldError } from "../../protocol/errors.ts";
import { FAULTS, type FaultName, spanMs } from "../../protocol/simulation/fault.ts";
import type { RunFault, Simulation } from "../../protocol/simulation/simulation.ts";
import { HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import { Empty } from "../components/empty.tsx";
import {
  describedBy,
  errorOf,
  Field,
  FormProblem,
  type FormTrouble,
  TextField,
} from "../components/field.tsx";
import { Panel } from "../components/panel.tsx";
import { State } from "../components/state.tsx";
import { TableHead } from "../components/table-head.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { Words } from "../words/catalogues.ts";
import { skewWords } from "../words/clock-words.ts";
import { useWords } from "../words/use-words.ts";

/** What is in the form that injects a fault. */
export interface FaultValues {
  what: string;
  which: string;
  seconds: string;
}

/** What is wrong with a simulation's devices, each with the way to take it away. */
export function SimulationFaults({ simulation }: { simulation: Simulation }) {
  const { simulation: words } = useWords();
  const { faults } = simulation;
  if (faults.length === 0) {
    return (
      <section class="panel">
        <Empty icon="flask-conical" title={words.noFaults} text={words.noFaultsText} />
      </section>
    );
  }
  return (
    <Panel title={words.faults} flush>
      <div class="table-wrap">
        <table class="table cards">
          <TableHead columns={[words.what, words.which, words.since, words.counts]} deeds={words.clear} />
          <tbody>
            {faults.map((fault) => (
              <FaultRow key={fault.id} siteId={simulation.siteId} fault={fault} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** By how much a clock is wrong, as people say it; of another fault how many seconds. */
function howMuch(words: Words, what: FaultName, seconds: number): string {
  const skew = what === "clock-skew" ? skewWords(words, seconds * SECOND) : null;
  return skew ?? `${words.count(seconds)} s`;
}

function FaultRow({ siteId, fault }: { siteId: string; fault: RunFault }) {
  const words = useWords();
  const { simulation } = words;
  const name = simulation.faultNames[fault.what];
  const which = fault.which.join(", ");
  return (
    <tr>
      <td class="lead">
        {name}
        <span class="cell-sub">
          {simulation.faultAbouts[fault.what]}
          {fault.seconds === null ? "" : ` (${howMuch(words, fault.what, fault.seconds)})`}
        </span>
      </td>
      <td>
        <span class="mono">{which}</span>
        <span class="cell-sub">{words.counted(fault.devices, simulation.deviceNoun)}</span>
      </td>
      <td class="end-phone">{sinceWords(words, fault)}</td>
      <td data-label={simulation.counts}>
        <State
          state={
            fault.active
              ? { shape: "square", tone: "error", word: simulation.yes }
              : { shape: "ring", tone: "offline", word: simulation.notYet }
          }
        />
      </td>
      <td class="end">
        <Allowed to="simulation:run">
          <form method="post" action={`/simulation/${siteId}/faults/${fault.id}/clear`}>
            <button class="button quiet" type="submit" aria-label={simulation.clearOf(name, which)}>
              {simulation.clear}
            </button>
          </form>
        </Allowed>
      </td>
    </tr>
  );
}

function sinceWords(words: Words, { when, until }: RunFault): string {
  const { simulation } = words;
  if (when === null) return simulation.injected;
  if (until !== null) return simulation.fromTo(exactly(words, when), exactly(words, until));
  return spanMs(when) === 0 ? simulation.fromStart : simulation.fromScenario(exactly(words, when));
}

/** A span of a scenario, such as `90s`, in the largest unit of which it is a whole number. */
function exactly({ times: { spans } }: Words, span: string): string {
  const ms = spanMs(span);
  if (ms % HOUR === 0 && ms > 0) return spans.hour(ms / HOUR);
  return ms % MINUTE === 0 && ms > 0 ? spans.minute(ms / MINUTE) : spans.second(ms / SECOND);
}

/** The form that lets something else go wrong. */
export function InjectFault({
  simulation,
  values,
  errors,
  problem,
}: {
  simulation: Simulation;
  values: FaultValues;
  errors: readonly FieldError[];
  problem: FormTrouble | null;
}) {
  const { simulation: words } = useWords();
  const prefixes = simulation.scenario?.devices.map(({ keyPrefix }) => keyPrefix) ?? [];
  const what = { name: "what", label: words.what, error: errorOf(errors, "what") };
  const which = {
    name: "which",
    label: words.which,
    hint: words.whichHint,
    error: errorOf(errors, "which"),
  };
  return (
    <Panel title={words.inject} note={words.injectText} id="inject">
      <form
        class="form"
        method="post"
        action={`/simulation/${simulation.siteId}/faults`}
        noValidate
        data-check="/check/fault"
      >
        {problem === null ? null : <FormProblem {...problem} />}
        <Field {...what}>
          <select class="select" id="what" name="what" {...describedBy(what)}>
            {FAULTS.map((fault: FaultName) => (
              <option key={fault} value={fault} selected={fault === values.what}>
                {`${words.faultNames[fault]}: ${words.faultAbouts[fault]}`}
              </option>
            ))}
          </select>
        </Field>
        <Field {...which}>
          <input
            class="input mono"
            id="which"
            name="which"
            list="which-devices"
            value={values.which}
            autocomplete="off"
            required
            {...describedBy(which)}
          />
          <datalist id="which-devices">
            <option value="*" />
            {prefixes.map((prefix) => (
              <option key={prefix} value={`${prefix}-*`} />
            ))}
            {prefixes.map((prefix) => (
              <option key={prefix} value={`${prefix}-1`} />
            ))}
          </datalist>
        </Field>
        <TextField
          name="seconds"
          label={words.seconds}
          hint={words.secondsHint}
          error={errorOf(errors, "seconds")}
          value={values.seconds}
          inputMode="decimal"
          autocomplete="off"
        />
        <div class="actions">
          <button class="button primary" type="submit">
            {words.injectVerb}
          </button>
        </div>
      </form>
    </Panel>
  );
}
