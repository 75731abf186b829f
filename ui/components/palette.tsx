import type { ComponentChildren } from "preact";
import type { IconName } from "../icons/icons.ts";
import { useMay } from "../layout/allowed.tsx";
import { ACTIONS, DEEDS, type Deed, PAGES, type Place } from "../search/places.ts";
import { SOURCES } from "../search/sources.ts";
import { useWords } from "../words/use-words.ts";
import { Icon } from "./icon.tsx";
import { KeyCaps } from "./key-caps.tsx";
import { SimulatedBadge } from "./state.tsx";

/**
 * The palette, closed: the script `browser/palette.ts` fetches it with the page of the search, opens it over any other
 * page, and fills the groups of what is found from their templates. Options are links and buttons of forms, so that
 * choosing one is pressing it.
 */
export function Palette({ who }: { who: string }) {
  const { search } = useWords();
  const may = useMay();
  const mine = <One extends Pick<Place, "needs">>(all: readonly One[]) =>
    all.filter(({ needs }) => needs.every(may));
  return (
    <dialog
      class="palette"
      id="palette"
      aria-label={search.title}
      data-who={who}
      data-counted={search.counted}
      data-none={search.none}
      data-failed={search.failed}
    >
      <form class="palette-field" action="/search" method="get">
        <Icon name="search" large />
        <input
          type="text"
          name="q"
          role="combobox"
          aria-label={search.label}
          aria-expanded="true"
          aria-controls="palette-options"
          aria-autocomplete="list"
          placeholder={search.placeholder}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="go"
          maxLength={200}
        />
        <button class="icon-button" type="button" data-close="" aria-label={search.close}>
          <Icon name="x" />
        </button>
      </form>
      {DEEDS.map((deed) => (
        <DeedForm key={deed.key} deed={deed} />
      ))}
      <div class="palette-options" id="palette-options" role="listbox" aria-label={search.results}>
        <Group name="recent" title={search.recent} />
        <Group name="pages" title={search.pages}>
          {mine(PAGES).map((place) => (
            <PlaceOption key={place.key} place={place} />
          ))}
        </Group>
        <Group name="actions" title={search.actions}>
          {mine(ACTIONS).map((place) => (
            <PlaceOption key={place.key} place={place} />
          ))}
          {mine(DEEDS).map((deed) => (
            <DeedOption key={deed.key} deed={deed} />
          ))}
        </Group>
        {SOURCES.filter(({ needs }) => may(needs)).map(({ kind, icon }) => (
          <Group key={kind} name={kind} title={search.kinds[kind]} icon={icon} />
        ))}
      </div>
      <p class="palette-status" role="status" />
      <p class="palette-keys" aria-hidden="true">
        <span>
          <KeyCaps keys="↑ ↓" /> {search.move}
        </span>
        <span>
          <KeyCaps keys="Enter" /> {search.choose}
        </span>
        <span>
          <KeyCaps keys="Escape" /> {search.dismiss}
        </span>
      </p>
    </dialog>
  );
}

function Group(props: { name: string; title: string; icon?: IconName; children?: ComponentChildren }) {
  const { name, title, icon, children } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a listbox.
    <div role="group" aria-labelledby={`palette-${name}`} data-group={name} hidden={children === undefined}>
      <div class="palette-head" id={`palette-${name}`} role="presentation">
        {title}
      </div>
      {children}
      {icon === undefined ? null : (
        <template>
          <a class="palette-option" role="option" aria-selected="false" tabIndex={-1} href="/">
            <Icon name={icon} />
            <span class="palette-name" />
            <SimulatedBadge hidden />
            <span class="palette-detail" />
          </a>
        </template>
      )}
    </div>
  );
}

const OPTION = { class: "palette-option", role: "option", "aria-selected": "false", tabIndex: -1 } as const;

function PlaceOption({ place }: { place: Place }) {
  return (
    <a {...OPTION} href={place.href} {...(place.plain ? { "hx-boost": "false" } : {})}>
      <Called place={place} />
      {place.keys === undefined ? null : <KeyCaps keys={place.keys} />}
    </a>
  );
}

function DeedOption({ deed }: { deed: Deed }) {
  const value = deed.theme === undefined ? {} : { name: "theme", value: deed.theme };
  return (
    <button {...OPTION} type="submit" form={`deed-${deed.key}`} {...value}>
      <Called place={deed} />
    </button>
  );
}

function DeedForm({ deed }: { deed: Deed }) {
  const theme = deed.theme === undefined ? {} : { "data-theme-form": "" };
  return <form id={`deed-${deed.key}`} method="post" action={deed.action} hx-boost="false" {...theme} />;
}

function Called({ place: { key, icon } }: { place: Pick<Place, "key" | "icon"> }) {
  const { name, also } = useWords().search.places[key];
  return (
    <>
      <Icon name={icon} />
      <span class="palette-name" data-also={also}>
        {name}
      </span>
    </>
  );
}
