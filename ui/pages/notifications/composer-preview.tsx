import type { Preview } from "../../../protocol/notifications/notification.ts";
import { Ago } from "../../components/moment.tsx";
import { Panel } from "../../components/panel.tsx";
import { State } from "../../components/state.tsx";
import { useWords } from "../../words/use-words.ts";
import { ChannelMock } from "./channel-mock.tsx";
import type { ComposerProps } from "./composer-page.tsx";

/** Whom it would reach, when, and what it would look like on each way; renewed with every change of the form. */
export function ComposerPreview({ preview, written }: ComposerProps) {
  const { composer } = useWords();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section id="job-preview" data-renewed="" aria-live="polite" tabIndex={0} aria-label={composer.preview}>
      <Panel title={composer.preview}>
        {preview === null ? (
          <p class="muted">{composer.previewEmpty}</p>
        ) : (
          <div class="stack">
            <Reaches recipients={preview.recipients} />
            <div>
              <p>
                <strong>{composer.nextRuns}</strong>
              </p>
              <ul class="plain-list">
                {preview.runs.map(({ at }) => (
                  <li key={at}>
                    <Ago at={at} />
                  </li>
                ))}
              </ul>
            </div>
            {written ? preview.channels.map((one) => <OnChannel key={one.channel} of={one} />) : null}
          </div>
        )}
      </Panel>
    </section>
  );
}

function Reaches({ recipients }: Pick<Preview, "recipients">) {
  const { composer } = useWords();
  if (recipients === null) return null;
  const { devices, people, endpoints, addresses } = recipients;
  const told = [
    ...(people === 0 ? [] : [composer.peopleCount(people)]),
    ...(devices === 0 ? [] : [composer.devices(devices)]),
    ...(endpoints === 0 ? [] : [composer.endpoints(endpoints)]),
    ...(addresses === 0 ? [] : [composer.addresses(addresses)]),
  ];
  if (told.length === 0) return <p class="tone-warning">{composer.nobody}</p>;
  return (
    <div>
      <p class="muted">{composer.reaches}</p>
      <p>
        <strong>{told.join(", ")}</strong>
      </p>
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
