import { MISSED_POLICIES, OVERLAP_POLICIES } from "../../../protocol/jobs/job-terms.ts";
import {
  EVERY_HOURS,
  EVERY_MINUTES,
  LAST_DAY,
  MONTH_DAYS,
  REPEAT_KINDS,
  WEEKDAYS,
} from "../../../protocol/jobs/repeats.ts";
import { useWords } from "../../words/use-words.ts";
import { Moment, type Of, Part, Pick, PickSome, Text } from "./job-form-fields.tsx";
import type { JobFormProps } from "./job-form-page.tsx";

/**
 * When it is to be run. All there is to say about it is in the form; the styles show what goes with what was chosen
 * (`.only`), so that it needs no script.
 */
export function When(props: JobFormProps) {
  const { jobForm } = useWords();
  const of = { values: props.values, errors: props.errors };
  const zones = zonesOf(props).map((zone) => [zone, zone] as const);
  return (
    <Part legend={jobForm.when}>
      <Pick {...of} name="timing.kind" label={jobForm.run} choices={Object.entries(jobForm.timings)} />
      <div class="field-row only for-at">
        <Moment {...of} type="datetime-local" name="timing.at" label={jobForm.at} />
        <Pick {...of} name="timing.atZone" label={jobForm.zone} choices={zones} />
      </div>
      <div class="form-part only for-cron">
        <Repeats {...of} />
        <Pick
          {...of}
          name="timing.timeZone"
          label={jobForm.zone}
          choices={[["", jobForm.siteTime], ...zones]}
        />
        <Policies {...of} />
      </div>
      <div class="field-row">
        <Moment {...of} type="time" name="window.from" label={jobForm.from} hint={jobForm.windowHint} />
        <Moment {...of} type="time" name="window.to" label={jobForm.to} />
      </div>
    </Part>
  );
}

/** The reader's first, then those of the sites. */
function zonesOf({ zone, sites }: JobFormProps): string[] {
  return [...new Set([zone, ...sites.map(({ timeZone }) => timeZone).sort(), "UTC"])];
}

export function Repeats(of: Of) {
  const { jobForm, count } = useWords();
  return (
    <>
      <Pick
        {...of}
        name="repeat.kind"
        label={jobForm.repeat}
        choices={REPEAT_KINDS.map((kind) => [kind, jobForm.repeats[kind]])}
      />
      <div class="only for-week">
        <PickSome
          {...of}
          name="repeat.days"
          label={jobForm.days}
          choices={WEEKDAYS.map((day) => [day, jobForm.weekdays[day]])}
          row
        />
      </div>
      <div class="field-row">
        <div class="only for-month">
          <Pick
            {...of}
            name="repeat.day"
            label={jobForm.dayOfMonth}
            choices={MONTH_DAYS.map((day) => [
              day,
              day === LAST_DAY ? jobForm.lastDay : jobForm.nth(Number(day)),
            ])}
          />
        </div>
        <div class="only for-time">
          <Moment {...of} type="time" name="repeat.time" label={jobForm.timeOfDay} />
        </div>
        <div class="only for-hours">
          <Pick
            {...of}
            name="repeat.hours"
            label={jobForm.everyHours}
            choices={EVERY_HOURS.map((hours) => [hours, count(Number(hours))])}
          />
        </div>
        <div class="only for-minutes">
          <Pick
            {...of}
            name="repeat.minutes"
            label={jobForm.everyMinutes}
            choices={EVERY_MINUTES.map((minutes) => [minutes, count(Number(minutes))])}
          />
        </div>
      </div>
      <div class="only for-own">
        <Text {...of} name="timing.cron" label={jobForm.cron} hint={jobForm.cronHint} />
      </div>
    </>
  );
}

function Policies(of: Of) {
  const { jobForm } = useWords();
  return (
    <div class="field-row">
      <Pick
        {...of}
        name="missed"
        label={jobForm.missed}
        choices={MISSED_POLICIES.map((policy) => [policy, jobForm.missedOf[policy]])}
      />
      <Pick
        {...of}
        name="overlap"
        label={jobForm.overlap}
        choices={OVERLAP_POLICIES.map((policy) => [policy, jobForm.overlapOf[policy]])}
      />
    </div>
  );
}
