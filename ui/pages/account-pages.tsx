import { PASSWORD_MIN_LENGTH } from "../../protocol/accounts/account.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { errorOf, FormProblem, TextField } from "../components/field.tsx";
import type { View } from "../layout/frame.ts";

/** What the pages before a log-in share. */
interface FormState {
  errors: readonly FieldError[];
  problem: { title: string; text: string } | null;
}

function entrance(title: string, body: View["body"]): View {
  return { title, section: null, crumbs: [], body };
}

export function loginPage(
  props: FormState & { email: string; next: string; signupOpen: boolean; done: "reset" | "logout" | null },
): View {
  const { errors } = props;
  return entrance(
    "Log in",
    <>
      <h1>Log in</h1>
      <div class="panel">
        <form class="form" method="post" action="/login" noValidate>
          {props.problem === null ? null : <FormProblem {...props.problem} />}
          {props.done === "reset" ? (
            <p class="notice ok" role="status">
              Your new password is set. Log in with it.
            </p>
          ) : null}
          <input type="hidden" name="next" value={props.next} />
          <TextField
            name="email"
            label="Email"
            type="email"
            autocomplete="username"
            value={props.email}
            error={errorOf(errors, "email")}
            autofocus={props.email === ""}
            required
          />
          <TextField
            name="password"
            label="Password"
            type="password"
            autocomplete="current-password"
            error={errorOf(errors, "password")}
            autofocus={props.email !== ""}
            required
            aside={
              <a class="link" href="/forgot-password">
                Forgot it?
              </a>
            }
          />
          <label class="check">
            <input type="checkbox" name="remember" value="yes" />
            Stay logged in for 30 days
          </label>
          <button class="button primary wide" type="submit">
            Log in
          </button>
        </form>
      </div>
      {props.signupOpen ? (
        <p class="aside">
          New here?{" "}
          <a class="link" href="/signup">
            Make an account
          </a>
        </p>
      ) : null}
    </>,
  );
}

type AccountForm = FormState & { values: { name: string; organization: string; email: string } };

/** Where the link leads that the first start prints. */
export function setupPage(props: AccountForm & { token: string }): View {
  return entrance(
    "Set up HOMEPOT",
    <>
      <h1>Set up HOMEPOT</h1>
      <p>Make the first account. It owns the organisation; you can invite others to it.</p>
      <NewAccount {...props} action="/setup" hidden={{ token: props.token }} />
    </>,
  );
}

export function signupPage(props: AccountForm): View {
  return entrance(
    "Make an account",
    <>
      <h1>Make an account</h1>
      <p>It owns a new organisation; you can invite others to it.</p>
      <NewAccount {...props} action="/signup" hidden={{}} />
      <p class="aside">
        Have one?{" "}
        <a class="link" href="/login">
          Log in
        </a>
      </p>
    </>,
  );
}

function NewAccount(props: AccountForm & { action: string; hidden: Record<string, string> }) {
  const { errors, values } = props;
  return (
    <div class="panel">
      <form class="form" method="post" action={props.action} noValidate>
        {props.problem === null ? null : <FormProblem {...props.problem} />}
        {Object.entries(props.hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <TextField
          name="name"
          label="Your name"
          autocomplete="name"
          value={values.name}
          error={errorOf(errors, "name")}
          autofocus
          required
        />
        <TextField
          name="organization"
          label="Organisation"
          autocomplete="organization"
          value={values.organization}
          error={errorOf(errors, "organization")}
          required
        />
        <TextField
          name="email"
          label="Email"
          type="email"
          autocomplete="email"
          value={values.email}
          error={errorOf(errors, "email")}
          required
        />
        <TextField
          name="password"
          label="Password"
          type="password"
          autocomplete="new-password"
          hint={`At least ${PASSWORD_MIN_LENGTH} characters; a few words are better than a puzzle.`}
          error={errorOf(errors, "password")}
          required
        />
        <button class="button primary wide" type="submit">
          Make the account
        </button>
      </form>
    </div>
  );
}

export function forgotPasswordPage(props: FormState & { email: string; sent: boolean }): View {
  return entrance(
    "Set a new password",
    <>
      <h1>Set a new password</h1>
      {props.sent ? (
        <div class="panel" role="status">
          <p>
            If there is an account with <strong>{props.email}</strong>, a link is on its way to it. It is good
            for one hour. Look into the spam folder, too.
          </p>
        </div>
      ) : (
        <>
          <p>Tell us your email, and you get a link.</p>
          <div class="panel">
            <form class="form" method="post" action="/forgot-password" noValidate>
              {props.problem === null ? null : <FormProblem {...props.problem} />}
              <TextField
                name="email"
                label="Email"
                type="email"
                autocomplete="username"
                value={props.email}
                error={errorOf(props.errors, "email")}
                autofocus
                required
              />
              <button class="button primary wide" type="submit">
                Send the link
              </button>
            </form>
          </div>
        </>
      )}
      <p class="aside">
        <a class="link" href="/login">
          Back to log in
        </a>
      </p>
    </>,
  );
}

export function resetPasswordPage(props: FormState & { token: string }): View {
  return entrance(
    "Choose a new password",
    <>
      <h1>Choose a new password</h1>
      <p>All your sessions end, on every machine.</p>
      <div class="panel">
        <form class="form" method="post" action="/reset-password" noValidate>
          {props.problem === null ? null : <FormProblem {...props.problem} />}
          <input type="hidden" name="token" value={props.token} />
          <TextField
            name="password"
            label="New password"
            type="password"
            autocomplete="new-password"
            hint={`At least ${PASSWORD_MIN_LENGTH} characters; a few words are better than a puzzle.`}
            error={errorOf(props.errors, "password")}
            autofocus
            required
          />
          <button class="button primary wide" type="submit">
            Set the password
          </button>
        </form>
      </div>
      <p class="aside">
        <a class="link" href="/forgot-password">
          Ask for another link
        </a>
      </p>
    </>,
  );
}
