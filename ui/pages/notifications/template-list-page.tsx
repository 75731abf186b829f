import type { Page } from "../../../protocol/api/list.ts";
import type { Template, TemplateQuery } from "../../../protocol/notifications/template.ts";
import { Empty } from "../../components/empty.tsx";
import { Icon } from "../../components/icon.tsx";
import { LiveRegion } from "../../components/live-region.tsx";
import { Ago } from "../../components/moment.tsx";
import { Pager } from "../../components/pager.tsx";
import { SearchForm } from "../../components/search-form.tsx";
import { SortHead } from "../../components/sorting.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { listUrl } from "../../urls/urls.ts";
import { languageName } from "../../words/language-name.ts";
import { useWords } from "../../words/use-words.ts";
import { NotificationsHead } from "./notifications-head.tsx";

export interface TemplateListProps {
  templates: Page<Template>;
  query: TemplateQuery;
  after: number;
}

const HOME = "/notifications/templates";

/** Messages that are written once and sent often. */
export function templateListPage(props: TemplateListProps): LocalView {
  const { templates, query } = props;
  const empty = templates.total === 0 && (query.q ?? "") === "";
  return ({ notifications, composer }) => {
    const words = composer.templates;
    const title = empty ? words.none : words.title(templates.total);
    return {
      title,
      section: "notifications",
      crumbs: [
        { label: notifications.title, href: "/notifications" },
        { label: notifications.tabs.templates },
      ],
      body: (
        <>
          <NotificationsHead title={title} tab="templates" actions={<CreateTemplate />} />
          {empty ? null : <SearchForm action={HOME} label={words.search} q={query.q} />}
          <LiveRegion id="results">{empty ? <Nothing /> : <Results {...props} />}</LiveRegion>
        </>
      ),
    };
  };
}

function CreateTemplate() {
  const { templates } = useWords().composer;
  return (
    <Allowed to="notification:send">
      <a class="button primary" href={`${HOME}/new`} data-key="c">
        <Icon name="plus" />
        {templates.create}
      </a>
    </Allowed>
  );
}

function Nothing() {
  const { templates } = useWords().composer;
  return (
    <section class="panel">
      <Empty icon="bell" title={templates.none} text={templates.emptyText}>
        <CreateTemplate />
      </Empty>
    </section>
  );
}

function Results({ templates: { items, total, nextCursor }, query, after }: TemplateListProps) {
  const { composer } = useWords();
  const words = composer.templates;
  const { q, sort } = query;
  const sorting = { sort: sort ?? "name", url: (by: string) => listUrl(HOME, { q, sort: by }) };
  const next = { q, sort, cursor: nextCursor ?? "", after: after + items.length };
  if (items.length === 0)
    return (
      <section class="panel">
        <Empty icon="search" title={words.noMatch} text="" />
      </section>
    );
  return (
    <>
      <div class="panel table-wrap">
        <table class="table cards">
          <thead>
            <tr>
              <SortHead field="name" label={words.name} sorting={sorting} />
              <th scope="col">{words.languages}</th>
              <th scope="col">{words.variables}</th>
              <SortHead field="updatedAt" label={words.changed} sorting={sorting} class="end" />
            </tr>
          </thead>
          <tbody>
            {items.map((template) => (
              <tr key={template.id}>
                <td class="lead beside">
                  <a class="row-link" href={`${HOME}/${template.id}`}>
                    {template.name}
                  </a>
                  {template.description === "" ? null : <span class="cell-sub">{template.description}</span>}
                </td>
                <td data-label={words.languages}>
                  {Object.keys(template.messages).map(languageName).join(", ")}
                </td>
                <td class="mono">{template.variables.map(({ name }) => name).join(", ")}</td>
                <td class="end nowrap">
                  <Ago at={template.updatedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pager
        after={after}
        shown={items.length}
        total={total}
        next={nextCursor === null ? null : listUrl(HOME, next)}
        first={listUrl(HOME, { q, sort })}
      />
    </>
  );
}
