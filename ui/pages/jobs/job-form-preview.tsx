import { Panel } from "../../components/panel.tsx";
import { Marked } from "../../components/state.tsx";
import { useWords } from "../../words/use-words.ts";
import { plannedTime } from "../../words/words.ts";
import type { JobFormProps, JobRuns } from "./job-form-page.tsx";

/** What the job would do; renewed with every change of the form. */
export function Preview({ preview, upcoming, values }: JobFormProps) {
  const { jobForm, jobs } = useWords();
  const [from = "", to = ""] = [values["window.from"], values["window.to"]];
  const more = preview === null ? 0 : preview.targets - preview.some.length;
  const inUtc =
    preview?.place === "cloud" &&
    values["timing.kind"] === "cron" &&
    (values["timing.timeZone"] ?? "") === "";
  return (
    <div id="job-preview" data-renewed="" aria-live="polite">
      <Panel title={jobForm.preview}>
        {preview === null && upcoming === null ? <p class="muted">{jobForm.previewEmpty}</p> : null}
        <div class="stack">
          {preview === null ? null : (
            <div>
              <p>
                <strong>{jobForm.targets(preview.targets, preview.gateways)}</strong>
              </p>
              <ul class="plain-list">
                {preview.some.map((target) => (
                  <li key={target.id}>
                    {target.name}
                    <Marked of={target} /> <span class="faint">{target.siteName}</span>
                  </li>
                ))}
                {more > 0 ? <li class="muted">{jobForm.more(more)}</li> : null}
              </ul>
            </div>
          )}
          {upcoming === null ? null : <Runs {...upcoming} />}
          {upcoming === null || from === "" || to === "" ? null : (
            <p class="field-hint">
              {jobs.window}: {jobs.windowOf(from, to)}
            </p>
          )}
          {inUtc ? <p class="field-hint">{jobForm.byTheCloud}</p> : null}
        </div>
      </Panel>
    </div>
  );
}

function Runs({ timeZone, runs }: JobRuns) {
  const words = useWords();
  const { jobForm } = words;
  return (
    <div>
      <p>
        <strong>{jobForm.nextRuns(timeZone)}</strong>
      </p>
      <ul class="plain-list">
        {runs.map(({ at }) => (
          <li key={at}>
            <time class="number" dateTime={at}>
              {plannedTime(words, Date.parse(at), timeZone)}
            </time>
          </li>
        ))}
      </ul>
    </div>
  );
}
