import { useMay } from "../layout/allowed.tsx";
import { PAGES } from "../search/places.ts";
import { ANYWHERE, IN_LISTS, type Shortcut } from "../search/shortcuts.ts";
import { useWords } from "../words/use-words.ts";
import { Icon } from "./icon.tsx";
import { KeyCaps } from "./key-caps.tsx";

/** All shortcuts of who reads it, by where they work. */
export function ShortcutSheet() {
  const { shortcuts: words, search } = useWords();
  const may = useMay();
  const goTo = PAGES.filter(({ needs }) => needs.every(may)).flatMap(({ keys, key }) =>
    keys === undefined ? [] : [{ keys, text: search.places[key].name }],
  );
  const worded = (all: readonly Shortcut[]) => all.map(({ keys, does }) => ({ keys, text: words[does] }));
  return (
    <div class="shortcut-sheet">
      <Rows title={words.anywhere} rows={worded(ANYWHERE)} />
      <Rows title={words.lists} rows={worded(IN_LISTS)} />
      <Rows title={words.goTo} rows={goTo} />
    </div>
  );
}

/** The sheet, closed: the script `browser/sheet.ts` opens it over any page. */
export function ShortcutDialog() {
  const { shortcuts: words } = useWords();
  return (
    <dialog class="sheet" id="shortcut-dialog" aria-labelledby="shortcut-title">
      <header>
        <h2 id="shortcut-title">{words.title}</h2>
        <button class="icon-button" type="button" data-close="" aria-label={words.close}>
          <Icon name="x" />
        </button>
      </header>
      <ShortcutSheet />
      <p>
        <a class="link" href="/settings/shortcuts">
          {words.switchLink}
        </a>
      </p>
    </dialog>
  );
}

function Rows({ title, rows }: { title: string; rows: readonly { keys: string; text: string }[] }) {
  return (
    <section>
      <h2>{title}</h2>
      <dl>
        {rows.map(({ keys, text }) => (
          <div key={keys}>
            <dt>{text}</dt>
            <dd>
              <KeyCaps keys={keys} read />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
