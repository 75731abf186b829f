import type { Page } from "../../protocol/api/list.ts";
import type { Site } from "../../protocol/sites/site.ts";
import { Empty } from "../components/empty.tsx";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Pager } from "../components/pager.tsx";
import type { LocalView } from "../layout/frame.ts";
import { sitesUrl } from "../urls/urls.ts";
import { useWords } from "../words/use-words.ts";

/** Sites that were deleted and can come back. */
export function deletedSitesPage({ sites, after }: { sites: Page<Site>; after: number }): LocalView {
  const next =
    sites.nextCursor === null ? null : { cursor: sites.nextCursor, after: after + sites.items.length };
  return ({ sites: words }) => {
    const title = sites.total === 0 ? words.noDeleted : words.deletedSites(sites.total);
    return {
      title,
      section: "sites",
      crumbs: [{ label: words.title, href: "/sites" }, { label: words.deleted }],
      body: (
        <>
          <PageHead title={title} text={sites.total === 0 ? undefined : words.deletedText} />
          {sites.total === 0 ? (
            <section class="panel">
              <Empty icon="store" title={words.nothingToRestore} text={words.nothingToRestoreText}>
                <a class="button" href="/sites">
                  {words.showAll}
                </a>
              </Empty>
            </section>
          ) : (
            <div class="panel table-wrap" id="results">
              <table class="table cards">
                <thead>
                  <tr>
                    <th scope="col">{words.site}</th>
                    <th scope="col">{words.deleted}</th>
                    <th scope="col" class="end">
                      <span class="hidden-visually">{words.restore}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {sites.items.map((site) => (
                    <DeletedSite key={site.id} site={site} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <Pager
            after={after}
            shown={sites.items.length}
            total={sites.total}
            next={next === null ? null : sitesUrl({ deleted: "true" }, next)}
            first={sitesUrl({ deleted: "true" })}
          />
        </>
      ),
    };
  };
}

function DeletedSite({ site }: { site: Site }) {
  const { sites: words } = useWords();
  return (
    <tr>
      <td class="lead">
        {site.name}
        {site.address === "" ? null : <span class="cell-sub">{site.address}</span>}
      </td>
      <td>{site.deletedAt === null ? null : <Ago at={site.deletedAt} />}</td>
      <td class="end full">
        <form method="post" action={`/sites/${site.id}/restore`}>
          <button class="button" type="submit" aria-label={words.restoreOf(site.name)}>
            {words.restore}
          </button>
        </form>
      </td>
    </tr>
  );
}
