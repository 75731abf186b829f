import { PERMISSION_GROUPS, type Permission } from "../../protocol/accounts/permissions.ts";
import type { Role } from "../../protocol/accounts/role.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { errorOf, FormProblem, type FormTrouble, TextField, Version } from "../components/field.tsx";
import { FormActions } from "../components/form-actions.tsx";
import { Mark } from "../components/mark.tsx";
import { PageHead } from "../components/page-head.tsx";
import type { LocalView } from "../layout/frame.ts";
import { titleOfRole } from "../words/roles.ts";
import { useWords } from "../words/use-words.ts";
import { asSentence } from "../words/words.ts";

/** What the form holds, as the person filled it in. */
export interface RoleFormValues {
  name: string;
  description: string;
  permissions: readonly string[];
}

export interface RoleFormProps {
  /** The role that is changed; null for a new one. */
  role: { id: string; name: string } | null;
  /** What a new one is a copy of. */
  copied: Pick<Role, "id" | "name"> | null;
  values: RoleFormValues;
  /** Of the role when its values were read; null for a new one. */
  version: string | null;
  /** What whoever fills it in may do, and so give. */
  mine: readonly Permission[];
  errors: readonly FieldError[];
  problem: FormTrouble | null;
}

export function roleFormPage(props: RoleFormProps): LocalView {
  const { role, copied } = props;
  return (words) => {
    const { roles: text } = words;
    const title = role === null ? text.newRole : text.editOf(role.name);
    const from = copied === null ? "" : `${text.copyText(titleOfRole(words, copied))} `;
    return {
      title,
      section: "settings",
      crumbs: [
        { label: text.settings, href: "/settings" },
        { label: text.roles, href: "/settings/roles" },
        { label: title },
      ],
      body: (
        <>
          <PageHead title={title} text={role === null ? `${from}${text.newText}` : text.editText} />
          <RoleForm {...props} />
        </>
      ),
    };
  };
}

function RoleForm({ role, values, version, mine, errors, problem }: RoleFormProps) {
  const { roles: text } = useWords();
  return (
    <form
      class="form permissions"
      method="post"
      action={role === null ? "/settings/roles/new" : `/settings/roles/${role.id}/edit`}
      noValidate
      data-draft=""
      data-check="/check/role"
    >
      <Version of={version} />
      {problem === null ? null : <FormProblem {...problem} />}
      <TextField
        name="name"
        label={text.name}
        value={values.name}
        error={errorOf(errors, "name")}
        placeholder={text.namePlaceholder}
        maxLength={60}
        required
        autofocus={role === null}
      />
      <TextField
        name="description"
        label={text.description}
        value={values.description}
        error={errorOf(errors, "description")}
        maxLength={300}
      />
      <Permissions chosen={values.permissions} mine={mine} error={errorOf(errors, "permissions")} />
      <FormActions verb={role === null ? text.add : text.save} back="/settings/roles" />
    </form>
  );
}

interface PermissionsProps {
  chosen: readonly string[];
  mine: readonly Permission[];
  error: string | undefined;
}

function Permissions({ chosen, mine, error }: PermissionsProps) {
  const { roles: text, fields } = useWords();
  return (
    <section class="field" aria-labelledby="what">
      <h2 id="what">{text.what}</h2>
      {error === undefined ? null : (
        <p class="field-error tone-error" id="permissions-error" role="alert">
          <Mark shape="square" />
          {asSentence(fields.refusal(error))}
        </p>
      )}
      <div class="permission-groups">
        {PERMISSION_GROUPS.map(({ subject, permissions }) => (
          <fieldset key={subject}>
            <legend>{text.subjects[subject]}</legend>
            {permissions.map((permission) => (
              <Choice
                key={permission}
                permission={permission}
                on={chosen.includes(permission)}
                mine={mine.includes(permission)}
              />
            ))}
          </fieldset>
        ))}
      </div>
    </section>
  );
}

/** A box that cannot be ticked says why: nobody gives what they may not do themselves. */
function Choice({ permission, on, mine }: { permission: Permission; on: boolean; mine: boolean }) {
  const { roles: text } = useWords();
  return (
    <label class="check permission">
      <input type="checkbox" name="permissions" value={permission} checked={on && mine} disabled={!mine} />
      <span>
        {text.permissions[permission]}
        <code class="cell-sub">{permission}</code>
        {mine ? null : <span class="cell-sub">{text.beyond}</span>}
      </span>
    </label>
  );
}
