import { Panel } from "../../components/panel.tsx";
import { useWords } from "../../words/use-words.ts";
import { programOf } from "../settings-page.tsx";
import type { EndpointsProps } from "./endpoints-page.tsx";

/** How this browser may stand; the script `browser/push-subscription.ts` shows the one that is true. */
export const STANDINGS = [
  "looking",
  "off",
  "on",
  "denied",
  "insecure",
  "install",
  "unsupported",
  "failed",
] as const;
export type Standing = (typeof STANDINGS)[number];

/** Whether this browser shows notifications, and what can be done about it. Only its own script knows. */
export function ThisBrowser({
  organizationId,
  userAgent,
}: Pick<EndpointsProps, "organizationId" | "userAgent">) {
  const { endpoints: words, settings } = useWords();
  return (
    <Panel title={words.thisBrowser}>
      <noscript>
        <p>{words.noScript}</p>
      </noscript>
      <div
        data-push={organizationId}
        data-label={programOf(settings.sessions, userAgent)}
        data-subscribed={words.subscribed}
        role="status"
      >
        {STANDINGS.map((standing) => (
          <div key={standing} class="push-standing" data-standing={standing}>
            <p>{words[standing]}</p>
            {standing === "failed" ? (
              <p class="muted">
                {words.itSaid} <span data-push-reason="" />
              </p>
            ) : null}
            {standing === "off" || standing === "failed" ? (
              <button class="button primary" type="button" data-push-subscribe="">
                {standing === "off" ? words.subscribe : words.again}
              </button>
            ) : null}
          </div>
        ))}
      </div>
    </Panel>
  );
}
