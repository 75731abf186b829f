import type { ComponentChildren } from "preact";
import { useWords } from "../words/use-words.ts";
import { Icon } from "./icon.tsx";

/**
 * A search that filters the list below while one types. The list (`#results`) is replaced, the field is not; the
 * address follows, so that going back and sharing work. Without script it is a plain form. Its children are further
 * filters, each a {@link Choice}.
 */
export function SearchForm(props: {
  action: string;
  label: string;
  placeholder?: string;
  q: string | undefined;
  children?: ComponentChildren;
}) {
  const { frame } = useWords();
  return (
    <search>
      <form
        class="filters"
        action={props.action}
        method="get"
        hx-get={props.action}
        hx-trigger="input changed delay:300ms from:'find input', change from:'find fieldset', submit"
        hx-target="#results"
        hx-select="#results"
        hx-swap="outerMorph"
        hx-push-url="true"
        hx-sync="this:replace"
      >
        <span class="search-field">
          <Icon name="search" />
          <input
            class="input"
            id="search"
            data-key="/"
            aria-keyshortcuts="/"
            type="search"
            name="q"
            value={props.q ?? ""}
            placeholder={props.placeholder ?? props.label}
            aria-label={props.label}
            autocomplete="off"
          />
        </span>
        <fieldset class="filter-selects" aria-label={frame.filters}>
          {props.children}
          <noscript>
            <button class="button" type="submit">
              {frame.apply}
            </button>
          </noscript>
        </fieldset>
      </form>
    </search>
  );
}

export function Choice(props: {
  name: string;
  label: string;
  value: string | undefined;
  class?: string;
  choices: readonly (readonly [string, string])[];
}) {
  return (
    <select
      class={props.class === undefined ? "select" : `select ${props.class}`}
      name={props.name}
      aria-label={props.label}
    >
      <option value="">{props.label}</option>
      {props.choices.map(([value, label]) => (
        <option key={value} value={value} selected={value === props.value}>
          {label}
        </option>
      ))}
    </select>
  );
}
