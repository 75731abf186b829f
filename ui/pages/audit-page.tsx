import type { Page } from "../../protocol/api/list.ts";
import type { AuditEntry, AuditQuery } from "../../protocol/audit/audit.ts";
import { Empty } from "../components/empty.tsx";
import { Ago, BothTimes } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Pager } from "../components/pager.tsx";
import { SearchForm } from "../components/search-form.tsx";
import type { LocalView } from "../layout/frame.ts";
import { useWords } from "../words/use-words.ts";

export interface AuditProps {
  entries: Page<AuditEntry>;
  query: AuditQuery;
  after: number;
}

export function auditPage({ entries, query, after }: AuditProps): LocalView {
  const next = entries.nextCursor;
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
        <SearchForm action="/settings/audit" label={settings.audit.search} q={query.q} />
        <div id="results">
          <p class="result-line">{settings.audit.entries(entries.total)}</p>
          {entries.items.length === 0 ? (
            <section class="panel">
              <Empty icon="scroll-text" title={settings.audit.nothing} text={settings.audit.nothingText} />
            </section>
          ) : (
            <Entries entries={entries.items} />
          )}
          <Pager
            after={after}
            shown={entries.items.length}
            total={entries.total}
            next={next === null ? null : auditUrl(query.q, next, after + entries.items.length)}
            first={auditUrl(query.q)}
          />
        </div>
      </>
    ),
  });
}

function auditUrl(q: string | undefined, cursor?: string, after?: number): string {
  const search = new URLSearchParams();
  if (q !== undefined && q !== "") search.set("q", q);
  if (cursor !== undefined) search.set("cursor", cursor);
  if (after !== undefined) search.set("after", String(after));
  const text = search.toString();
  return text === "" ? "/settings/audit" : `/settings/audit?${text}`;
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  const { audit } = useWords().settings;
  return (
    <div class="panel table-wrap">
      <table class="table cards">
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
            <tr key={entry.seq}>
              <td class="nowrap">
                <Ago at={entry.at} />
                <span class="cell-sub">
                  <BothTimes at={entry.at} timeZone={entry.timeZone} />
                </span>
                <span class="cell-sub number">#{entry.seq}</span>
              </td>
              <td class="lead beside">
                {entry.actor?.name ?? audit.aCommand}
                {entry.from === null ? null : <span class="cell-sub mono">{entry.from}</span>}
              </td>
              <td class="mono" data-label={audit.did}>
                {entry.action}
              </td>
              <td data-label={audit.to}>{entry.target.name}</td>
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

/** Only what differs, as it was and as it is. */
function Changes({ entry: { before, after } }: { entry: AuditEntry }) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changed = names.filter((name) => text(before?.[name]) !== text(after?.[name]));
  if (changed.length === 0) return null;
  return (
    <ul class="changes">
      {changed.map((name) => (
        <li key={name}>
          <span class="muted">{name}</span>{" "}
          {before?.[name] === undefined || text(before[name]) === "" ? null : <del>{text(before[name])}</del>}{" "}
          {after?.[name] === undefined || text(after[name]) === "" ? null : <ins>{text(after[name])}</ins>}
        </li>
      ))}
    </ul>
  );
}

function text(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
