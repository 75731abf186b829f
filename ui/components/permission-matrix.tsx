import { PERMISSION_GROUPS, type Permission } from "../../protocol/accounts/permissions.ts";
import type { Role } from "../../protocol/accounts/role.ts";
import { titleOfRole } from "../words/roles.ts";
import { useWords } from "../words/use-words.ts";
import { Icon } from "./icon.tsx";

/** Which role allows what: permissions in groups down, roles across. It scrolls sideways when there are many. */
export function PermissionMatrix({ roles }: { roles: readonly Role[] }) {
  const words = useWords();
  const { roles: text } = words;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="matrix-wrap" aria-label={text.matrix} tabIndex={0}>
      <table class="table matrix">
        <thead>
          <tr>
            <th scope="col">{text.permission}</th>
            {roles.map((role) => (
              <th key={role.id} scope="col">
                <span>{titleOfRole(words, role)}</span>
              </th>
            ))}
          </tr>
        </thead>
        {PERMISSION_GROUPS.map(({ subject, permissions }) => (
          <tbody key={subject}>
            <tr class="matrix-group">
              <th scope="rowgroup">{text.subjects[subject]}</th>
              {/* The row goes on under the roles, with nothing to say of them. */}
              <td colSpan={roles.length} />
            </tr>
            {permissions.map((permission) => (
              <Row key={permission} permission={permission} roles={roles} />
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}

function Row({ permission, roles }: { permission: Permission; roles: readonly Role[] }) {
  const words = useWords();
  const { roles: text } = words;
  return (
    <tr>
      <th scope="row">
        {text.permissions[permission]}
        <code class="cell-sub">{permission}</code>
      </th>
      {roles.map((role) => (
        <td key={role.id} data-role={titleOfRole(words, role)}>
          {role.permissions.includes(permission) ? (
            <>
              <Icon name="check" />
              <span class="hidden-visually">{text.yes}</span>
            </>
          ) : (
            <span class="hidden-visually">{text.no}</span>
          )}
        </td>
      ))}
    </tr>
  );
}
