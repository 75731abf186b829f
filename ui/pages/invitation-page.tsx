import { PASSWORD_MIN_LENGTH } from "../../protocol/accounts/account.ts";
import type { InvitationView } from "../../protocol/accounts/member.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { errorOf, FormProblem, TextField } from "../components/field.tsx";
import type { View } from "../layout/frame.ts";
import { asRole } from "../words/roles.ts";

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
export function invitationPage(props: InvitationProps): View {
  const { organization } = props.invitation;
  const title = `Join ${organization}`;
  return {
    title,
    section: null,
    crumbs: [],
    body: (
      <>
        <h1>{title}</h1>
        <p>You are invited {asRole(props.invitation)}.</p>
        <div class="panel">
          {props.invitation.hasAccount ? <WithAccount {...props} /> : <NewAccount {...props} />}
        </div>
      </>
    ),
  };
}

function NewAccount({ token, invitation, name, errors, problem }: InvitationProps) {
  return (
    <form class="form" method="post" action="/invitation" noValidate>
      {problem === null ? null : <FormProblem {...problem} />}
      <input type="hidden" name="token" value={token} />
      <p class="muted">Your account will be {invitation.email}.</p>
      <TextField
        name="name"
        label="Your name"
        autocomplete="name"
        value={name}
        error={errorOf(errors, "name")}
        autofocus
        required
      />
      <TextField
        name="password"
        label="Password"
        type="password"
        autocomplete="new-password"
        hint={`At least ${PASSWORD_MIN_LENGTH} characters; a few words you remember are best.`}
        error={errorOf(errors, "password")}
        required
      />
      <button class="button primary wide" type="submit">
        Join
      </button>
    </form>
  );
}

function WithAccount({ token, invitation, loggedInAs, problem }: InvitationProps) {
  const here = `/invitation?token=${encodeURIComponent(token)}`;
  if (loggedInAs !== invitation.email) {
    return (
      <div class="form">
        {problem === null ? null : <FormProblem {...problem} />}
        <p>
          There is an account for {invitation.email}.{" "}
          {loggedInAs === null
            ? "Log in with it to join."
            : `You are logged in as ${loggedInAs}: log out first.`}
        </p>
        <a class="button primary wide" href={`/login?next=${encodeURIComponent(here)}`}>
          Log in
        </a>
      </div>
    );
  }
  return (
    <form class="form" method="post" action="/invitation">
      {problem === null ? null : <FormProblem {...problem} />}
      <input type="hidden" name="token" value={token} />
      <p>You are logged in as {loggedInAs}.</p>
      <button class="button primary wide" type="submit">
        Join
      </button>
    </form>
  );
}
