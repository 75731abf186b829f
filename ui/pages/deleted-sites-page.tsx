import type { Page } from "../../protocol/api/list.ts";
import type { Site } from "../../protocol/sites/site.ts";
import { Empty } from "../components/empty.tsx";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Pager } from "../components/pager.tsx";
import type { View } from "../layout/frame.ts";
import { sitesUrl } from "../urls/urls.ts";
import { counted } from "../words/words.ts";

/** Sites that were deleted and can come back. */
export function deletedSitesPage({ sites, after }: { sites: Page<Site>; after: number }): View {
  const title = sites.total === 0 ? "No deleted sites" : counted(sites.total, "deleted site");
  const next =
    sites.nextCursor === null ? null : { cursor: sites.nextCursor, after: after + sites.items.length };
  return {
    title,
    section: "sites",
    crumbs: [{ label: "Sites", href: "/sites" }, { label: "Deleted" }],
    body: (
      <>
        <PageHead
          title={title}
          text={
            sites.total === 0
              ? undefined
              : "A site comes back with its gateway, its devices and what they measured."
          }
        />
        {sites.total === 0 ? (
          <section class="panel">
            <Empty
              icon="store"
              title="Nothing to restore"
              text="A site that is deleted waits here for a while."
            >
              <a class="button" href="/sites">
                Show all sites
              </a>
            </Empty>
          </section>
        ) : (
          <div class="panel table-wrap">
            <table class="table cards">
              <thead>
                <tr>
                  <th scope="col">Site</th>
                  <th scope="col">Deleted</th>
                  <th scope="col" class="end">
                    <span class="hidden-visually">Restore</span>
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
}

function DeletedSite({ site }: { site: Site }) {
  return (
    <tr>
      <td class="lead">
        {site.name}
        {site.address === "" ? null : <span class="cell-sub">{site.address}</span>}
      </td>
      <td>{site.deletedAt === null ? null : <Ago at={site.deletedAt} />}</td>
      <td class="end full">
        <form method="post" action={`/sites/${site.id}/restore`}>
          <button class="button" type="submit" aria-label={`Restore ${site.name}`}>
            Restore
          </button>
        </form>
      </td>
    </tr>
  );
}
