import { ALL_PERMISSIONS } from "../../protocol/accounts/permissions.ts";
import { isBuiltIn, type Role } from "../../protocol/accounts/role.ts";
import { Confirm } from "../components/confirm.tsx";
import { Empty } from "../components/empty.tsx";
import { FormProblem, type FormTrouble } from "../components/field.tsx";
import { Icon } from "../components/icon.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { PermissionMatrix } from "../components/permission-matrix.tsx";
import type { LocalView } from "../layout/frame.ts";
import { titleOfRole } from "../words/roles.ts";
import { useWords } from "../words/use-words.ts";

export interface RolesProps {
  organization: string;
  /** The built-in ones and the organisation's own. */
  roles: readonly Role[];
  /** Ids of those the reader may give, and so copy and change; none for who may only read. */
  givable: readonly string[];
  mayWrite: boolean;
  /** The reader's own. */
  ownRole: string;
  /** Why a role was not deleted, and who has it. */
  problem: (FormTrouble & { members?: string | undefined; invitations?: string | undefined }) | null;
}

/** The roles of an organisation: who has them, and what each allows. */
export function rolesPage(props: RolesProps): LocalView {
  return ({ roles: text }) => {
    const own = props.roles.filter(({ builtIn }) => !builtIn);
    const builtIn = props.roles.filter((role) => role.builtIn);
    const title = text.title(props.organization, own.length);
    return {
      title,
      section: "settings",
      crumbs: [{ label: text.settings, href: "/settings" }, { label: text.roles }],
      body: (
        <>
          <PageHead title={title} text={text.text} actions={props.mayWrite ? <Add primary /> : undefined} />
          {props.problem === null ? null : <Problem {...props.problem} />}
          <div class="stack">
            <Panel title={text.own} flush>
              {own.length === 0 ? <None {...props} /> : <RoleTable {...props} roles={own} />}
            </Panel>
            <Panel title={text.builtIn} note={text.builtInNote} flush>
              <RoleTable {...props} roles={builtIn} />
            </Panel>
            <Panel title={text.matrix} flush>
              <PermissionMatrix roles={[...own, ...builtIn]} />
            </Panel>
          </div>
        </>
      ),
    };
  };
}

function Add({ primary = false }: { primary?: boolean }) {
  const { roles: text } = useWords();
  return (
    <a class={primary ? "button primary" : "button"} href="/settings/roles/new" data-key="c">
      <Icon name="plus" />
      {text.add}
    </a>
  );
}

function Problem({ members, invitations, ...trouble }: NonNullable<RolesProps["problem"]>) {
  const { roles: text } = useWords();
  const carriers = [
    { label: text.membersWithIt, names: members },
    { label: text.invitationsWithIt, names: invitations },
  ].filter(({ names }) => names !== undefined);
  return (
    <div class="stack">
      <FormProblem {...trouble} />
      {carriers.length === 0 ? null : (
        <dl class="facts wide">
          {carriers.map(({ label, names }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{names}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function None({ mayWrite }: RolesProps) {
  const { roles: text } = useWords();
  return (
    <Empty icon="users" title={text.none} text={mayWrite ? text.noneText : text.noneReader}>
      {mayWrite ? <Add /> : null}
    </Empty>
  );
}

function RoleTable(props: RolesProps) {
  const { roles: text } = useWords();
  return (
    <table class="table cards">
      <thead>
        <tr>
          <th scope="col">{text.role}</th>
          <th scope="col">{text.carried}</th>
          <th scope="col">{text.allows}</th>
          <th scope="col">
            <span class="hidden-visually">{text.actions}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {props.roles.map((role) => (
          <RoleRow key={role.id} {...props} role={role} />
        ))}
      </tbody>
    </table>
  );
}

function RoleRow({ role, ownRole, mayWrite, givable }: RolesProps & { role: Role }) {
  const words = useWords();
  const { roles: text } = words;
  const { id, members, invitations, permissions } = role;
  const may = mayWrite && givable.includes(id);
  const about = isBuiltIn(id) ? text.about[id] : role.description;
  return (
    <tr>
      <td class="lead">
        {titleOfRole(words, role)} {id === ownRole ? <span class="badge">{text.yours}</span> : null}
        <span class="cell-sub">{about}</span>
      </td>
      <td class="nowrap" data-label={text.carried}>
        {members + invitations === 0 ? (
          <span class="faint">{text.nobody}</span>
        ) : (
          <a class="link" href="/settings/members">
            {text.carriers(members, invitations)}
          </a>
        )}
      </td>
      <td class="nowrap" data-label={text.allows}>
        {text.share(permissions.length, ALL_PERMISSIONS.length)}
      </td>
      <td class="end full">{may ? <Actions role={role} /> : null}</td>
    </tr>
  );
}

function Actions({ role }: { role: Role }) {
  const words = useWords();
  const { roles: text } = words;
  const { id, members, invitations } = role;
  const title = titleOfRole(words, role);
  return (
    <div class="row-actions">
      {role.builtIn ? null : (
        <a class="button quiet" href={`/settings/roles/${id}/edit`} aria-label={text.editOf(title)}>
          {text.edit}
        </a>
      )}
      <a class="button quiet" href={`/settings/roles/new?from=${id}`} aria-label={text.copyOf(title)}>
        {text.copy}
      </a>
      {role.builtIn ? null : (
        <Confirm
          id={`remove-${id}`}
          label={text.remove}
          question={text.removeQuestion(title)}
          consequence={members + invitations === 0 ? text.removeFree : text.removeCarried}
          action={`/settings/roles/${id}/remove`}
          verb={text.removeVerb}
        />
      )}
    </div>
  );
}
