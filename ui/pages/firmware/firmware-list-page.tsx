import type { Page } from "../../../protocol/api/list.ts";
import type { Firmware, FirmwareQuery } from "../../../protocol/firmware/firmware.ts";
import { ResultLine } from "../../components/chips.tsx";
import { Empty } from "../../components/empty.tsx";
import { Icon } from "../../components/icon.tsx";
import { LiveRegion } from "../../components/live-region.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Pager } from "../../components/pager.tsx";
import { Choice, SearchForm } from "../../components/search-form.tsx";
import { SortChoice } from "../../components/sorting.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { listUrl } from "../../urls/urls.ts";
import { useWords } from "../../words/use-words.ts";
import { typeLabel } from "../../words/words.ts";
import { FirmwareTable } from "./firmware-table.tsx";

export interface FirmwareListProps {
  firmware: Page<Firmware>;
  query: FirmwareQuery;
  after: number;
  /** Types of devices to filter by; none for who may not see devices. */
  types: readonly string[];
}

/** What was uploaded: whom it is for, who has it and what needs it. */
export function firmwareListPage(props: FirmwareListProps): LocalView {
  const { firmware, query } = props;
  const filtered = (query.q ?? "") !== "" || query.deviceType !== undefined;
  const empty = firmware.total === 0 && !filtered;
  return ({ firmware: words, jobs }) => {
    const title = empty ? words.noneYet : filtered ? words.title : words.counted(firmware.total);
    return {
      title,
      section: "jobs",
      crumbs: [{ label: jobs.title, href: "/jobs" }, { label: words.title }],
      body: (
        <>
          <PageHead title={title} actions={<Upload />} />
          {empty ? null : <Filters {...props} />}
          <LiveRegion id="results">{empty ? <NoFirmware /> : <Results {...props} />}</LiveRegion>
        </>
      ),
    };
  };
}

function Filters({ query, types }: FirmwareListProps) {
  const words = useWords();
  const { firmware } = words;
  return (
    <SearchForm action="/firmware" label={firmware.search} placeholder={firmware.searchShort} q={query.q}>
      {types.length === 0 ? null : (
        <Choice
          name="deviceType"
          label={firmware.anyType}
          value={query.deviceType}
          choices={types.map((type) => [type, typeLabel(words, type)] as const)}
        />
      )}
      <SortChoice
        fields={{ name: firmware.firmware, sizeBytes: firmware.size, createdAt: firmware.uploaded }}
        sort={query.sort}
      />
    </SearchForm>
  );
}

type Listed = Pick<FirmwareQuery, "q" | "deviceType"> & { sort?: string | undefined };

/** The list, filtered, sorted and from a page on. */
function firmwareUrl({ q, deviceType, sort }: Listed, more: Record<string, string> = {}): string {
  return listUrl("/firmware", { q, deviceType, sort, ...more });
}

function Results({ firmware, query, after }: FirmwareListProps) {
  const words = useWords();
  const { q, deviceType, sort } = query;
  const { items, total, nextCursor } = firmware;
  const chips = [
    ...(q
      ? [{ key: "q", label: words.devices.chip("q", q), without: firmwareUrl({ deviceType, sort }) }]
      : []),
    ...(deviceType === undefined
      ? []
      : [
          {
            key: "deviceType",
            label: words.firmware.forType(typeLabel(words, deviceType)),
            without: firmwareUrl({ q, sort }),
          },
        ]),
  ];
  const more = { cursor: nextCursor ?? "", after: String(after + items.length) };
  return (
    <>
      {chips.length === 0 ? null : <ResultLine chips={chips} count={words.firmware.found(total)} />}
      {items.length === 0 ? (
        <section class="panel">
          <Empty icon="search" title={words.firmware.noMatch} text={words.firmware.noMatchText}>
            <a class="button" href="/firmware">
              {words.firmware.showAll}
            </a>
          </Empty>
        </section>
      ) : (
        <FirmwareTable
          firmware={items}
          sorting={{ sort: sort ?? "-createdAt", url: (by) => firmwareUrl({ q, deviceType, sort: by }) }}
        />
      )}
      <Pager
        after={after}
        shown={items.length}
        total={total}
        next={nextCursor === null ? null : firmwareUrl(query, more)}
        first={firmwareUrl(query)}
      />
    </>
  );
}

function NoFirmware() {
  const { firmware } = useWords();
  return (
    <section class="panel">
      <Empty icon="box" title={firmware.emptyTitle} text={firmware.emptyText}>
        <Upload />
      </Empty>
    </section>
  );
}

function Upload() {
  const { firmware } = useWords();
  return (
    <Allowed to="firmware:write">
      <a class="button primary" href="/firmware/new" data-key="c">
        <Icon name="plus" />
        {firmware.upload}
      </a>
    </Allowed>
  );
}
