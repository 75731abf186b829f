import type { FieldError } from "../../protocol/errors.ts";
import { builtInScenario, SCENARIO_NAMES } from "../../protocol/simulation/built-in.ts";
import { keysOf, PROFILES } from "../../protocol/simulation/scenario.ts";
import { Empty } from "../components/empty.tsx";
import {
  describedBy,
  errorOf,
  Field,
  FormProblem,
  type FormTrouble,
  TextField,
} from "../components/field.tsx";
import { FormActions } from "../components/form-actions.tsx";
import { Mark } from "../components/mark.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { useWords } from "../words/use-words.ts";
import { asSentence } from "../words/words.ts";

/** What is chosen when people say themselves how many there are. */
export const OWN_SCENARIO = "own";

/** What is in the form. Counts are by profile. */
export interface SimulationStartValues {
  site: string;
  scenario: string;
  seed: string;
  counts: Record<string, string>;
}

export interface SimulationStartProps {
  /** Those with a gateway. */
  sites: readonly { id: string; name: string }[];
  values: SimulationStartValues;
  errors: readonly FieldError[];
  problem: FormTrouble | null;
}

/** What is run, and where. */
export function simulationStartPage(props: SimulationStartProps): LocalView {
  return ({ simulation }) => ({
    title: simulation.startTitle,
    section: "simulation",
    crumbs: [{ label: simulation.title, href: "/simulation" }, { label: simulation.start }],
    body: (
      <>
        <PageHead title={simulation.startTitle} text={simulation.startText} />
        {props.sites.length === 0 ? <NoSites /> : <StartForm {...props} />}
      </>
    ),
  });
}

function NoSites() {
  const { simulation } = useWords();
  return (
    <section class="panel">
      <Empty icon="router" title={simulation.noSites} text={simulation.noSitesText}>
        <Allowed to="gateway:claim">
          <a class="button primary" href="/gateways/add">
            {simulation.addGateway}
          </a>
        </Allowed>
      </Empty>
    </section>
  );
}

function StartForm({ sites, values, errors, problem }: SimulationStartProps) {
  const { simulation } = useWords();
  const site = {
    name: "site",
    label: simulation.site,
    hint: simulation.siteHint,
    error: errorOf(errors, "site"),
  };
  return (
    <form class="form" method="post" action="/simulation/start" noValidate data-check="/check/simulation">
      {problem === null ? null : <FormProblem {...problem} />}
      <Field {...site}>
        <select class="select" id="site" name="site" {...describedBy(site)}>
          {sites.map(({ id, name }) => (
            <option key={id} value={id} selected={id === values.site}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <Scenarios chosen={values.scenario} error={errorOf(errors, "scenario")} />
      <Counts values={values} errors={errors} />
      <FormActions verb={simulation.startVerb} back="/simulation" />
    </form>
  );
}

function Scenarios({ chosen, error }: { chosen: string; error: string | undefined }) {
  const words = useWords();
  const { simulation } = words;
  const choices = [
    ...SCENARIO_NAMES.map((name) => {
      const scenario = builtInScenario(name);
      const total = scenario === null ? 0 : keysOf(scenario).length;
      return {
        name,
        title: simulation.scenarios[name],
        about: simulation.aboutOf(simulation.abouts[name], total),
      };
    }),
    { name: OWN_SCENARIO, title: simulation.own, about: simulation.ownAbout },
  ];
  return (
    <fieldset class="field choices" aria-describedby={error === undefined ? undefined : "scenario-error"}>
      <legend>{simulation.scenario}</legend>
      {choices.map(({ name, title, about }) => (
        <label key={name} class="choice" for={`scenario-${name}`}>
          <input
            type="radio"
            id={`scenario-${name}`}
            name="scenario"
            value={name}
            checked={name === chosen}
          />
          <span>
            <strong>{title}</strong>
            <span class="field-hint">{about}</span>
          </span>
        </label>
      ))}
      {error === undefined ? null : (
        <p class="field-error tone-error" id="scenario-error">
          <Mark shape="square" />
          {asSentence(words.fields.refusal(error))}
        </p>
      )}
    </fieldset>
  );
}

function Counts({ values, errors }: Pick<SimulationStartProps, "values" | "errors">) {
  const { simulation } = useWords();
  return (
    <details class="fold" open={values.scenario === OWN_SCENARIO}>
      <summary>{simulation.howMany}</summary>
      <p class="field-hint">{simulation.howManyText}</p>
      <div class="field-row">
        {PROFILES.map((profile) => (
          <TextField
            key={profile}
            name={`count-${profile}`}
            label={simulation.profiles[profile]}
            value={values.counts[profile] ?? ""}
            error={errorOf(errors, `count-${profile}`)}
            inputMode="decimal"
            autocomplete="off"
          />
        ))}
        <TextField
          name="seed"
          label={simulation.seed}
          hint={simulation.seedHint}
          value={values.seed}
          error={errorOf(errors, "seed")}
          inputMode="decimal"
          autocomplete="off"
        />
      </div>
    </details>
  );
}
