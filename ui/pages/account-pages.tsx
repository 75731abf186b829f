import { PASSWORD_MIN_LENGTH } from "../../protocol/accounts/account.ts";
import type { FieldError } from "../../protocol/errors.ts";
import { errorOf, FormProblem, TextField } from "../components/field.tsx";
import type { LocalView, View } from "../layout/frame.ts";
import { useWords } from "../words/use-words.ts";

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
): LocalView {
  const { errors } = props;
  return ({ entrance: words }) =>
    entrance(
      words.logIn,
      <>
        <h1>{words.logIn}</h1>
        <div class="panel">
          <form class="form" method="post" action="/login" noValidate data-check="/check/login">
            {props.problem === null ? null : <FormProblem {...props.problem} />}
            {props.done === "reset" ? (
              <p class="notice ok" role="status">
                {words.passwordSet}
              </p>
            ) : null}
            <input type="hidden" name="next" value={props.next} />
            <TextField
              name="email"
              label={words.email}
              type="email"
              autocomplete="username"
              value={props.email}
              error={errorOf(errors, "email")}
              autofocus={props.email === ""}
              required
            />
            <TextField
              name="password"
              label={words.password}
              type="password"
              autocomplete="current-password"
              error={errorOf(errors, "password")}
              autofocus={props.email !== ""}
              required
              aside={
                <a class="link" href="/forgot-password">
                  {words.forgotIt}
                </a>
              }
            />
            <label class="check">
              <input type="checkbox" name="remember" value="yes" />
              {words.stayLoggedIn}
            </label>
            <button class="button primary wide" type="submit">
              {words.logIn}
            </button>
          </form>
        </div>
        {props.signupOpen ? (
          <p class="aside">
            {words.newHere}{" "}
            <a class="link" href="/signup">
              {words.makeAccount}
            </a>
          </p>
        ) : null}
      </>,
    );
}

type AccountForm = FormState & { values: { name: string; organization: string; email: string } };

/** Where the link leads that the first start prints. */
export function setupPage(props: AccountForm & { token: string }): LocalView {
  return ({ entrance: words }) =>
    entrance(
      words.setUp,
      <>
        <h1>{words.setUp}</h1>
        <p>{words.setUpText}</p>
        <NewAccount {...props} action="/setup" hidden={{ token: props.token }} />
      </>,
    );
}

export function signupPage(props: AccountForm): LocalView {
  return ({ entrance: words }) =>
    entrance(
      words.makeAccount,
      <>
        <h1>{words.makeAccount}</h1>
        <p>{words.signUpText}</p>
        <NewAccount {...props} action="/signup" hidden={{}} />
        <p class="aside">
          {words.haveOne}{" "}
          <a class="link" href="/login">
            {words.logIn}
          </a>
        </p>
      </>,
    );
}

function NewAccount(props: AccountForm & { action: string; hidden: Record<string, string> }) {
  const { errors, values } = props;
  const { entrance: words } = useWords();
  return (
    <div class="panel">
      <form class="form" method="post" action={props.action} noValidate data-check="/check/signup">
        {props.problem === null ? null : <FormProblem {...props.problem} />}
        {Object.entries(props.hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <TextField
          name="name"
          label={words.name}
          autocomplete="name"
          value={values.name}
          error={errorOf(errors, "name")}
          autofocus
          required
        />
        <TextField
          name="organization"
          label={words.organization}
          autocomplete="organization"
          value={values.organization}
          error={errorOf(errors, "organization")}
          required
        />
        <TextField
          name="email"
          label={words.email}
          type="email"
          autocomplete="email"
          value={values.email}
          error={errorOf(errors, "email")}
          required
        />
        <TextField
          name="password"
          label={words.password}
          type="password"
          autocomplete="new-password"
          hint={words.passwordHint(PASSWORD_MIN_LENGTH)}
          error={errorOf(errors, "password")}
          required
        />
        <button class="button primary wide" type="submit">
          {words.makeTheAccount}
        </button>
      </form>
    </div>
  );
}

/** `mailed` is false where there is no mail server: whoever runs the service then finds the link in its log. */
export function forgotPasswordPage(
  props: FormState & { email: string; sent: boolean; mailed: boolean },
): LocalView {
  return ({ entrance: words }) =>
    entrance(
      words.setNewPassword,
      <>
        <h1>{words.setNewPassword}</h1>
        {props.sent ? (
          <div class="panel" role="status">
            <p>{(props.mailed ? words.linkSent : words.linkLogged)(<strong>{props.email}</strong>)}</p>
          </div>
        ) : (
          <>
            <p>{props.mailed ? words.tellEmail : words.tellEmailUnmailed}</p>
            <div class="panel">
              <form
                class="form"
                method="post"
                action="/forgot-password"
                noValidate
                data-check="/check/forgot-password"
              >
                {props.problem === null ? null : <FormProblem {...props.problem} />}
                <TextField
                  name="email"
                  label={words.email}
                  type="email"
                  autocomplete="username"
                  value={props.email}
                  error={errorOf(props.errors, "email")}
                  autofocus
                  required
                />
                <button class="button primary wide" type="submit">
                  {props.mailed ? words.sendLink : words.askForLink}
                </button>
              </form>
            </div>
          </>
        )}
        <p class="aside">
          <a class="link" href="/login">
            {words.backToLogIn}
          </a>
        </p>
      </>,
    );
}

export function resetPasswordPage(props: FormState & { token: string }): LocalView {
  return ({ entrance: words }) =>
    entrance(
      words.choosePassword,
      <>
        <h1>{words.choosePassword}</h1>
        <p>{words.sessionsEnd}</p>
        <div class="panel">
          <form
            class="form"
            method="post"
            action="/reset-password"
            noValidate
            data-check="/check/reset-password"
          >
            {props.problem === null ? null : <FormProblem {...props.problem} />}
            <input type="hidden" name="token" value={props.token} />
            <TextField
              name="password"
              label={words.newPassword}
              type="password"
              autocomplete="new-password"
              hint={words.passwordHint(PASSWORD_MIN_LENGTH)}
              error={errorOf(props.errors, "password")}
              autofocus
              required
            />
            <button class="button primary wide" type="submit">
              {words.setPassword}
            </button>
          </form>
        </div>
        <p class="aside">
          <a class="link" href="/forgot-password">
            {words.askAgain}
          </a>
        </p>
      </>,
    );
}
