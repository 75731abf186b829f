import { Icon } from "./icon.tsx";

/**
 * A search that filters the list below while one types. The list (`#results`) is replaced, the field is not; the
 * address follows, so that going back and sharing work. Without script it is a plain form.
 */
export function SearchForm(props: { action: string; label: string; q: string | undefined }) {
  return (
    <search class="filters">
      <form
        class="search-field"
        action={props.action}
        method="get"
        hx-get={props.action}
        hx-trigger="input changed delay:250ms from:'find input', submit"
        hx-target="#results"
        hx-select="#results"
        hx-swap="outerMorph"
        hx-push-url="true"
        hx-sync="this:replace"
      >
        <Icon name="search" />
        <input
          class="input"
          id="search"
          type="search"
          name="q"
          value={props.q ?? ""}
          placeholder={props.label}
          aria-label={props.label}
          autocomplete="off"
        />
      </form>
    </search>
  );
}
