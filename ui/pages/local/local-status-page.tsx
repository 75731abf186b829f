import type { ComponentChildren } from "preact";
import { Mark } from "../../components/mark.tsx";
import type { Words } from "../../words/catalogues.ts";
import { clockTime } from "../../words/words.ts";
import { LocalDevices } from "./local-devices.tsx";
import { renderLocalDocument } from "./local-document.tsx";
import { type LocalItem, localItems } from "./local-items.tsx";
import type { LocalStatus } from "./local-status.ts";

/** The gateway in plain words: one item a part, what does not work with its next step, and the devices below. */
export function localStatusPage({ words, status }: { words: Words; status: LocalStatus }): string {
  const { localStatus } = words;
  const items = localItems(words, status);
  const attention = items.filter(({ look }) => look !== "ok").length;
  const title = status.site === null ? localStatus.title : localStatus.titleOf(status.site.name);
  return renderLocalDocument({
    words,
    nowMs: status.nowMs,
    title,
    children: (
      <>
        <div class="local-title">
          <h1>{title}</h1>
          {status.site === null ? null : <p class="muted">{status.site.organization}</p>}
          <p class={`local-verdict tone-${attention === 0 ? "ok" : "warning"}`}>
            <Mark shape={attention === 0 ? "disc" : "triangle"} />
            {attention === 0 ? localStatus.allWell : localStatus.attention(attention)}
          </p>
        </div>
        <div class="local-items">
          {items.map((item) => (
            <Item key={item.name} {...item} />
          ))}
        </div>
        <LocalDevices devices={status.devices} />
        <section class="local-item">
          <h2>{localStatus.help}</h2>
          <p class="muted">{localStatus.helpText}</p>
          <pre>sudo homepot-edge doctor</pre>
        </section>
        <footer class="local-foot">
          <a class="local-button primary" href="/">
            {localStatus.again}
          </a>
          <span class="muted">
            {localStatus.asOf(<time>{`${clockTime(words, status.nowMs, "UTC", true)} UTC`}</time>)}
          </span>
          <form method="post" action="/leave">
            <button class="local-button" type="submit">
              {localStatus.leave}
            </button>
          </form>
        </footer>
      </>
    ),
  });
}

const SHAPES = { ok: "disc", warning: "triangle", error: "square" } as const;

function Item({ name, look, says, more, advice }: LocalItem) {
  return (
    <section class={`local-item tone-${look}`}>
      <h2>
        <Mark shape={SHAPES[look]} />
        {name}
      </h2>
      <p>{says}</p>
      {more === undefined ? null : <p class="muted">{more}</p>}
      {advice === undefined ? null : <Advice>{advice}</Advice>}
    </section>
  );
}

function Advice({ children }: { children: ComponentChildren }) {
  return <div class="local-advice">{children}</div>;
}
