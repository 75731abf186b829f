import { useContext } from "preact/hooks";
import type { Device } from "../../protocol/devices/device.ts";
import { useMay } from "../layout/allowed.tsx";
import { useList } from "../layout/lists.tsx";
import { asMarkup } from "../layout/markup.ts";
import { useWords } from "../words/use-words.ts";
import { deviceRow } from "./device-row.ts";
import { Now, ReaderZone } from "./moment.tsx";
import { SortHead, type Sorting } from "./sorting.tsx";

interface TableProps {
  devices: readonly Device[];
  /** Where they are not all of one site. */
  withSite: boolean;
  /** The form that a box before each row belongs to. */
  pickFor?: string;
  /** Where the list can be sorted. */
  sorting?: Sorting;
}

/** Devices as rows; on a phone as cards. */
export function DeviceTable({ devices, withSite, pickFor, sorting }: TableProps) {
  const all = useWords();
  const { bulk, devices: words } = all;
  const { table, shows } = useList("devices");
  const rows = {
    ...{ words: all, nowMs: useContext(Now), timeZone: useContext(ReaderZone), withSite, shows },
    ...{ mayEdit: useMay()("device:write"), maySeeSite: useMay()("site:read") },
    ...(pickFor === undefined ? {} : { pickFor }),
  };
  const by = sorting === undefined ? {} : { sorting };
  return (
    <div class="table-wrap">
      <table class={withSite ? table : `${table} one-site`}>
        <thead>
          <tr>
            {pickFor === undefined ? null : (
              <th scope="col" class="pick">
                <input type="checkbox" data-pick-all hidden aria-label={bulk.pickAll} />
              </th>
            )}
            <Head field="name" label={words.device} {...by} />
            {shows("connection") ? <Head field="connectivity" label={words.connection} {...by} /> : null}
            {shows("health") ? <th scope="col">{words.health}</th> : null}
            {withSite && shows("site") ? <th scope="col">{words.site}</th> : null}
            {shows("lastSeen") ? (
              <Head field="lastSeenAt" label={words.lastSeen} class="end" {...by} />
            ) : null}
          </tr>
        </thead>
        <tbody>{asMarkup(devices.map((device) => deviceRow(rows, device)).join(""))}</tbody>
      </table>
    </div>
  );
}

function Head(props: { field: string; label: string; sorting?: Sorting; class?: string }) {
  const { sorting, ...head } = props;
  if (sorting !== undefined) return <SortHead {...head} sorting={sorting} />;
  return (
    <th scope="col" class={head.class}>
      {head.label}
    </th>
  );
}
