import type { IconName } from "../icons/icons.ts";
import { Icon } from "./icon.tsx";

/** What can be done with a row without opening it: seen under the pointer, and while the keyboard is in the row. */
export function RowDeeds({ actions }: { actions: readonly RowDeed[] }) {
  return (
    <span class="row-deeds above">
      {actions.map(({ href, icon, label, rowKey }) => (
        <a
          key={href}
          class="icon-button"
          href={href}
          title={label}
          aria-label={label}
          {...(rowKey === undefined ? {} : { "data-row-key": rowKey })}
        >
          <Icon name={icon} />
        </a>
      ))}
    </span>
  );
}

export interface RowDeed {
  href: string;
  icon: IconName;
  /** With the name of the row in it. */
  label: string;
  /** The key that does it while the keyboard is in the row. */
  rowKey?: string;
}
