import type { Invitation, InvitationMade, Member } from "../../protocol/accounts/member.ts";
import { isBuiltIn, type Role } from "../../protocol/accounts/role.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { Command } from "../components/command.tsx";
import { describedBy, errorOf, Field, FormProblem, TextField } from "../components/field.tsx";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { TableHead } from "../components/table-head.tsx";
import type { LocalView } from "../layout/frame.ts";
import { roleTitle, titleOfRole } from "../words/roles.ts";
import { useWords } from "../words/use-words.ts";
import { MemberFilters, type MemberQuery, MemberResults, RoleSelect } from "./member-table.tsx";

export interface MembersProps {
  organization: string;
  members: readonly Member[];
  invitations: readonly Invitation[];
  /** Of them, those are shown whose name or address has `q`, and who have this role. */
  query: MemberQuery;
  /** Who reads the page: their own row says so. */
  userId: string;
  /** Whether they may invite and change; a reader sees no controls. */
  mayWrite: boolean;
  /** All roles of the organisation, and of those the ones they may give. */
  roles: readonly Role[];
  given: readonly Role[];
  invite: { email: string; role: string };
  /** The invitation that was just made, with its link. */
  made: InvitationMade | null;
  /** Whether invitations go out by mail; if not, people are given the link. */
  mailed: boolean;
  errors: readonly FieldError[];
  problem: { title: string; text: string } | null;
}

export function membersPage(props: MembersProps): LocalView {
  const { members, organization, mayWrite, made } = props;
  return ({ settings }) => {
    const title = settings.people.title(members.length, organization);
    return {
      title,
      section: "settings",
      crumbs: [{ label: settings.settings, href: "/settings" }, { label: settings.members }],
      body: (
        <>
          <PageHead title={title} />
          {made === null ? null : <Made made={made} mailed={props.mailed} />}
          {mayWrite && props.given.length > 0 ? <InviteForm {...props} /> : null}
          <MemberFilters {...props} />
          <div id="results">
            <MemberResults {...props} />
          </div>
          {props.invitations.length === 0 ? null : <InvitationTable {...props} />}
          <Roles roles={props.roles} />
        </>
      ),
    };
  };
}

function Made({ made, mailed }: { made: InvitationMade; mailed: boolean }) {
  const { people } = useWords().settings;
  return (
    <section class="notice ok" role="status">
      <div>
        <p>
          <strong>{people.invited(made.email)}</strong> {mailed ? people.ifLost : people.noMail}{" "}
          {people.worksOnce}
        </p>
        <Command text={made.link} name={people.theLink} />
      </div>
    </section>
  );
}

function InviteForm({ invite, given, errors, problem, mailed }: MembersProps) {
  const { people } = useWords().settings;
  const role = { name: "role", label: people.role, error: errorOf(errors, "role") };
  return (
    <Panel title={people.invite}>
      <form
        class="form inline"
        method="post"
        action="/settings/members"
        noValidate
        data-draft=""
        data-check="/check/invite"
      >
        {problem === null ? null : <FormProblem {...problem} />}
        <div class="field-row">
          <TextField
            name="email"
            label={people.email}
            type="email"
            autocomplete="off"
            value={invite.email}
            error={errorOf(errors, "email")}
            required
          />
          <Field {...role}>
            <RoleSelect id="role" role={invite.role} roles={given} {...describedBy(role)} />
          </Field>
        </div>
        <div class="actions">
          <button class="button primary" type="submit">
            {mailed ? people.send : people.make}
          </button>
        </div>
      </form>
    </Panel>
  );
}

function InvitationTable({ invitations, mayWrite }: MembersProps) {
  const words = useWords();
  const { people, actions } = words.settings;
  return (
    <Panel title={people.open} flush>
      <table class="table cards">
        <TableHead
          columns={[people.email, people.role, people.invitedBy, people.goodUntil]}
          deeds={actions}
        />
        <tbody>
          {invitations.map((invitation) => (
            <tr key={invitation.id} tabIndex={-1}>
              <td class="lead">{invitation.email}</td>
              <td>{roleTitle(words, invitation)}</td>
              <td data-label={people.invitedBy}>{invitation.invitedBy}</td>
              <td class="nowrap" data-label={people.goodUntil}>
                <Ago at={invitation.expiresAt} />
              </td>
              <td class="end">
                {mayWrite ? (
                  <form method="post" action={`/settings/invitations/${invitation.id}/withdraw`}>
                    <button class="button quiet" type="submit">
                      {people.withdraw}
                    </button>
                  </form>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Roles({ roles }: { roles: readonly Role[] }) {
  const words = useWords();
  return (
    <Panel
      title={words.settings.people.rolesFor}
      actions={
        <a class="button quiet" href="/settings/roles">
          {words.settings.people.whatEach}
        </a>
      }
    >
      <dl class="facts wide">
        {roles.map((role) => (
          <div key={role.id}>
            <dt>{titleOfRole(words, role)}</dt>
            <dd>{isBuiltIn(role.id) ? words.roles.about[role.id] : role.description}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
