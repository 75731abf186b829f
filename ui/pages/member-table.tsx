import type { Member } from "../../protocol/accounts/member.ts";
import type { Role } from "../../protocol/accounts/role.ts";
import { ResultLine } from "../components/chips.tsx";
import { Confirm } from "../components/confirm.tsx";
import { Empty } from "../components/empty.tsx";
import { Ago } from "../components/moment.tsx";
import { Choice, SearchForm } from "../components/search-form.tsx";
import { TableHead } from "../components/table-head.tsx";
import { useMay } from "../layout/allowed.tsx";
import { listUrl } from "../urls/urls.ts";
import { roleTitle, titleOfRole } from "../words/roles.ts";
import { useWords } from "../words/use-words.ts";
import type { MembersProps } from "./members-page.tsx";

const HOME = "/settings/members";

/** As the address of the list says it. */
export interface MemberQuery {
  q?: string | undefined;
  role?: string | undefined;
}

export function MemberFilters({ query, roles }: MembersProps) {
  const words = useWords();
  const { people } = words.settings;
  return (
    <SearchForm action={HOME} label={people.search} q={query.q}>
      <Choice
        name="role"
        label={people.anyRole}
        value={query.role}
        choices={roles.map((role) => [role.id, titleOfRole(words, role)] as const)}
      />
    </SearchForm>
  );
}

export function MemberResults(props: MembersProps) {
  const words = useWords();
  const { people } = words.settings;
  const { members, query, roles } = props;
  const found = membersMeant(members, query);
  const role = roles.find(({ id }) => id === query.role);
  const chips = [
    ...(query.q
      ? [{ key: "q", label: words.devices.chip("q", query.q), without: membersUrl({ role: query.role }) }]
      : []),
    ...(query.role
      ? [
          {
            key: "role",
            label: words.lists.filter(
              people.role,
              role === undefined ? query.role : titleOfRole(words, role),
            ),
            without: membersUrl({ q: query.q }),
          },
        ]
      : []),
  ];
  return (
    <>
      {chips.length === 0 ? null : <ResultLine chips={chips} count={people.found(found.length)} />}
      {found.length === 0 ? (
        <section class="panel">
          <Empty icon="search" title={people.noMatch} text={people.noMatchText}>
            <a class="button" href={HOME}>
              {people.showAll}
            </a>
          </Empty>
        </section>
      ) : (
        <MemberTable {...props} members={found} />
      )}
    </>
  );
}

const membersUrl = ({ q, role }: MemberQuery) => listUrl(HOME, { q, role });

/** Those with the text in their name or address, in whatever case, and with the role. */
export function membersMeant(members: readonly Member[], { q = "", role = "" }: MemberQuery): Member[] {
  const text = q.trim().toLowerCase();
  return members.filter(
    (one) =>
      (role === "" || one.role === role) &&
      [one.user.name, one.user.email].some((part) => part.toLowerCase().includes(text)),
  );
}

function MemberTable({ members, userId, mayWrite, given }: MembersProps) {
  const words = useWords();
  const maySeeDeeds = useMay()("audit:read");
  const { people, actions } = words.settings;
  const mayChange = (member: Member) => mayWrite && given.some(({ id }) => id === member.role);
  return (
    <div class="panel table-wrap">
      <table class="table cards">
        <TableHead columns={[people.person, people.role, people.joined]} deeds={actions} />
        <tbody>
          {members.map((member) => (
            <tr key={member.id} id={`member-${member.id}`} tabIndex={-1}>
              <td class="lead">
                {maySeeDeeds ? (
                  <a
                    class="row-link"
                    href={listUrl("/settings/audit", { actor: member.user.id })}
                    title={people.deedsOf(member.user.name)}
                  >
                    {member.user.name}
                  </a>
                ) : (
                  member.user.name
                )}{" "}
                {member.user.id === userId ? <span class="badge">{people.you}</span> : null}
                <span class="cell-sub">{member.user.email}</span>
              </td>
              <td class="full">
                {mayChange(member) ? <RoleForm member={member} roles={given} /> : roleTitle(words, member)}
              </td>
              <td class="nowrap" data-label={people.joined}>
                <Ago at={member.joinedAt} />
              </td>
              <td class="end">
                {mayChange(member) ? (
                  <Confirm
                    id={`remove-${member.id}`}
                    label={people.remove}
                    question={people.removeQuestion(member.user.name)}
                    consequence={people.removeText}
                    action={`/settings/members/${member.id}/remove`}
                    verb={people.removeVerb}
                  />
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RoleForm({ member, roles }: { member: Member; roles: readonly Role[] }) {
  const id = `role-${member.id}`;
  const { people } = useWords().settings;
  return (
    <form class="row-form above" method="post" action={`/settings/members/${member.id}/role`}>
      <label class="hidden-visually" for={id}>
        {people.roleOf(member.user.name)}
      </label>
      <RoleSelect id={id} role={member.role} roles={roles} />
      <button class="button quiet" type="submit" aria-label={people.changeRoleOf(member.user.name)}>
        {people.change}
      </button>
    </form>
  );
}

export function RoleSelect({
  id,
  role,
  roles,
  ...rest
}: {
  id: string;
  role: string;
  roles: readonly Role[];
}) {
  const words = useWords();
  return (
    <select class="select" id={id} name="role" {...rest}>
      {roles.map((one) => (
        <option key={one.id} value={one.id} selected={one.id === role}>
          {titleOfRole(words, one)}
        </option>
      ))}
    </select>
  );
}
