import type { Endpoint } from "../../../protocol/notifications/endpoint.ts";
import { Confirm } from "../../components/confirm.tsx";
import { Dialog, DialogClose } from "../../components/dialog.tsx";
import { Empty } from "../../components/empty.tsx";
import { FormProblem } from "../../components/field.tsx";
import { LiveRegion } from "../../components/live-region.tsx";
import { Ago, Lasting } from "../../components/moment.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Panel } from "../../components/panel.tsx";
import { Reason } from "../../components/reason.tsx";
import { State } from "../../components/state.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { useWords } from "../../words/use-words.ts";
import { type NotificationSettingsProps, QuietHours, TopicsPanel } from "./notification-settings.tsx";
import { ThisBrowser } from "./this-browser.tsx";

export interface EndpointsProps {
  endpoints: readonly Endpoint[];
  organizationId: string;
  /** What the browser that asks for the page calls itself; null when nobody knows it. */
  userAgent: string | null;
  /** What a test that was not taken said; null when there was none. */
  failed: { reason: string; gone: boolean } | null;
  settings: NotificationSettingsProps;
}

/** One's own browsers and apps: which there are, whether they work, and this one. */
export function endpointsPage(props: EndpointsProps): LocalView {
  const working = props.endpoints.filter(({ disabledAt }) => disabledAt === null).length;
  return (words) => ({
    title: words.endpoints.title(working),
    section: "settings",
    crumbs: [{ label: words.settings.settings, href: "/settings" }, { label: words.endpoints.settings }],
    body: (
      <>
        <PageHead title={words.endpoints.title(working)} text={words.endpoints.text} />
        {props.failed === null ? null : (
          <FormProblem
            title={words.endpoints.testFailed}
            text={
              props.failed.gone
                ? words.endpoints.testGone
                : words.endpoints.testFailedText(props.failed.reason)
            }
          />
        )}
        <div class="stack">
          <ThisBrowser {...props} />
          <LiveRegion id="endpoints">
            <Endpoints endpoints={props.endpoints} />
          </LiveRegion>
          <QuietHours {...props.settings} />
          <TopicsPanel {...props.settings} />
        </div>
      </>
    ),
  });
}

function Endpoints({ endpoints }: Pick<EndpointsProps, "endpoints">) {
  const { endpoints: words, settings } = useWords();
  if (endpoints.length === 0)
    return (
      <section class="panel">
        <Empty icon="bell" title={words.none} text={words.noneText} />
      </section>
    );
  return (
    <Panel title={words.all} flush>
      <table class="table cards">
        <thead>
          <tr>
            <th scope="col">{words.place}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.lastSent}</th>
            <th scope="col">
              <span class="hidden-visually">{settings.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {endpoints.map((endpoint) => (
            <EndpointRow key={endpoint.id} endpoint={endpoint} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function EndpointRow({ endpoint }: { endpoint: Endpoint }) {
  const { endpoints: words, settings } = useWords();
  const { id, platform, hint, lastSentAt, disabledAt, disabledReason } = endpoint;
  const name = endpoint.label || words.unnamed(words.platforms[platform]);
  const path = `/settings/notifications/${id}`;
  return (
    <tr data-endpoint={id} data-works={disabledAt === null ? "" : undefined}>
      <td class="lead beside">
        {name}{" "}
        <span class="badge" data-this-browser="" hidden>
          {settings.sessions.thisOne}
        </span>
        <span class="cell-sub">
          {words.platforms[platform]} · <span class="mono">{hint}</span>
        </span>
      </td>
      <td class="full">
        {disabledAt === null ? (
          <State state={{ shape: "disc", tone: "ok", word: words.works }} />
        ) : (
          <>
            <State state={{ shape: "ring", tone: "offline", word: words.ended }} />
            <span class="cell-sub">
              {words.lasting(<Lasting since={disabledAt} />)}
              {disabledReason === null ? null : (
                <>
                  : <Reason of={disabledReason} by="platform" />
                </>
              )}
            </span>
          </>
        )}
      </td>
      <td class="nowrap" data-label={words.lastSent}>
        {lastSentAt === null ? <span class="faint">{words.never}</span> : <Ago at={lastSentAt} />}
      </td>
      <td class="end full">
        <div class="row-actions">
          {disabledAt === null ? (
            <form method="post" action={`${path}/test`}>
              <button class="button quiet" type="submit">
                {words.test}
              </button>
            </form>
          ) : null}
          <Rename id={id} name={name} action={`${path}/rename`} label={endpoint.label} />
          <Confirm
            id={`remove-${id}`}
            label={words.remove}
            question={words.removeQuestion(name)}
            consequence={words.removeText}
            action={`${path}/remove`}
            verb={words.removeVerb}
          />
        </div>
      </td>
    </tr>
  );
}

function Rename({ id, name, action, label }: { id: string; name: string; action: string; label: string }) {
  const { endpoints: words, frame } = useWords();
  const [popover, field] = [`rename-${id}`, `label-${id}`];
  return (
    <>
      <button class="button quiet above" type="button" popovertarget={popover}>
        {words.rename}
      </button>
      <Dialog id={popover} title={words.renameQuestion(name)}>
        <form method="post" action={action}>
          <div class="field">
            <label for={field}>{words.newName}</label>
            <input
              class="input"
              id={field}
              name="label"
              value={label}
              required
              maxLength={100}
              autocomplete="off"
              autofocus
            />
          </div>
          <div class="actions">
            <button class="button primary" type="submit">
              {words.save}
            </button>
            <DialogClose of={popover} label={frame.cancel} />
          </div>
        </form>
      </Dialog>
    </>
  );
}
