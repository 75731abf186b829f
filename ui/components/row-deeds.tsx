import type { IconName } from "../icons/icons.ts";
import { asMarkup, element } from "../layout/markup.ts";
import { iconMarkup } from "./icon.tsx";

/** What can be done with a row without opening it: seen under the pointer, and while the keyboard is in the row. */
export function RowDeeds({ actions }: { actions: readonly RowDeed[] }) {
  return asMarkup(rowDeedsMarkup(actions));
}

/** The same as text. */
export function rowDeedsMarkup(actions: readonly RowDeed[]): string {
  const links = actions.map(({ href, icon, label, rowKey }) => {
    const named = { title: label, "aria-label": label, "data-row-key": rowKey };
    return element("a", { class: "icon-button", href, ...named }, iconMarkup(icon));
  });
  return element("span", { class: "row-deeds above" }, links.join(""));
}

export interface RowDeed {
  href: string;
  icon: IconName;
  /** With the name of the row in it. */
  label: string;
  /** The key that does it while the keyboard is in the row. */
  rowKey?: string;
}
