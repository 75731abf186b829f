import { type DeviceFilters, devicesUrl } from "../urls/urls.ts";
import { useWords } from "../words/use-words.ts";
import { Icon } from "./icon.tsx";

/**
 * The form that the boxes of the rows belong to. It waits below the list, and stays in sight while a box is ticked; the
 * script `browser/picking.ts` only counts, ticks all and unticks.
 */
export function BulkBar({ filters, total }: { filters: DeviceFilters; total: number }) {
  const { bulk } = useWords();
  return (
    <form id="bulk" class="bulk-bar" method="post" action="/devices/bulk">
      <input type="hidden" name="filter" value={devicesUrl(filters)} />
      <span class="bulk-picked">
        <output data-picked={bulk.picked(0)} />
        <button class="button primary" type="submit" name="scope" value="picked">
          {bulk.changePicked}
        </button>
        <button class="button quiet" type="reset">
          <Icon name="x" />
          {bulk.clear}
        </button>
      </span>
      <button class="button quiet" type="submit" name="scope" value="all">
        {bulk.changeAll(total)}
      </button>
    </form>
  );
}
