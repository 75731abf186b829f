import type { FieldError } from "../../../protocol/errors.ts";
import type { Firmware } from "../../../protocol/firmware/firmware.ts";
import type { JobPreview } from "../../../protocol/jobs/job.ts";
import type { JobKind } from "../../../protocol/jobs/job-kinds.ts";
import { FormProblem, type FormTrouble } from "../../components/field.tsx";
import { PageHead } from "../../components/page-head.tsx";
import type { Found } from "../../components/pick-found.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { How } from "./job-form-how.tsx";
import { Preview } from "./job-form-preview.tsx";
import { What } from "./job-form-what.tsx";
import { When } from "./job-form-when.tsx";
import { Where } from "./job-form-where.tsx";

/** What is in the form, by the paths of the API; absent means empty. Of what can be picked several times, a list with commas. */
export type JobFormValues = Record<string, string>;

/** What can be picked of many; null where the kind is not run on it, or the reader may not see it. */
export type JobFinds = Record<"sites" | "gateways" | "types" | "tags" | "devices", Found | null>;

/** What can be picked in the form. */
export interface JobFormChoices {
  /** Whose clocks it can be run by. */
  sites: readonly { id: string; timeZone: string }[];
  /** What gateways can be brought to, the newest first. */
  releases: readonly { version: string; sequence: number }[];
  finds: JobFinds;
  /** Where the kind brings one to devices. */
  firmware: readonly Pick<Firmware, "id" | "name" | "version" | "deviceType">[];
}

/** When it would be run, on the clock of a zone. */
export type JobRuns = Pick<JobPreview, "timeZone" | "runs">;

export interface JobFormProps extends JobFormChoices {
  kind: JobKind;
  values: JobFormValues;
  /** The reader's zone. */
  zone: string;
  /** Null while something is missing. */
  preview: JobPreview | null;
  /** Its next runs, as soon as it is said when. */
  upcoming: JobRuns | null;
  errors: readonly FieldError[];
  problem: FormTrouble | null;
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
        <form
          class="split job-form"
          method="post"
          action={`/jobs/new?kind=${props.kind}`}
          data-draft=""
          data-check="/jobs/new/preview"
          noValidate
        >
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
          <Preview {...props} />
        </form>
      </>
    ),
  });
}
