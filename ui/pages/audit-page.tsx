import { useContext } from "preact/hooks";
import type { Page } from "../../protocol/api/list.ts";
import type { AuditEntry, AuditQuery } from "../../protocol/audit/audit.ts";
import { ResultLine } from "../components/chips.tsx";
import { Empty } from "../components/empty.tsx";
import { Ago, BothTimes, ReaderZone } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Pager } from "../components/pager.tsx";
import { SearchForm } from "../components/search-form.tsx";
import { Marked } from "../components/state.tsx";
import type { LocalView } from "../layout/frame.ts";
import { listUrl } from "../urls/urls.ts";
import { auditChanges } from "../words/audit-values.ts";
import { deedOf } from "../words/deeds.ts";
import { useWords } from "../words/use-words.ts";

export interface AuditProps {
  entries: Page<AuditEntry>;
  query: AuditQuery;
  after: number;
}

const FILTERS = ["q", "action", "actor", "target"] as const;
type Filters = Pick<AuditQuery, (typeof FILTERS)[number]>;

export function auditPage(props: AuditProps): LocalView {
  return ({ settings }) => ({
    title: settings.auditLog,
    section: "settings",
    crumbs: [{ label: settings.settings, href: "/settings" }, { label: settings.auditLog }],
    body: (
      <>
        <PageHead
          title={settings.audit.title}
          text={settings.audit.text(<code>homepot-cloud audit verify</code>)}
        />
        <SearchForm action="/settings/audit" label={settings.audit.search} q={props.query.q} />
        <div id="results">
          <Results {...props} />
        </div>
      </>
    ),
  });
}

function Results({ entries, query, after }: AuditProps) {
  const words = useWords();
  const { lists, devices, settings } = words;
  const { audit } = settings;
  const { items, total, nextCursor } = entries;
  const filters: Filters = Object.fromEntries(FILTERS.map((key) => [key, query[key]]));
  // Ids are nobody's words: every entry that is left has the name.
  const labels = {
    q: (value: string) => devices.chip("q", value),
    action: (value: string) => lists.filter(audit.did, deedOf(words, value)),
    actor: (value: string) => lists.filter(audit.who, items[0]?.actor?.name ?? value),
    target: (value: string) => lists.filter(audit.to, items[0]?.target.name ?? value),
  };
  const chips = FILTERS.flatMap((key) => {
    const { [key]: value = "", ...others } = filters;
    return value === "" ? [] : [{ key, label: labels[key](value), without: auditUrl(others) }];
  });
  return (
    <>
      <ResultLine chips={chips} count={audit.entries(total)} />
      {items.length === 0 ? (
        <section class="panel">
          <Empty icon="scroll-text" title={audit.nothing} text={audit.nothingText} />
        </section>
      ) : (
        <Entries entries={items} filters={filters} />
      )}
      <Pager
        after={after}
        shown={items.length}
        total={total}
        next={
          nextCursor === null
            ? null
            : auditUrl(filters, { cursor: nextCursor, after: String(after + items.length) })
        }
        first={auditUrl(filters)}
      />
    </>
  );
}

function auditUrl(filters: Filters, more: Record<string, string> = {}): string {
  return listUrl("/settings/audit", { ...filters, ...more });
}

function Entries({ entries, filters }: { entries: readonly AuditEntry[]; filters: Filters }) {
  const words = useWords();
  const { audit } = words.settings;
  const only = (more: Filters) => auditUrl({ ...filters, ...more });
  return (
    <div class="panel table-wrap">
      <table class="table cards deeds">
        <thead>
          <tr>
            <th scope="col">{audit.when}</th>
            <th scope="col">{audit.who}</th>
            <th scope="col">{audit.did}</th>
            <th scope="col">{audit.to}</th>
            <th scope="col">{audit.changed}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.seq} tabIndex={-1}>
              <td class="nowrap end-phone deed-when">
                <Ago at={entry.at} />
                <span class="cell-sub">
                  <BothTimes at={entry.at} timeZone={entry.timeZone} />
                </span>
                <span class="cell-sub number">#{entry.seq}</span>
              </td>
              <td class="lead beside">
                {entry.actor === null ? (
                  audit.aCommand
                ) : (
                  <Only href={only({ actor: entry.actor.id })} label={audit.who} value={entry.actor.name} />
                )}
                {entry.from === null ? null : <span class="cell-sub mono">{entry.from}</span>}
              </td>
              <td class="deed-did">
                <Only
                  href={only({ action: entry.action })}
                  label={audit.did}
                  value={deedOf(words, entry.action)}
                />
              </td>
              <td class="deed-to">
                <Only href={only({ target: entry.target.id })} label={audit.to} value={entry.target.name} />
                <Marked of={entry.target} />
              </td>
              <td class="full">
                <Changes entry={entry} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A value that leads to all entries with it. */
function Only({ href, label, value }: { href: string; label: string; value: string }) {
  const { lists } = useWords();
  if (value === "") return null;
  return (
    <a class="filter-link" href={href} title={lists.filterBy(label, value)}>
      {value}
    </a>
  );
}

/** Only what differs, as it was and as it is. */
function Changes({ entry }: { entry: AuditEntry }) {
  const changes = auditChanges(useWords(), entry, useContext(ReaderZone) ?? "UTC");
  if (changes.length === 0) return null;
  return (
    <ul class="changes">
      {changes.map(({ name, before, after }) => (
        <li key={name}>
          <span class="muted">{name}</span> {before === "" ? null : <del>{before}</del>}{" "}
          {after === "" ? null : <ins>{after}</ins>}
        </li>
      ))}
    </ul>
  );
}
