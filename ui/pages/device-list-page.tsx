import type { Page } from "../../protocol/api/list.ts";
import type { DeviceChoices } from "../../protocol/devices/choices.ts";
import type { Device, DeviceQuery } from "../../protocol/devices/device.ts";
import { BulkBar } from "../components/bulk-bar.tsx";
import { Command } from "../components/command.tsx";
import { DeviceTable } from "../components/device-table.tsx";
import { Empty } from "../components/empty.tsx";
import { Icon } from "../components/icon.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Pager } from "../components/pager.tsx";
import { Choice, SearchForm } from "../components/search-form.tsx";
import { Allowed, useMay } from "../layout/allowed.tsx";
import type { View } from "../layout/frame.ts";
import {
  type Chip,
  chipsOf,
  type DeviceFilters,
  devicesUrl,
  FILTER_CHOICES,
  filtersOf,
} from "../urls/urls.ts";
import { wordsOf } from "../words/catalogues.ts";
import { counted, typeLabel } from "../words/words.ts";

const ENGLISH = wordsOf("en");

export interface DeviceListProps {
  devices: Page<Device>;
  query: DeviceQuery;
  after: number;
  choices: DeviceChoices;
}

export function deviceListPage(props: DeviceListProps): View {
  const { devices, query } = props;
  const filters = filtersOf(query);
  const filtered = Object.keys(filters).length > 0;
  const empty = devices.total === 0 && !filtered;
  const title = empty ? "No devices yet" : filtered ? "Devices" : counted(devices.total, "device");
  return {
    title,
    section: "devices",
    crumbs: [{ label: "Devices" }],
    body: (
      <>
        <PageHead title={title} />
        {empty ? <NoDevices /> : <Filters {...props} filters={filters} />}
        {empty ? null : (
          <LiveRegion id="results">
            <Results {...props} filters={filters} />
          </LiveRegion>
        )}
      </>
    ),
  };
}

type WithFilters = DeviceListProps & { filters: DeviceFilters };

function Filters({ filters, choices }: WithFilters) {
  return (
    <SearchForm
      action="/devices"
      label="Search devices by name, key, type or serial number"
      placeholder="Name, key, type or serial number"
      q={filters.q}
    >
      <Choice
        name="connectivity"
        label="Any connection"
        value={filters.connectivity}
        choices={FILTER_CHOICES.connectivity}
      />
      <Choice name="health" label="Any health" value={filters.health} choices={FILTER_CHOICES.health} />
      <Choice
        name="type"
        label="Any type"
        value={filters.type}
        choices={choices.types.map((type) => [type, typeLabel(ENGLISH, type)] as const)}
      />
      <Choice
        name="site"
        label="Any site"
        value={filters.site}
        choices={choices.sites.map((site) => [site.id, site.name] as const)}
      />
      {choices.tags.length === 0 ? null : (
        <Choice name="tag" label="Any tag" value={filters.tag} choices={twice(choices.tags)} />
      )}
      {choices.firmware.length === 0 ? null : (
        <Choice
          name="firmware"
          label="Any firmware"
          value={filters.firmware}
          choices={twice(choices.firmware)}
        />
      )}
    </SearchForm>
  );
}

/** Values that are their own labels. */
const twice = (values: readonly string[]) => values.map((value) => [value, value] as const);

function Results({ devices, filters, choices, after }: WithFilters) {
  const mayChange = useMay()("device:write");
  const siteName = choices.sites.find((site) => site.id === filters.site)?.name ?? null;
  const chips = chipsOf(filters, siteName);
  const next =
    devices.nextCursor === null ? null : { cursor: devices.nextCursor, after: after + devices.items.length };
  return (
    <>
      {chips.length === 0 ? null : (
        <div class="result-line">
          <Chips chips={chips} />
          <span role="status">{counted(devices.total, "device")} found</span>
        </div>
      )}
      {devices.items.length === 0 ? (
        <section class="panel">
          <Empty
            icon="search"
            title="No device matches"
            text="Take a filter away, or look for something else."
          >
            <a class="button" href="/devices">
              Show all devices
            </a>
          </Empty>
        </section>
      ) : (
        <div class="panel">
          <DeviceTable devices={devices.items} withSite {...(mayChange ? { pickFor: "bulk" } : {})} />
        </div>
      )}
      {devices.items.length === 0 || !mayChange ? null : <BulkBar filters={filters} total={devices.total} />}
      <Pager
        after={after}
        shown={devices.items.length}
        total={devices.total}
        next={next === null ? null : devicesUrl(filters, next)}
        first={devicesUrl(filters)}
      />
    </>
  );
}

function Chips({ chips }: { chips: readonly Chip[] }) {
  return (
    <ul class="chips" aria-label="Filters in force">
      {chips.map((chip) => (
        <li key={chip.key}>
          <a class="chip" href={chip.without} aria-label={`Remove the filter ${chip.label}`}>
            {chip.label}
            <Icon name="x" />
          </a>
        </li>
      ))}
    </ul>
  );
}

function NoDevices() {
  return (
    <section class="panel">
      <Empty
        icon="cpu"
        title="Devices come with their gateway"
        text="Add a gateway to a site first. A device appears here as soon as its gateway knows it; on the gateway:"
      >
        <Command text="homepot-edge device add till-1" name="the command that adds a device" />
        <Allowed to="gateway:claim">
          <a class="button" href="/gateways/add">
            Add gateway
          </a>
        </Allowed>
      </Empty>
    </section>
  );
}
