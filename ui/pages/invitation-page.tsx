import { PASSWORD_MIN_LENGTH } from "../../protocol/accounts/account.ts";
import type { InvitationView } from "../../protocol/accounts/member.ts";
import { isBuiltIn } from "../../protocol/accounts/role.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { errorOf, FormProblem, TextField } from "../components/field.tsx";
import type { LocalView } from "../layout/frame.ts";
import { useWords } from "../words/use-words.ts";

export interface InvitationProps {
  token: string;
  invitation: InvitationView;
  /** The email of whoever is logged in here; null when nobody is. */
  loggedInAs: string | null;
  name: string;
  errors: readonly FieldError[];
  problem: { title: string; text: string } | null;
}

/** What an invitation's link leads to: a new account, or one's own. */
export function invitationPage(props: InvitationProps): LocalView {
  const { organization, role, roleName } = props.invitation;
  return ({ settings: { invitation: words } }) => {
    const title = words.join(organization);
    return {
      title,
      section: null,
      crumbs: [],
      body: (
        <>
          <h1>{title}</h1>
          <p>{isBuiltIn(role) ? words.as[role] : words.withRole(roleName)}</p>
          <div class="panel">
            {props.invitation.hasAccount ? <WithAccount {...props} /> : <NewAccount {...props} />}
          </div>
        </>
      ),
    };
  };
}

function NewAccount({ token, invitation, name, errors, problem }: InvitationProps) {
  const { entrance, settings } = useWords();
  return (
    <form class="form" method="post" action="/invitation" noValidate data-check="/check/invitation">
      {problem === null ? null : <FormProblem {...problem} />}
      <input type="hidden" name="token" value={token} />
      <p class="muted">{settings.invitation.yourAccount(invitation.email)}</p>
      <TextField
        name="name"
        label={entrance.name}
        autocomplete="name"
        value={name}
        error={errorOf(errors, "name")}
        autofocus
        required
      />
      <TextField
        name="password"
        label={entrance.password}
        type="password"
        autocomplete="new-password"
        hint={entrance.passwordHint(PASSWORD_MIN_LENGTH)}
        error={errorOf(errors, "password")}
        required
      />
      <button class="button primary wide" type="submit">
        {settings.invitation.joinVerb}
      </button>
    </form>
  );
}

function WithAccount({ token, invitation, loggedInAs, problem }: InvitationProps) {
  const {
    entrance,
    settings: { invitation: words },
  } = useWords();
  const here = `/invitation?token=${encodeURIComponent(token)}`;
  if (loggedInAs !== invitation.email) {
    return (
      <div class="form">
        {problem === null ? null : <FormProblem {...problem} />}
        <p>
          {words.hasAccount(invitation.email)}{" "}
          {loggedInAs === null ? words.logInToJoin : words.logOutFirst(loggedInAs)}
        </p>
        <a class="button primary wide" href={`/login?next=${encodeURIComponent(here)}`}>
          {entrance.logIn}
        </a>
      </div>
    );
  }
  return (
    <form class="form" method="post" action="/invitation">
      {problem === null ? null : <FormProblem {...problem} />}
      <input type="hidden" name="token" value={token} />
      <p>{words.loggedInAs(loggedInAs)}</p>
      <button class="button primary wide" type="submit">
        {words.joinVerb}
      </button>
    </form>
  );
}
