import { useWords } from "../words/use-words.ts";
import { Choice } from "./search-form.tsx";

/** What a list is sorted by, as its address says it (`name`, `-name`), and the same list sorted by something else. */
export interface Sorting {
  sort: string;
  url: (sort: string) => string;
}

/** The head of a column that its list can be sorted by: a link, which sorts the other way when it is sorted so. */
export function SortHead(props: { field: string; label: string; sorting: Sorting; class?: string }) {
  const { field, label, sorting } = props;
  const { sort, url } = sorting;
  const ascending = sort === field;
  const direction = ascending ? "ascending" : sort === `-${field}` ? "descending" : undefined;
  return (
    <th scope="col" class={props.class} aria-sort={direction}>
      <a class="sort" href={url(ascending ? `-${field}` : field)}>
        {label}
      </a>
    </th>
  );
}

/**
 * Among the filters of a list, what it is sorted by: a search keeps it so. It is seen on a phone, where columns have no
 * heads.
 */
export function SortChoice({
  fields,
  sort,
}: {
  fields: Readonly<Record<string, string>>;
  sort?: string | undefined;
}) {
  const { lists } = useWords();
  const choices = Object.entries(fields).flatMap(([field, label]) => [
    [field, lists.ascending(label)] as const,
    [`-${field}`, lists.descending(label)] as const,
  ]);
  return <Choice class="on-phone" name="sort" label={lists.sortBy} value={sort} choices={choices} />;
}
