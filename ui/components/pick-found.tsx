import { useWords } from "../words/use-words.ts";
import { describedBy, FieldProblem } from "./field.tsx";
import { SimulatedBadge } from "./state.tsx";

export interface PickItem {
  value: string;
  label: string;
  note?: string;
  isSimulated?: boolean;
}

/** What can be picked of many: what is, and some of what a search finds. */
export interface Found {
  picked: readonly PickItem[];
  /** What else is picked, with commas: what is not shown one by one. */
  others: string;
  q: string;
  /** Not what is picked already. */
  items: readonly PickItem[];
  /** How many the search found in all. */
  total: number;
}

/** More than are shown at once have a search. */
export const FOUND_SHOWN = 20;

/**
 * Several of many, each with a box. The search asks the server: a button sends the form to be looked at again (`check`), and where
 * script runs it happens while one types.
 */
export function PickFound(props: {
  name: string;
  label: string;
  found: Found;
  /** Where the form is looked at. */
  check: string;
  error: string | undefined;
}) {
  const { name, label, found, check, error } = props;
  const { picker } = useWords();
  const { picked, others, q, items, total } = found;
  const about = { name, error };
  const shown = items.length + picked.length;
  return (
    <fieldset class="field pick-some" {...describedBy(about)}>
      <legend>{label}</legend>
      {q === "" && total <= FOUND_SHOWN ? null : (
        <div class="pick-search">
          <input
            class="input"
            type="search"
            name={`find.${name}`}
            value={q}
            placeholder={picker.search}
            aria-label={picker.searchOf(label)}
            aria-controls={`found-${name}`}
            autocomplete="off"
            data-find=""
          />
          <button class="button" type="submit" formaction={check} data-find-button="">
            {picker.find}
          </button>
        </div>
      )}
      <div id={`found-${name}`} class="pick-list" data-renewed="">
        {picked.map((item) => (
          <Box key={item.value} name={name} item={item} checked />
        ))}
        {items.map((item) => (
          <Box key={item.value} name={name} item={item} />
        ))}
        {shown === 0 ? <p class="muted">{picker.none}</p> : null}
        {total > FOUND_SHOWN ? (
          <p class="field-hint pick-more" role="status">
            {picker.more(items.length, total)}
          </p>
        ) : null}
      </div>
      {others === "" ? null : <input type="hidden" name={name} value={others} />}
      <FieldProblem {...about} />
    </fieldset>
  );
}

function Box({ name, item, checked = false }: { name: string; item: PickItem; checked?: boolean }) {
  const { value, label, note, isSimulated = false } = item;
  return (
    <label class="check">
      <input type="checkbox" id={`${name}-${value}`} name={name} value={value} checked={checked} />
      <span>
        {label}
        {isSimulated ? (
          <>
            {" "}
            <SimulatedBadge />
          </>
        ) : null}
        {note === undefined ? null : <span class="faint"> {note}</span>}
      </span>
    </label>
  );
}
