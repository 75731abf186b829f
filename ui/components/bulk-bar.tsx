import { Allowed, useMay } from "../layout/allowed.tsx";
import { type DeviceFilters, devicesUrl } from "../urls/urls.ts";
import { useWords } from "../words/use-words.ts";
import { Icon } from "./icon.tsx";

/**
 * The form that the boxes of the rows belong to. It waits below the list, and stays in sight while a box is ticked; the
 * script `browser/picking.ts` only counts, ticks all and unticks.
 */
export function BulkBar({ filters, total }: { filters: DeviceFilters; total: number }) {
  const { bulk } = useWords();
  const mayChange = useMay()("device:write");
  return (
    <form id="bulk" class="bulk-bar" method="post" action={mayChange ? "/devices/bulk" : "/jobs/new/targets"}>
      <input type="hidden" name="filter" value={devicesUrl(filters)} />
      <span class="bulk-picked">
        <output data-picked={bulk.picked(0)} />
        <Allowed to="device:write">
          <button class="button primary" type="submit" name="scope" value="picked">
            {bulk.changePicked}
          </button>
        </Allowed>
        <RunJob scope="picked" label={bulk.runOnPicked} />
        <button class="button quiet" type="reset">
          <Icon name="x" />
          {bulk.clear}
        </button>
      </span>
      <Allowed to="device:write">
        <button class="button quiet" type="submit" name="scope" value="all">
          {bulk.changeAll(total)}
        </button>
      </Allowed>
      <RunJob scope="all" label={bulk.runOnAll(total)} />
    </form>
  );
}

function RunJob({ scope, label }: { scope: "picked" | "all"; label: string }) {
  return (
    <Allowed to="job:run">
      <button
        class={scope === "all" ? "button quiet" : "button"}
        type="submit"
        name="scope"
        value={scope}
        formaction="/jobs/new/targets"
      >
        {label}
      </button>
    </Allowed>
  );
}
