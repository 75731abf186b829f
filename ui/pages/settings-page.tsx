import type { Me } from "../../protocol/accounts/account.ts";
import type { OwnOrganization, OwnSession } from "../../protocol/accounts/member.ts";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import type { View } from "../layout/frame.ts";
import { roleTitle } from "../words/roles.ts";
import { useWords } from "../words/use-words.ts";

export interface SettingsProps {
  me: Me;
  sessions: readonly OwnSession[];
  organizations: readonly OwnOrganization[];
  maySeeMembers: boolean;
  maySeeAudit: boolean;
}

/** One's own account: where one is logged in, and for whom one works. */
export function settingsPage(props: SettingsProps): View {
  const { me, organizations } = props;
  return {
    title: "Settings",
    section: "settings",
    crumbs: [{ label: "Settings" }],
    body: (
      <>
        <PageHead
          title={me.user.name}
          text={`${me.user.email}, ${me.roleName} of ${me.organization.name}`}
          actions={
            <>
              {props.maySeeMembers ? (
                <>
                  <a class="button" href="/settings/members">
                    Members
                  </a>
                  <a class="button" href="/settings/roles">
                    Roles
                  </a>
                </>
              ) : null}
              <a class="button" href="/settings/telemetry">
                Telemetry retention
              </a>
              {props.maySeeAudit ? (
                <a class="button" href="/settings/audit">
                  Audit log
                </a>
              ) : null}
            </>
          }
        />
        <Sessions sessions={props.sessions} />
        {organizations.length > 1 ? <Organizations organizations={organizations} /> : null}
      </>
    ),
  };
}

function Sessions({ sessions }: { sessions: readonly OwnSession[] }) {
  return (
    <Panel
      title="Where you are logged in"
      flush
      actions={
        <>
          {sessions.length > 1 ? (
            <form method="post" action="/settings/sessions/end-others">
              <button class="button quiet" type="submit">
                Log out everywhere else
              </button>
            </form>
          ) : null}
          <a class="button quiet" href="/settings/password">
            {useWords().entrance.changePassword}
          </a>
        </>
      }
    >
      <table class="table cards">
        <thead>
          <tr>
            <th scope="col">Browser or program</th>
            <th scope="col">Address</th>
            <th scope="col">Last used</th>
            <th scope="col">Since</th>
            <th scope="col">
              <span class="hidden-visually">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.id}>
              <td class="lead beside">
                {programOf(session.userAgent)} {session.current ? <span class="badge">This one</span> : null}
              </td>
              <td class="mono" data-label="Address">
                {session.address === null || session.address === "" ? (
                  <span class="faint">Not known</span>
                ) : (
                  session.address
                )}
              </td>
              <td class="nowrap" data-label="Last used">
                <Ago at={session.lastUsedAt} />
              </td>
              <td class="nowrap" data-label="Since">
                <Ago at={session.createdAt} />
              </td>
              <td class="end">
                {session.current ? null : (
                  <form method="post" action={`/settings/sessions/${session.id}/end`}>
                    <button class="button quiet" type="submit">
                      Log out
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
    <Panel title="Organisations you work in" flush>
      <table class="table cards">
        <tbody>
          {organizations.map(({ id, name, active, ...carried }) => (
            <tr key={id}>
              <td class="lead beside">{name}</td>
              <td>{roleTitle(words, carried)}</td>
              <td class="end">
                {active ? (
                  <span class="faint">You are here</span>
                ) : (
                  <form method="post" action="/settings/organization">
                    <input type="hidden" name="id" value={id} />
                    <button class="button" type="submit">
                      Switch to it
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
export function programOf(userAgent: string | null): string {
  if (userAgent === null || userAgent === "") return "Unknown program";
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (browser === undefined) return userAgent.slice(0, 60);
  return system === undefined ? browser : `${browser} on ${system}`;
}
