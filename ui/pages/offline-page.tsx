import { Icon } from "../components/icon.tsx";
import type { LocalView } from "../layout/frame.ts";

/**
 * In place of every page while the cloud cannot be reached. It is kept in the browser from an earlier visit, so it holds
 * nothing of anybody; the script fills in since when, and goes back to the page that was wanted.
 */
export function offlinePage({ cloud }: { cloud: string }): LocalView {
  return ({ errorPages: words }) => ({
    title: words.offline,
    section: null,
    crumbs: [],
    body: (
      <>
        <h1>{words.offline}</h1>
        <p>{words.offlineText(<b>{cloud}</b>)}</p>
        <div class="panel offline-facts" data-offline="">
          <p class="offline-fact" data-offline-since="" hidden>
            <Icon name="clock" />
            <span>{words.lastReached(<time />)}</span>
          </p>
          <p class="offline-fact">
            <Icon name="unplug" />
            <span role="status" data-offline-now="">
              {words.comesBack}
            </span>
          </p>
          <button class="button primary wide" type="button" data-offline-try="">
            {words.tryNow}
          </button>
        </div>
      </>
    ),
  });
}
