import { ActivityList } from "../../components/activity-list.tsx";
import { BulkBar } from "../../components/bulk-bar.tsx";
import { Confirm } from "../../components/confirm.tsx";
import { Empty } from "../../components/empty.tsx";
import { EmptyBox } from "../../components/empty-box.tsx";
import { Icon } from "../../components/icon.tsx";
import { Mark } from "../../components/mark.tsx";
import { Palette } from "../../components/palette.tsx";
import { RestoreNotice } from "../../components/restore-notice.tsx";
import { ShortcutDialog, ShortcutSheet } from "../../components/shortcut-sheet.tsx";
import { Toasts } from "../../components/toasts.tsx";
import { Tour } from "../../components/tour.tsx";
import { WithCode } from "../../components/with-code.tsx";
import { useWords } from "../../words/use-words.ts";
import { Section, Specimen } from "./specimen.tsx";

/** What tells, asks, waits or is empty. */
export function Feedback() {
  const words = useWords();
  const { feedback: names, samples } = words.design;
  return (
    <Section id="feedback" title={names.title} text={names.text}>
      <Specimen name={names.toasts}>
        <Toasts notice={{ kind: "site.removed", name: samples.site, id: "made-up" }} />
      </Specimen>
      <Specimen name={names.longToast}>
        <Toasts notice={{ kind: "config.saved", name: samples.long }} />
      </Specimen>
      <Specimen name={names.notices}>
        <div class="stack">
          <div class="notice">
            <p>{samples.reason}</p>
          </div>
          <div class="notice offline tone-offline">
            <Mark shape="ring" />
            <p>
              <WithCode text={words.errors["setup.unknown"].hint} />
            </p>
          </div>
          <RestoreNotice action="/design" name={samples.site} text={samples.reason} label={samples.verb} />
          <div class="notice failure">
            <p>{words.browser.notShown}</p>
            <button class="button" type="button">
              {words.browser.reload}
            </button>
          </div>
        </div>
      </Specimen>
      <Specimen name={names.dialog} open>
        <Confirm
          id="confirm"
          label={samples.verb}
          question={names.question}
          consequence={samples.reason}
          action="/design"
          verb={samples.verb}
        />
      </Specimen>
      <Specimen name={names.bulk}>
        <BulkBar filters={{}} total={1_204} />
      </Specimen>
      <Specimen name={names.tour} open>
        <Tour at="offer" />
      </Specimen>
      <Specimen name={names.empty}>
        <div class="panel">
          <Empty icon="store" title={samples.site} text={samples.reason}>
            <button class="button primary" type="button">
              {samples.verb}
            </button>
          </Empty>
        </div>
        <div class="panel">
          <EmptyBox drawing={<Icon name="gauge" />} title={samples.device} text={samples.reason} />
        </div>
        <div class="panel">
          <ActivityList items={[]} />
        </div>
      </Specimen>
      <Specimen name={names.skeletons}>
        <div class="content skeleton-sample" aria-busy="true">
          <p>{samples.reason}</p>
        </div>
      </Specimen>
      <Specimen name={names.palette} open>
        <Palette who="made-up" />
      </Specimen>
      <Specimen name={names.sheet} open wide>
        <ShortcutDialog />
      </Specimen>
      <Specimen name={names.keys} wide>
        <ShortcutSheet />
      </Specimen>
    </Section>
  );
}
