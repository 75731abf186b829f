import type { Permission } from "../../protocol/accounts/permissions.ts";
import { Allowed, useMay } from "../layout/allowed.tsx";
import { type DeviceFilters, devicesUrl } from "../urls/urls.ts";
import { useWords } from "../words/use-words.ts";
import { Icon } from "./icon.tsx";

/** What can be done with many devices, each by a form of its own that is sent which ones are meant. */
const DEEDS = [
  { key: "change", needs: "device:write", action: "/devices/bulk" },
  { key: "run", needs: "job:run", action: "/jobs/new/targets" },
  { key: "notify", needs: "notification:send", action: "/notifications/new/targets" },
] as const satisfies readonly { key: string; needs: Permission; action: string }[];

/** Whether there is anything that the reader may do with devices that they pick. */
export function useMayPick(): boolean {
  const may = useMay();
  return DEEDS.some(({ needs }) => may(needs));
}

/**
 * The form that the boxes of the rows belong to. It waits below the list, and stays in sight while a box is ticked; the
 * script `browser/picking.ts` only counts, ticks all and unticks.
 */
export function BulkBar({ filters, total }: { filters: DeviceFilters; total: number }) {
  const { bulk } = useWords();
  const may = useMay();
  const first = DEEDS.find(({ needs }) => may(needs));
  return (
    <form id="bulk" class="bulk-bar" method="post" action={first?.action ?? DEEDS[0].action}>
      <input type="hidden" name="filter" value={devicesUrl(filters)} />
      <span class="bulk-picked">
        <output data-picked={bulk.picked(0)} />
        {DEEDS.map(({ key, ...deed }) => (
          <Deed
            key={key}
            {...deed}
            scope="picked"
            look={key === first?.key ? "primary" : ""}
            label={bulk.withPicked[key]}
          />
        ))}
        <button class="button quiet" type="reset">
          <Icon name="x" />
          {bulk.clear}
        </button>
      </span>
      {DEEDS.map(({ key, ...deed }) => (
        <Deed key={key} {...deed} scope="all" look="quiet" label={bulk.withAll[key](total)} />
      ))}
    </form>
  );
}

function Deed(props: {
  needs: Permission;
  action: string;
  scope: "picked" | "all";
  look: string;
  label: string;
}) {
  const { needs, action, scope, look, label } = props;
  return (
    <Allowed to={needs}>
      <button
        class={look === "" ? "button" : `button ${look}`}
        type="submit"
        name="scope"
        value={scope}
        formaction={action}
      >
        {label}
      </button>
    </Allowed>
  );
}
