import type { Device } from "../../protocol/devices/device.ts";
import { ConnectivityOf, HealthOf } from "../islands/device-states.tsx";
import { Allowed } from "../layout/allowed.tsx";
import { useList } from "../layout/lists.tsx";
import { PageLink } from "../layout/page-link.tsx";
import { isReachable } from "../words/gateway-states.ts";
import { useWords } from "../words/use-words.ts";
import { connectionReason, healthReason, typeIcon, typeLabel } from "../words/words.ts";
import { Icon } from "./icon.tsx";
import { Tags } from "./labels.tsx";
import { Ago } from "./moment.tsx";
import { RowDeeds } from "./row-deeds.tsx";
import { SortHead, type Sorting } from "./sorting.tsx";
import { SimulatedBadge } from "./state.tsx";

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
  const { bulk, devices: words } = useWords();
  const { table, shows } = useList("devices");
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
        <tbody>
          {devices.map((device) => (
            <DeviceRow
              key={device.id}
              device={device}
              withSite={withSite}
              {...(pickFor === undefined ? {} : { pickFor })}
            />
          ))}
        </tbody>
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

function DeviceRow({
  device,
  withSite,
  pickFor,
}: Omit<TableProps, "devices" | "sorting"> & { device: Device }) {
  const words = useWords();
  // A site's page says itself that its gateway is away; each of its devices would only say it again.
  const connection = withSite || isReachable(device) ? connectionReason(words, device) : "";
  const health = isReachable(device) ? healthReason(words, device) : "";
  const { shows } = useList("devices");
  return (
    <tr>
      {pickFor === undefined ? null : (
        <td class="pick">
          <label class="above">
            <input
              type="checkbox"
              id={`pick-${device.id}`}
              name="id"
              value={device.id}
              form={pickFor}
              data-pick
              aria-label={words.bulk.pick(device.name)}
            />
          </label>
        </td>
      )}
      <td class="lead">
        <div class="cell-name">
          <Icon name={typeIcon(device.type)} large />
          <div>
            <a class="row-link" href={`/devices/${device.id}`}>
              {device.name}
            </a>
            <Allowed to="device:write">
              <RowDeeds
                actions={[
                  {
                    href: `/devices/${device.id}/configuration`,
                    icon: "pencil",
                    label: words.lists.edit(device.name),
                    rowKey: "e",
                  },
                ]}
              />
            </Allowed>
            <small>
              <span>{typeLabel(words, device.type)}</span>
              {device.name === device.key ? null : <span class="mono">{device.key}</span>}
              {device.provenance === "simulated" ? <SimulatedBadge /> : null}
              <Tags tags={device.tags} list="/devices" />
            </small>
          </div>
        </div>
      </td>
      {shows("connection") ? (
        <td>
          <ConnectivityOf device={device} />
          {connection === "" ? null : <span class="cell-sub off-phone">{connection}</span>}
        </td>
      ) : null}
      {shows("health") ? (
        <td class="end-phone">
          <HealthOf device={device} />
          {health === "" ? null : <span class="cell-sub off-phone">{health}</span>}
        </td>
      ) : null}
      {withSite && shows("site") ? (
        <td class="cell-site">
          <PageLink class="above" href={`/sites/${device.siteId}`}>
            {device.siteName}
          </PageLink>
        </td>
      ) : null}
      {shows("lastSeen") ? (
        <td class="end nowrap">
          {device.lastSeenAt === null ? (
            <span class="faint">{words.devices.never}</span>
          ) : (
            <Ago at={device.lastSeenAt} />
          )}
        </td>
      ) : null}
    </tr>
  );
}
