import {
  changePasswordSchema,
  forgotPasswordSchema,
  loginSchema,
  mePatchSchema,
  organizationPatchSchema,
  resetPasswordSchema,
  signupSchema,
} from "../../protocol/accounts/account.ts";
import { acceptInvitationSchema, invitationInputSchema } from "../../protocol/accounts/member.ts";
import { roleInputSchema } from "../../protocol/accounts/role.ts";
import type { Result } from "../../protocol/errors.ts";
import { check } from "../../protocol/validate.ts";
import type { FormChecks } from "../http/form-checks.ts";
import { refuseWeak } from "./weak-passwords.ts";

/** What is said of the forms of people while they are filled in. Whether an account is there is none of it. */
export const ACCOUNT_CHECKS: FormChecks = {
  login: ({ email = "", password = "" }) => check(loginSchema, { email, password }),
  signup: ({ name = "", organization = "", email = "", password = "" }) => {
    const checked = check(signupSchema, { name, organization, email, password });
    return withPassword(checked, password, [name, email, organization]);
  },
  "forgot-password": ({ email = "" }) => check(forgotPasswordSchema, { email }),
  "reset-password": ({ token = "", password = "" }) =>
    withPassword(check(resetPasswordSchema, { token, password }), password, []),
  invitation: ({ token = "", name = "", password = "" }) =>
    withPassword(check(acceptInvitationSchema, { token, name, password }), password, [name]),
  password: ({ current = "", password = "" }) =>
    withPassword(check(changePasswordSchema, { current, password }), password, []),
  name: ({ name = "" }) => check(mePatchSchema, { name }),
  "organization-name": ({ name = "" }) => check(organizationPatchSchema, { name }),
  invite: ({ email = "", role = "" }) => check(invitationInputSchema, { email, role }),
  role: ({ name = "", description = "", permissions = "" }) =>
    check(roleInputSchema, { name, description, permissions: permissions.split(",").filter(Boolean) }),
};

/** With what is weak about a password that is one. */
async function withPassword(
  checked: Result<unknown>,
  password: string,
  about: readonly string[],
): Promise<Result<unknown>> {
  const errors = checked.ok ? [] : (checked.refusal.errors ?? []);
  if (errors.some(({ path }) => path === "password")) return checked;
  const strong = await refuseWeak(password, about);
  if (strong.ok) return checked;
  return {
    ok: false,
    refusal: { ...strong.refusal, errors: [...errors, ...(strong.refusal.errors ?? [])] },
  };
}
