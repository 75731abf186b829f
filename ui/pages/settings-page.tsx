import type { Me } from "../../protocol/accounts/account.ts";
import type { OwnOrganization, OwnSession } from "../../protocol/accounts/member.ts";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { LanguageChoice } from "../layout/language-choice.tsx";
import { ShortcutsChoice } from "../layout/shortcuts.tsx";
import type { SettingsWords } from "../words/english/settings.ts";
import { roleTitle } from "../words/roles.ts";
import { useWords } from "../words/use-words.ts";
import { OrganizationSettings } from "./organization-settings.tsx";

export interface SettingsProps {
  me: Me;
  sessions: readonly OwnSession[];
  organizations: readonly OwnOrganization[];
}

/** One's own account: where one is logged in, and for whom one works. */
export function settingsPage(props: SettingsProps): LocalView {
  const { me, organizations } = props;
  return (words) => ({
    title: words.settings.settings,
    section: "settings",
    crumbs: [{ label: words.settings.settings }],
    body: (
      <>
        <PageHead
          title={me.user.name}
          text={words.settings.whoIs(
            me.user.email,
            words.frame.roleIn(roleTitle(words, me), me.organization.name),
          )}
          actions={
            <>
              <a class="button quiet" href="/settings/name">
                {words.settings.names.change}
              </a>
              <Allowed to="notification:read">
                <a class="button" href="/settings/notifications">
                  {words.endpoints.settings}
                </a>
              </Allowed>
            </>
          }
        />
        <OrganizationSettings name={me.organization.name} />
        <Sessions sessions={props.sessions} />
        <Panel title={words.frame.language}>
          <LanguageChoice next="/settings" />
        </Panel>
        <Panel
          title={words.shortcuts.title}
          actions={
            <a class="button quiet" href="/settings/shortcuts">
              {words.shortcuts.sheet}
            </a>
          }
        >
          <ShortcutsChoice next="/settings" />
        </Panel>
        {organizations.length > 1 ? <Organizations organizations={organizations} /> : null}
      </>
    ),
  });
}

function Sessions({ sessions }: { sessions: readonly OwnSession[] }) {
  const { settings, entrance } = useWords();
  const words = settings.sessions;
  return (
    <Panel
      title={words.title}
      flush
      actions={
        <>
          {sessions.length > 1 ? (
            <form method="post" action="/settings/sessions/end-others">
              <button class="button quiet" type="submit">
                {words.endOthers}
              </button>
            </form>
          ) : null}
          <a class="button quiet" href="/settings/password">
            {entrance.changePassword}
          </a>
        </>
      }
    >
      <table class="table cards">
        <thead>
          <tr>
            <th scope="col">{words.program}</th>
            <th scope="col">{words.address}</th>
            <th scope="col">{words.lastUsed}</th>
            <th scope="col">{words.since}</th>
            <th scope="col">
              <span class="hidden-visually">{settings.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.id}>
              <td class="lead beside">
                {programOf(words, session.userAgent)}{" "}
                {session.current ? <span class="badge">{words.thisOne}</span> : null}
              </td>
              <td class="mono" data-label={words.address}>
                {session.address === null || session.address === "" ? (
                  <span class="faint">{words.notKnown}</span>
                ) : (
                  session.address
                )}
              </td>
              <td class="nowrap" data-label={words.lastUsed}>
                <Ago at={session.lastUsedAt} />
              </td>
              <td class="nowrap" data-label={words.since}>
                <Ago at={session.createdAt} />
              </td>
              <td class="end full">
                {session.current ? null : (
                  <form method="post" action={`/settings/sessions/${session.id}/end`}>
                    <button class="button quiet" type="submit">
                      {words.logOut}
                    </button>
                  </form>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Organizations({ organizations }: { organizations: readonly OwnOrganization[] }) {
  const words = useWords();
  return (
    <Panel title={words.settings.organizations.title} flush>
      <table class="table cards">
        <tbody>
          {organizations.map(({ id, name, active, ...carried }) => (
            <tr key={id}>
              <td class="lead beside">{name}</td>
              <td>{roleTitle(words, carried)}</td>
              <td class="end">
                {active ? (
                  <span class="faint">{words.settings.organizations.here}</span>
                ) : (
                  <form method="post" action="/settings/organization">
                    <input type="hidden" name="id" value={id} />
                    <button class="button" type="submit">
                      {words.settings.organizations.switch}
                    </button>
                  </form>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

const BROWSERS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
  [/curl\//, "curl"],
];
const SYSTEMS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** A user agent in words a person knows; as it is when it is none of those. */
export function programOf(words: SettingsWords["sessions"], userAgent: string | null): string {
  if (userAgent === null || userAgent === "") return words.unknown;
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (browser === undefined) return userAgent.slice(0, 60);
  return system === undefined ? browser : words.on(browser, system);
}
