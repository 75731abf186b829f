import { CHANNELS } from "../../../protocol/notifications/channel.ts";
import { QUIET_POLICIES } from "../../../protocol/notifications/quiet-hours.ts";
import { useWords } from "../../words/use-words.ts";
import { Moment, Part, Pick, PickSome, Text } from "../jobs/job-form-fields.tsx";
import { Repeats } from "../jobs/job-form-when.tsx";
import type { ComposerProps } from "./composer-page.tsx";

/** By which ways, whom it may disturb, and when. */
export function ComposerHow(props: ComposerProps) {
  const { composer, notifications, jobForm } = useWords();
  const { values, errors, zone, sites } = props;
  const of = { values, errors };
  const zones = [...new Set([zone, ...sites.map(({ timeZone }) => timeZone).sort(), "UTC"])].map(
    (one) => [one, one] as const,
  );
  return (
    <>
      <Part legend={composer.how}>
        <PickSome
          {...of}
          name="channels"
          label={composer.channels}
          choices={CHANNELS.map((one) => [one, notifications.channels[one]] as const)}
          row
        />
        <p class="field-hint">{composer.channelsHint}</p>
        <div class="field-row">
          <Pick
            {...of}
            name="fallback"
            label={composer.fallback}
            choices={Object.entries(composer.fallbacks)}
          />
          <Text {...of} name="fallback.afterSeconds" label={composer.fallbackAfter} decimal />
        </div>
        <div class="field-row">
          <Pick
            {...of}
            name="quietHours"
            label={composer.quiet}
            choices={QUIET_POLICIES.map((one) => [one, notifications.quiet[one]] as const)}
          />
          <Pick
            {...of}
            name="inbox"
            label={composer.inbox}
            choices={[
              ["true", composer.inInbox],
              ["false", composer.notInInbox],
            ]}
          />
        </div>
        <div class="field-row">
          <Moment
            {...of}
            type="time"
            name="siteHours.from"
            label={composer.siteFrom}
            hint={composer.siteHint}
          />
          <Moment {...of} type="time" name="siteHours.to" label={composer.siteTo} />
        </div>
      </Part>
      <Part legend={composer.when}>
        <Pick {...of} name="timing.kind" label={composer.send} choices={Object.entries(composer.timings)} />
        <div class="field-row only for-at">
          <Moment {...of} type="datetime-local" name="timing.at" label={jobForm.at} />
          <Pick {...of} name="timing.atZone" label={jobForm.zone} choices={zones} />
        </div>
        <div class="form-part only for-cron">
          <Repeats {...of} />
          <Pick {...of} name="timing.timeZone" label={jobForm.zone} choices={zones} />
        </div>
      </Part>
    </>
  );
}
