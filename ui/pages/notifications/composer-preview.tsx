import type { ComponentChildren } from "preact";
import type { Preview } from "../../../protocol/notifications/notification.ts";
import { Ago } from "../../components/moment.tsx";
import { Panel } from "../../components/panel.tsx";
import { State } from "../../components/state.tsx";
import { useWords } from "../../words/use-words.ts";
import { ChannelMock } from "./channel-mock.tsx";
import type { ComposerProps } from "./composer-page.tsx";
import { ComposerReach, ReachSum } from "./composer-reach.tsx";

/** Whom it would reach, when, and what it would look like on each way; renewed with every change of the form. */
export function ComposerPreview({ preview, written, values }: ComposerProps) {
  const { composer, notifications } = useWords();
  const atOnce = (values["timing.kind"] ?? "now") === "now";
  return (
    <RenewedPreview label={composer.preview}>
      {preview === null ? (
        <Panel title={composer.preview}>
          <p class="muted">{composer.previewEmpty}</p>
        </Panel>
      ) : (
        <div class="stack">
          <Panel title={composer.reaches}>
            <ComposerReach preview={preview} />
          </Panel>
          <Panel title={composer.nextRuns}>
            <ul class="plain-list">
              {preview.runs.map(({ at, local }) => (
                <li key={at}>
                  {atOnce ? notifications.facts.atOnce : <Ago at={at} />}
                  {preview.runs.length === 1 ? null : <span class="faint number"> {local}</span>}
                </li>
              ))}
            </ul>
          </Panel>
          <Panel title={composer.looks}>
            {written ? <Looks preview={preview} /> : <p class="muted">{composer.looksEmpty}</p>}
          </Panel>
        </div>
      )}
    </RenewedPreview>
  );
}

/** What stands beside a form and is renewed with every change of it. */
export function RenewedPreview({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section id="job-preview" data-renewed="" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

/** Whom it would reach, once more before it is sent: where the page is narrow the rest stands below the buttons. */
export function ComposerSum({ preview }: Pick<ComposerProps, "preview">) {
  const { composer } = useWords();
  return (
    <div id="reach-before" class="reach-before" data-renewed="">
      {preview === null ? null : (
        <>
          <p class="cell-sub">{composer.reaches}</p>
          <ReachSum preview={preview} />
        </>
      )}
    </div>
  );
}

/** Those that it would be sent by; the others below them, to be unfolded. */
export function Looks({ preview: { channels, reach } }: { preview: Pick<Preview, "channels" | "reach"> }) {
  const { composer } = useWords();
  const used = new Set(reach?.channels.map(({ channel }) => channel));
  const first = used.size === 0 ? channels : channels.filter(({ channel }) => used.has(channel));
  const others = channels.filter((one) => !first.includes(one));
  return (
    <div class="looks">
      {first.map((one) => (
        <OnChannel key={one.channel} of={one} />
      ))}
      {others.length === 0 ? null : (
        <details class="fold" id="other-looks">
          <summary>{composer.otherLooks(others.length)}</summary>
          <div class="looks">
            {others.map((one) => (
              <OnChannel key={one.channel} of={one} />
            ))}
          </div>
        </details>
      )}
    </div>
  );
}

function OnChannel({ of }: { of: Preview["channels"][number] }) {
  const { composer, notifications } = useWords();
  const { channel, notes, fits, bytes, limit } = of;
  return (
    <section class="channel">
      <header>
        <h3>{notifications.channels[channel]}</h3>
        {fits ? (
          <span class="faint number">{composer.bytes(bytes, limit)}</span>
        ) : (
          <State
            state={{
              shape: "square",
              tone: "error",
              word: `${composer.tooLarge} (${composer.bytes(bytes, limit)})`,
            }}
          />
        )}
      </header>
      <ChannelMock of={of} />
      {notes.length === 0 ? (
        <p class="cell-sub">{composer.complete}</p>
      ) : (
        <ul class="plain-list">
          {notes.map(({ field, loss, note }) => (
            <li key={field} class="cell-sub">
              <State
                state={{
                  shape: loss === "changed" ? "half" : "triangle",
                  tone: loss === "changed" ? "info" : "warning",
                  word: composer.loses[loss],
                }}
              />{" "}
              <code>{field}</code> {note}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
