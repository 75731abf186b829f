import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Icon } from "../components/icon.tsx";
import { PageUrl } from "../components/live-region.tsx";
import { useWords } from "../words/use-words.ts";

export const LISTS_COOKIE = "lists";

/** The columns of each list that can be left out. What a row is called cannot. */
export const LIST_COLUMNS = {
  devices: ["connection", "health", "site", "lastSeen"],
  sites: ["state", "devices", "online", "gateway"],
  gateways: ["state", "lastSeen", "behind", "version"],
} as const;
export type ListName = keyof typeof LIST_COLUMNS;
type Column<List extends ListName> = (typeof LIST_COLUMNS)[List][number];

/** How a person likes lists in this browser. */
export interface ListsView {
  dense: boolean;
  hidden: Readonly<Record<ListName, readonly string[]>>;
}

const NAMES = Object.keys(LIST_COLUMNS) as ListName[];

/** Written as `dense devices-site sites-online`. */
export function listsText({ dense, hidden }: ListsView): string {
  const left = NAMES.flatMap((name) => hidden[name].map((column) => `${name}-${column}`));
  return [...(dense ? ["dense"] : []), ...left].join(" ");
}

/** What a cookie says; what is no list or column of ours is passed over. */
export function listsOf(text: string | undefined): ListsView {
  const said = new Set((text ?? "").split(" "));
  const hiddenOf = (name: ListName) =>
    (LIST_COLUMNS[name] as readonly string[]).filter((column) => said.has(`${name}-${column}`));
  return {
    dense: said.has("dense"),
    hidden: { devices: hiddenOf("devices"), sites: hiddenOf("sites"), gateways: hiddenOf("gateways") },
  };
}

/** The view after its form was sent: of a list all columns, each with whether it is wanted. */
export function changedLists(before: ListsView, form: Readonly<Record<string, string>>): ListsView {
  const list = NAMES.find((name) => name === form.list);
  const dense = form.density === "dense";
  if (list === undefined) return { ...before, dense };
  const unwanted = LIST_COLUMNS[list].filter((column) => form[column] === undefined);
  return { dense, hidden: { ...before.hidden, [list]: unwanted } };
}

export const Lists = createContext<ListsView>(listsOf(undefined));

/** The class of a list's table, and whether a column of it is shown. */
export function useList<List extends ListName>(list: List) {
  const { dense, hidden } = useContext(Lists);
  return {
    table: dense ? "table cards dense" : "table cards",
    shows: (column: Column<List>) => !hidden[list].includes(column),
  };
}

/** What a list shows, and how close its rows are: a native popover with a form, so that it works without script too. */
export function ListOptions<List extends ListName>(props: {
  list: List;
  labels: Readonly<Record<Column<List>, string>>;
}) {
  const { list, labels } = props;
  const { lists: words } = useWords();
  const { dense, hidden } = useContext(Lists);
  const columns = LIST_COLUMNS[list] as readonly Column<List>[];
  return (
    <>
      <button class="button" type="button" popovertarget="list-options">
        <Icon name="sliders-horizontal" />
        {words.view}
      </button>
      <div class="popover list-options" id="list-options" popover="auto">
        <form method="post" action="/lists">
          <input type="hidden" name="next" value={useContext(PageUrl)} />
          <input type="hidden" name="list" value={list} />
          <fieldset>
            <legend>{words.rows}</legend>
            {(["roomy", "dense"] as const).map((density) => (
              <label key={density}>
                <input
                  type="radio"
                  name="density"
                  value={density}
                  checked={(density === "dense") === dense}
                />
                {words[density]}
              </label>
            ))}
          </fieldset>
          <fieldset>
            <legend>{words.columns}</legend>
            {columns.map((column) => (
              <label key={column}>
                <input type="checkbox" name={column} checked={!hidden[list].includes(column)} />
                {labels[column]}
              </label>
            ))}
          </fieldset>
          <button class="button primary wide" type="submit">
            {words.apply}
          </button>
        </form>
      </div>
    </>
  );
}
