import { PASSWORD_MIN_LENGTH } from "../../protocol/accounts/account.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { errorOf, FormProblem, type FormTrouble, TextField } from "../components/field.tsx";
import { FormActions } from "../components/form-actions.tsx";
import { PageHead } from "../components/page-head.tsx";
import type { LocalView } from "../layout/frame.ts";

/** Changing one's own password. Nothing that was typed comes back with a refusal. */
export function passwordPage(props: {
  email: string;
  errors: readonly FieldError[];
  problem: FormTrouble | null;
}): LocalView {
  return ({ entrance: words }) => ({
    title: words.changePassword,
    section: "settings",
    crumbs: [{ label: words.settings, href: "/settings" }, { label: words.changePassword }],
    body: (
      <>
        <PageHead title={words.changePassword} text={words.changeEndsSessions} />
        <form class="form" method="post" action="/settings/password" noValidate data-check="/check/password">
          {props.problem === null ? null : <FormProblem {...props.problem} />}
          {/* Tells a password manager whose password changes. */}
          <input
            class="hidden-visually"
            type="text"
            name="username"
            autocomplete="username"
            value={props.email}
            aria-hidden="true"
            tabIndex={-1}
            readOnly
          />
          <TextField
            name="current"
            label={words.currentPassword}
            type="password"
            autocomplete="current-password"
            error={errorOf(props.errors, "current")}
            autofocus
            required
          />
          <TextField
            name="password"
            label={words.newPassword}
            type="password"
            autocomplete="new-password"
            hint={words.passwordHint(PASSWORD_MIN_LENGTH)}
            error={errorOf(props.errors, "password")}
            required
          />
          <FormActions verb={words.changePassword} back="/settings" />
        </form>
      </>
    ),
  });
}
