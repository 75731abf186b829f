import { Icon } from "../components/icon.tsx";
import type { View } from "../layout/frame.ts";

/**
 * In place of every page while the cloud cannot be reached. It is kept in the browser from an earlier visit, so it holds
 * nothing of anybody; the script fills in since when, and goes back to the page that was wanted.
 */
export function offlinePage({ cloud }: { cloud: string }): View {
  return {
    title: "The cloud cannot be reached",
    section: null,
    crumbs: [],
    body: (
      <>
        <h1>The cloud cannot be reached</h1>
        <p>
          There is no way to <b>{cloud}</b> from here at the moment. Sites are not touched by that: their
          gateways go on working, and send what they kept once the line is back.
        </p>
        <div class="panel offline" data-offline="">
          <p class="offline-fact" data-offline-since="" hidden>
            <Icon name="clock" />
            <span>
              Last reached <time />
            </span>
          </p>
          <p class="offline-fact">
            <Icon name="unplug" />
            <span role="status" data-offline-now="">
              The page you wanted comes by itself when the cloud is back.
            </span>
          </p>
          <button class="button primary wide" type="button" data-offline-try="">
            Try now
          </button>
        </div>
      </>
    ),
  };
}
