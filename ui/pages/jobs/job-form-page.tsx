import type { ComponentChildren } from "preact";
import type { FieldError } from "../../../protocol/errors.ts";
import type { JobPreview } from "../../../protocol/jobs/job.ts";
import { JOB_KIND_NAMES, type JobKind } from "../../../protocol/jobs/job-kinds.ts";
import { MISSED_POLICIES, OVERLAP_POLICIES } from "../../../protocol/jobs/job-terms.ts";
import {
  describedBy,
  errorOf,
  Field,
  FormProblem,
  type FormTrouble,
  TextField,
} from "../../components/field.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Panel } from "../../components/panel.tsx";
import type { LocalView } from "../../layout/frame.ts";
import type { JobFormWords } from "../../words/english/job-form.ts";
import { useWords } from "../../words/use-words.ts";

/** What is in the form, by the paths of the API; absent means empty. */
export type JobFormValues = Record<string, string>;

export interface JobFormProps {
  kind: JobKind;
  values: JobFormValues;
  sites: readonly { id: string; name: string }[];
  /** The zone in which a time is typed. */
  zone: string;
  preview: JobPreview | null;
  errors: readonly FieldError[];
  problem: FormTrouble | null;
}

/** The fields of the arguments of each kind. */
export const ARGUMENT_FIELDS: Record<JobKind, readonly (keyof JobFormWords["fields"])[]> = {
  "device.command": ["command", "args"],
  "config.set": ["config"],
  "firmware.transfer": ["version", "url", "sha256", "sizeBytes"],
  ping: ["count"],
  "logs.collect": ["lines"],
  "device.restart": [],
  "gateway.restart": [],
  "script.run": ["script", "words"],
  "sync.now": [],
};
const LONG = new Set(["args", "config", "words"]);

/** Which kind of job it is to be; `search` keeps what it is to be run on. */
export function jobKindPage({ search }: { search: string }): LocalView {
  return ({ jobs, jobForm }) => ({
    title: jobForm.choose,
    section: "jobs",
    crumbs: [{ label: jobs.title, href: "/jobs" }, { label: jobForm.title }],
    body: (
      <>
        <PageHead title={jobForm.choose} />
        <ul class="job-kinds">
          {JOB_KIND_NAMES.map((kind) => (
            <li key={kind}>
              <a class="choice" href={`/jobs/new?${search}${search === "" ? "" : "&"}kind=${kind}`}>
                {jobs.kinds[kind]}
              </a>
            </li>
          ))}
        </ul>
      </>
    ),
  });
}

/** What, on what, when and how; beside it what that would do. */
export function jobFormPage(props: JobFormProps): LocalView {
  return ({ jobs, jobForm }) => ({
    title: jobs.kinds[props.kind],
    section: "jobs",
    crumbs: [
      { label: jobs.title, href: "/jobs" },
      { label: jobForm.title, href: "/jobs/new" },
      { label: jobs.kinds[props.kind] },
    ],
    body: (
      <>
        <PageHead title={jobs.kinds[props.kind]} />
        <form class="split" method="post" action={`/jobs/new?kind=${props.kind}`} data-draft="" noValidate>
          <div class="form">
            {props.problem === null ? null : <FormProblem {...props.problem} />}
            <input type="hidden" name="kind" value={props.kind} />
            <What {...props} />
            <Where {...props} />
            <When {...props} />
            <How {...props} />
            <div class="actions">
              <button class="button primary" type="submit">
                {jobForm.make}
              </button>
              <button class="button" type="submit" formaction="/jobs/new/preview">
                {jobForm.check}
              </button>
              <a class="button quiet" href="/jobs">
                {jobForm.back}
              </a>
            </div>
          </div>
          <Preview preview={props.preview} />
        </form>
      </>
    ),
  });
}

function Part({ legend, children }: { legend: string; children: ComponentChildren }) {
  return (
    <fieldset class="form-part">
      <legend>{legend}</legend>
      {children}
    </fieldset>
  );
}

type Of = Pick<JobFormProps, "values" | "errors">;

function Text(props: Of & { name: string; label: string; hint?: string; decimal?: boolean }) {
  const { values, errors, name, label, hint, decimal } = props;
  return (
    <TextField
      name={name}
      label={label}
      {...(hint === undefined ? {} : { hint })}
      value={values[name] ?? ""}
      error={errorOf(errors, name)}
      autocomplete="off"
      {...(decimal === true ? { inputMode: "decimal" as const } : {})}
    />
  );
}

function Pick(props: Of & { name: string; label: string; choices: readonly (readonly [string, string])[] }) {
  const about = { name: props.name, label: props.label, error: errorOf(props.errors, props.name) };
  return (
    <Field {...about}>
      <select class="select" id={props.name} name={props.name} {...describedBy(about)}>
        {props.choices.map(([value, label]) => (
          <option key={value} value={value} selected={value === props.values[props.name]}>
            {label}
          </option>
        ))}
      </select>
    </Field>
  );
}

function What(props: JobFormProps) {
  const { jobForm } = useWords();
  return (
    <Part legend={jobForm.what}>
      {ARGUMENT_FIELDS[props.kind].map((field) => {
        const name = `arguments.${field}`;
        const about = { name, label: jobForm.fields[field], error: errorOf(props.errors, name) };
        return LONG.has(field) ? (
          <Field key={field} {...about}>
            <textarea class="input" id={name} name={name} rows={4} {...describedBy(about)}>
              {props.values[name] ?? ""}
            </textarea>
          </Field>
        ) : (
          <Text key={field} {...props} name={name} label={about.label} />
        );
      })}
      <Text {...props} name="name" label={jobForm.name} hint={jobForm.nameHint} />
    </Part>
  );
}

function Where(props: JobFormProps) {
  const { jobForm } = useWords();
  const devices = props.values["targets.devices"] ?? "";
  const picked = devices.split(",").filter(Boolean).length;
  const { sites, ...of } = props;
  return (
    <Part legend={jobForm.where}>
      {picked === 0 ? null : <p>{jobForm.picked(picked)}</p>}
      <input type="hidden" name="targets.devices" value={devices} />
      <Pick
        {...of}
        name="targets.sites"
        label={jobForm.site}
        choices={[["", jobForm.noSite], ...sites.map(({ id, name }) => [id, name] as const)]}
      />
      <Text {...of} name="targets.tags" label={jobForm.tags} hint={jobForm.tagsHint} />
      <Text {...of} name="targets.filter" label={jobForm.filter} hint={jobForm.filterHint} />
    </Part>
  );
}

function When(props: JobFormProps) {
  const { jobForm } = useWords();
  const { timings } = jobForm;
  return (
    <Part legend={jobForm.when}>
      <Pick {...props} name="timing.kind" label={jobForm.when} choices={Object.entries(timings)} />
      <Field
        name="timing.at"
        label={jobForm.at}
        hint={jobForm.atHint(props.zone)}
        error={errorOf(props.errors, "timing.at")}
      >
        <input
          class="input"
          type="datetime-local"
          id="timing.at"
          name="timing.at"
          value={props.values["timing.at"] ?? ""}
        />
      </Field>
      <Text {...props} name="timing.cron" label={jobForm.cron} hint={jobForm.cronHint} />
      <div class="field-row">
        <Text {...props} name="window.from" label={jobForm.from} />
        <Text {...props} name="window.to" label={jobForm.to} />
      </div>
    </Part>
  );
}

function How(props: JobFormProps) {
  const { jobForm } = useWords();
  return (
    <Part legend={jobForm.how}>
      <Pick
        {...props}
        name="rollout.kind"
        label={jobForm.rollout}
        choices={Object.entries(jobForm.rollouts)}
      />
      <div class="field-row">
        <Text {...props} name="rollout.size" label={jobForm.size} decimal />
        <Text {...props} name="rollout.stopAt" label={jobForm.stopAt} decimal />
      </div>
      <div class="field-row">
        <Text {...props} name="timeoutMs" label={jobForm.timeout} hint={jobForm.timeoutHint} decimal />
        <Text {...props} name="retries.max" label={jobForm.retries} decimal />
        <Text {...props} name="priority" label={jobForm.priority} decimal />
      </div>
      <div class="field-row">
        <Pick
          {...props}
          name="missed"
          label={jobForm.missed}
          choices={MISSED_POLICIES.map((policy) => [policy, jobForm.missedOf[policy]] as const)}
        />
        <Pick
          {...props}
          name="overlap"
          label={jobForm.overlap}
          choices={OVERLAP_POLICIES.map((policy) => [policy, jobForm.overlapOf[policy]] as const)}
        />
      </div>
    </Part>
  );
}

/** Renewed with every change of the form. */
function Preview({ preview }: { preview: JobPreview | null }) {
  const { jobForm } = useWords();
  const more = preview === null ? 0 : preview.targets - preview.some.length;
  return (
    <div
      id="job-preview"
      hx-post="/jobs/new/preview"
      hx-trigger="change from:'closest form'"
      hx-include="closest form"
      hx-target="#job-preview"
      hx-select="#job-preview"
      hx-swap="outerMorph"
      hx-push-url="false"
      aria-live="polite"
    >
      <Panel title={jobForm.preview}>
        {preview === null ? (
          <p class="muted">{jobForm.previewEmpty}</p>
        ) : (
          <div class="stack">
            <p>
              <strong>{jobForm.targets(preview.targets, preview.gateways)}</strong>
            </p>
            <ul class="plain-list">
              {preview.some.map(({ id, name, siteName }) => (
                <li key={id}>
                  {name} <span class="faint">{siteName}</span>
                </li>
              ))}
              {more > 0 ? <li class="muted">{jobForm.more(more)}</li> : null}
            </ul>
            <p>{jobForm.nextRuns(preview.timeZone)}</p>
            <ul class="plain-list">
              {preview.runs.map(({ at, local }) => (
                <li key={at}>
                  <time class="mono" dateTime={at}>
                    {local}
                  </time>
                </li>
              ))}
            </ul>
          </div>
        )}
      </Panel>
    </div>
  );
}
