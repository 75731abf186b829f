import { useWords } from "../words/use-words.ts";
import { Icon } from "./icon.tsx";

export interface FilterChip {
  key: string;
  /** `Health: warning` */
  label: string;
  /** The same list without this filter. */
  without: string;
}

/** What is filtered by, each removable by a link to the list without it, and how much is left. */
export function ResultLine({ chips, count }: { chips: readonly FilterChip[]; count: string }) {
  const { lists } = useWords();
  return (
    <div class="result-line">
      {chips.length === 0 ? null : (
        <ul class="chips" aria-label={lists.filtersInForce}>
          {chips.map((chip) => (
            <li key={chip.key}>
              <a class="chip" href={chip.without} aria-label={lists.removeFilter(chip.label)}>
                {chip.label}
                <Icon name="x" />
              </a>
            </li>
          ))}
        </ul>
      )}
      <span role="status">{count}</span>
    </div>
  );
}
