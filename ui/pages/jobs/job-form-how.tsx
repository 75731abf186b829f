import { JOB_KINDS } from "../../../protocol/jobs/job-kinds.ts";
import { EXPIRES_AFTER_DEFAULT_MS, PRIORITY_DEFAULT } from "../../../protocol/jobs/job-terms.ts";
import { useWords } from "../../words/use-words.ts";
import { duration } from "../../words/words.ts";
import { Part, Pick, Text } from "./job-form-fields.tsx";
import type { JobFormProps } from "./job-form-page.tsx";

/** The terms that are asked for only where somebody opens them. */
const TERMS = ["timeoutMs", "retries.max", "retries.firstMs", "retries.maxMs", "expiresAfterMs", "priority"];

/** How it spreads over its targets, and on what terms each is tried. */
export function How(props: JobFormProps) {
  const { jobForm } = useWords();
  const of = { values: props.values, errors: props.errors };
  return (
    <Part legend={jobForm.how}>
      <Pick {...of} name="rollout.kind" label={jobForm.rollout} choices={Object.entries(jobForm.rollouts)} />
      <div class="only for-batches">
        <Text {...of} name="rollout.size" label={jobForm.size} decimal />
      </div>
      <div class="field-row only for-canary">
        <Text {...of} name="rollout.first" label={jobForm.first} decimal />
        <Text {...of} name="rollout.growth" label={jobForm.growth} hint={jobForm.fallback("2")} decimal />
      </div>
      <div class="field-row">
        <Text
          {...of}
          name="rollout.stopAt.failureRate"
          label={jobForm.stopAt}
          hint={jobForm.stopAtHint}
          decimal
        />
        <Text
          {...of}
          name="rollout.stopAt.after"
          label={jobForm.stopAfter}
          hint={jobForm.fallback("1")}
          decimal
        />
      </div>
      <Terms {...props} />
    </Part>
  );
}

function Terms({ kind, values, errors }: JobFormProps) {
  const words = useWords();
  const { jobForm } = words;
  const of = { values, errors };
  const isOpen = TERMS.some(
    (name) => (values[name] ?? "") !== "" || errors.some(({ path }) => path.startsWith(name)),
  );
  return (
    <details class="form-more" open={isOpen}>
      <summary>{jobForm.terms}</summary>
      <div class="form-part">
        <div class="field-row">
          <Text
            {...of}
            name="timeoutMs"
            label={jobForm.timeout}
            hint={jobForm.fallback(duration(words, JOB_KINDS[kind].timeoutMs))}
            decimal
          />
          <Text
            {...of}
            name="expiresAfterMs"
            label={jobForm.expires}
            hint={jobForm.fallback(duration(words, EXPIRES_AFTER_DEFAULT_MS))}
            decimal
          />
        </div>
        <div class="field-row">
          <Text {...of} name="retries.max" label={jobForm.retries} hint={jobForm.fallback("0")} decimal />
          <Text
            {...of}
            name="retries.firstMs"
            label={jobForm.retryAfter}
            hint={jobForm.retryAfterHint}
            decimal
          />
          <Text
            {...of}
            name="retries.maxMs"
            label={jobForm.retryMost}
            hint={jobForm.fallback("10")}
            decimal
          />
        </div>
        <Text
          {...of}
          name="priority"
          label={jobForm.priority}
          hint={jobForm.fallback(String(PRIORITY_DEFAULT))}
          decimal
        />
      </div>
    </details>
  );
}
