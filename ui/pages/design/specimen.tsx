import { type ComponentChildren, createContext } from "preact";
import { useContext } from "preact/hooks";
import { renderToString } from "preact-render-to-string";
import { ALL_PERMISSIONS } from "../../../protocol/accounts/permissions.ts";
import { PageUrl } from "../../components/live-region.tsx";
import { Now, ReaderZone } from "../../components/moment.tsx";
import { Permissions } from "../../layout/allowed.tsx";
import { THEMES } from "../../styles/colours.ts";
import { IslandWords, PageWords, useWords } from "../../words/use-words.ts";
import { still } from "./still.ts";

const SectionKey = createContext("");

/** Stands for the theme in what both themes show: a character that no text has. */
const THEME_PLACE = "\uE000";

/** A part of the page, with a heading. `id` is its place in the address. */
export function Section(props: { id: string; title: string; text: string; children: ComponentChildren }) {
  return (
    <section class="design-section" id={props.id}>
      <h2>{props.title}</h2>
      <p class="muted">{props.text}</p>
      <SectionKey.Provider value={props.id}>{props.children}</SectionKey.Provider>
    </section>
  );
}

/**
 * Something to look at in both themes, beside each other. `open` shows what else waits for a press; `wide` puts one theme
 * below the other; `live` lets its islands go on living.
 */
export function Specimen(props: {
  name: string;
  open?: boolean;
  wide?: boolean;
  live?: boolean;
  children: ComponentChildren;
}) {
  const section = useContext(SectionKey);
  const words = useWords();
  const nowMs = useContext(Now);
  const zone = useContext(ReaderZone);
  const html = renderToString(
    <Now.Provider value={nowMs}>
      <ReaderZone.Provider value={zone}>
        <PageWords.Provider value={words}>
          <IslandWords.Provider value={words}>
            <PageUrl.Provider value="/design">
              <Permissions.Provider value={ALL_PERMISSIONS}>{props.children}</Permissions.Provider>
            </PageUrl.Provider>
          </IslandWords.Provider>
        </PageWords.Provider>
      </ReaderZone.Provider>
    </Now.Provider>,
  );
  const key = props.name.replaceAll(/\W+/g, "");
  const picture = still(html, {
    mark: `${section}-${key}-${THEME_PLACE}`,
    href: `#${section}`,
    open: props.open === true,
    live: props.live === true,
  });
  return (
    <figure class={props.wide === true ? "specimen wide" : "specimen"}>
      <figcaption>{props.name}</figcaption>
      {THEMES.map((theme) => (
        <div
          key={theme}
          class="specimen-stage"
          data-theme={theme}
          dangerouslySetInnerHTML={{
            __html: picture.replaceAll(THEME_PLACE, theme),
          }}
        />
      ))}
    </figure>
  );
}
