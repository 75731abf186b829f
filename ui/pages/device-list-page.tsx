import type { ComponentChildren } from "preact";
import type { Page } from "../../protocol/api/list.ts";
import type { DeviceChoices } from "../../protocol/devices/choices.ts";
import type { Device, DeviceQuery } from "../../protocol/devices/device.ts";
import { BulkBar, useMayPick } from "../components/bulk-bar.tsx";
import { ResultLine } from "../components/chips.tsx";
import { Command } from "../components/command.tsx";
import { DeviceTable } from "../components/device-table.tsx";
import { Empty } from "../components/empty.tsx";
import { Icon } from "../components/icon.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Pager } from "../components/pager.tsx";
import { Choice, SearchForm } from "../components/search-form.tsx";
import { SortChoice } from "../components/sorting.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { ListOptions } from "../layout/lists.tsx";
import { chipsOf, type DeviceFilters, devicesUrl, filterChoices, filtersOf } from "../urls/urls.ts";
import { useWords } from "../words/use-words.ts";
import { typeLabel } from "../words/words.ts";
import { DELETED_DEVICES } from "./deleted-devices-page.tsx";
import { ExportLine } from "./export-line.tsx";

export interface DeviceListProps {
  devices: Page<Device>;
  query: DeviceQuery;
  after: number;
  choices: DeviceChoices;
  /** How many devices are deleted and can come back. */
  deleted: number;
}

export function deviceListPage(props: DeviceListProps): LocalView {
  const { devices, query } = props;
  const filters = filtersOf(query);
  const filtered = Object.keys(filters).length > 0;
  const empty = devices.total === 0 && !filtered;
  return ({ devices: words, imports }) => {
    const title = empty ? words.noneYet : filtered ? words.title : words.counted(devices.total);
    return {
      title,
      section: "devices",
      crumbs: [{ label: words.title }],
      body: (
        <Whole live={empty}>
          <PageHead
            title={title}
            actions={
              <>
                {empty ? null : <ListOptions list="devices" labels={words} />}
                <Allowed to="device:write">
                  <a class="button quiet" href="/devices/import">
                    {imports.import}
                  </a>
                  <a class="button" href={addUrl(query.site)} data-key="c">
                    <Icon name="plus" />
                    {words.add}
                  </a>
                </Allowed>
              </>
            }
          />
          {empty ? <NoDevices /> : <Filters {...props} filters={filters} />}
          {empty ? null : (
            <LiveRegion id="results">
              <Results {...props} filters={filters} />
            </LiveRegion>
          )}
          {props.deleted === 0 ? null : (
            <p class="list-foot">
              <a class="link" href={DELETED_DEVICES}>
                {words.deletedDevices(props.deleted)}
              </a>
            </p>
          )}
        </Whole>
      ),
    };
  };
}

/** The whole of the page, which comes by itself when there are none and the first one does. */
function Whole({ live, children }: { live: boolean; children: ComponentChildren }) {
  return live ? <LiveRegion id="whole">{children}</LiveRegion> : <div id="whole">{children}</div>;
}

/** The form for a new device, of the site whose devices are shown. */
const addUrl = (site: string | undefined) =>
  site === undefined ? "/devices/new" : `/devices/new?site=${site}`;

type WithFilters = DeviceListProps & { filters: DeviceFilters };

function Filters({ filters, choices, query }: WithFilters) {
  const words = useWords();
  const { any, ...devices } = words.devices;
  const fixed = filterChoices(words);
  return (
    <SearchForm action="/devices" label={devices.search} placeholder={devices.searchShort} q={filters.q}>
      <Choice
        name="connectivity"
        label={any.connectivity}
        value={filters.connectivity}
        choices={fixed.connectivity}
      />
      <Choice name="health" label={any.health} value={filters.health} choices={fixed.health} />
      <Choice
        name="type"
        label={any.type}
        value={filters.type}
        choices={choices.types.map((type) => [type, typeLabel(words, type)] as const)}
      />
      <Choice
        name="site"
        label={any.site}
        value={filters.site}
        choices={choices.sites.map((site) => [site.id, site.name] as const)}
      />
      {choices.tags.length === 0 ? null : (
        <Choice name="tag" label={any.tag} value={filters.tag} choices={twice(choices.tags)} />
      )}
      {choices.firmware.length === 0 ? null : (
        <Choice
          name="firmware"
          label={any.firmware}
          value={filters.firmware}
          choices={twice(choices.firmware)}
        />
      )}
      <Choice name="config" label={any.config} value={filters.config} choices={fixed.config} />
      <SortChoice
        fields={{
          name: devices.device,
          connectivity: devices.connection,
          lastSeenAt: devices.lastSeen,
        }}
        {...query}
      />
    </SearchForm>
  );
}

/** Values that are their own labels. */
const twice = (values: readonly string[]) => values.map((value) => [value, value] as const);

function Results({ devices, filters, choices, after, query }: WithFilters) {
  const words = useWords();
  const mayPick = useMayPick();
  const siteName = choices.sites.find((site) => site.id === filters.site)?.name ?? null;
  const { sort } = query;
  const sorting = { sort: sort ?? "name", url: (by: string) => devicesUrl(filters, { sort: by }) };
  const chips = chipsOf(words, filters, siteName, sort);
  const next =
    devices.nextCursor === null ? null : { cursor: devices.nextCursor, after: after + devices.items.length };
  return (
    <>
      {chips.length === 0 ? null : <ResultLine chips={chips} count={words.devices.found(devices.total)} />}
      {devices.items.length === 0 ? (
        <section class="panel">
          <Empty icon="search" title={words.devices.noMatch} text={words.devices.noMatchText}>
            <a class="button" href="/devices">
              {words.devices.showAll}
            </a>
          </Empty>
        </section>
      ) : (
        <div class="panel">
          <DeviceTable
            devices={devices.items}
            withSite
            sorting={sorting}
            {...(mayPick ? { pickFor: "bulk" } : {})}
          />
        </div>
      )}
      {devices.items.length === 0 || !mayPick ? null : <BulkBar filters={filters} total={devices.total} />}
      <Pager
        after={after}
        shown={devices.items.length}
        total={devices.total}
        next={next === null ? null : devicesUrl(filters, { sort, ...next })}
        first={devicesUrl(filters, { sort })}
      />
      {devices.items.length === 0 ? null : (
        <ExportLine
          href={devicesUrl(filters, { sort }).replace("/devices", "/api/v1/devices/export")}
          among={
            filters.provenance === undefined &&
            devices.items.some(({ provenance }) => provenance === "simulated")
          }
        />
      )}
    </>
  );
}

function NoDevices() {
  const { devices } = useWords();
  return (
    <section class="panel">
      <Empty icon="cpu" title={devices.emptyTitle} text={devices.emptyText}>
        <Command text="homepot-edge device add till-1" name={devices.addCommand} />
        <Allowed to="gateway:claim">
          <a class="button" href="/gateways/add">
            {devices.addGateway}
          </a>
        </Allowed>
      </Empty>
    </section>
  );
}
