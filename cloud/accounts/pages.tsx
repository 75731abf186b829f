import { type Context, Hono } from "hono";
import {
  forgotPasswordSchema,
  loginSchema,
  resetPasswordSchema,
  signupSchema,
} from "../../protocol/accounts/account.ts";
import { type Refusal, refuse } from "../../protocol/errors.ts";
import { check } from "../../protocol/validate.ts";
import {
  changedLists,
  forgotPasswordPage,
  isLanguage,
  LANGUAGE_COOKIE,
  LISTS_COOKIE,
  listsOf,
  listsText,
  loginPage,
  resetPasswordPage,
  SHORTCUTS_COOKIE,
  safeNext,
  setupPage,
  signupPage,
  THEME_COOKIE,
  type Words,
} from "../../ui/ui.ts";
import { readCookie, writeCookie } from "../http/cookies.ts";
import type { AppEnv } from "../http/env.ts";
import {
  formProblem,
  formStatus,
  pageWords,
  readForm,
  type ShowParts,
  show,
  showRefusal,
} from "../http/show.ts";
import { type Accounts, SIGNUP_CLOSED } from "./accounts.ts";
import { senderOf } from "./sender.ts";

type Parts = ShowParts & { accounts: Accounts };

const NO_PROBLEM = { errors: [], problem: null };
const NOBODY = { name: "", organization: "", email: "" };
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** The pages before a log-in, the way out, and the theme. */
export function accountPages(parts: Parts): Hono<AppEnv> {
  const { accounts } = parts;
  const { mailed } = accounts;
  const pages = new Hono<AppEnv>();
  const login = { email: "", done: null, signupOpen: accounts.signupOpen, ...NO_PROBLEM };
  const client = (c: Context<AppEnv>) => c.env?.clientAddress ?? "unknown";

  pages.get("/login", async (c) => {
    const next = safeNext(c.req.query("next"));
    if ((await accounts.whoIs(c.req.raw.headers)) !== null) return c.redirect(next, 303);
    const done = c.req.query("done") === "reset" ? "reset" : null;
    return show(c, parts, loginPage({ ...login, next, done }));
  });
  pages.post("/login", async (c) => {
    const { email = "", password = "", remember, next } = await readForm(c);
    const input = check(loginSchema, { email, password, remember: remember !== undefined });
    const opened = input.ok ? await accounts.login(input.value, client(c), c.req.raw.headers) : input;
    if (opened.ok) return entered(c, opened.value.headers, safeNext(next));
    const problem = formProblem(opened.refusal, ["email", "password"]);
    const view = loginPage({ ...login, ...problem, email, next: safeNext(next) });
    return show(c, parts, view, formStatus(opened.refusal));
  });
  pages.post("/logout", async (c) => {
    const identity = await accounts.whoIs(c.req.raw.headers);
    const cookies = identity === null ? new Headers() : await accounts.logout(c.req.raw.headers, client(c));
    // Drafts, what was heard last, the service worker: nothing of theirs stays in the browser.
    c.header("clear-site-data", '"storage"');
    return entered(c, cookies, "/login");
  });

  pages.get("/signup", (c) => {
    if (!accounts.signupOpen) return showRefusal(c, parts, signupClosed());
    return show(c, parts, signupPage({ values: NOBODY, ...NO_PROBLEM }));
  });
  pages.post("/signup", async (c) => {
    if (!accounts.signupOpen) return showRefusal(c, parts, signupClosed());
    const { name = "", organization = "", email = "", password = "" } = await readForm(c);
    const input = check(signupSchema, { name, organization, email, password });
    const opened = input.ok ? await accounts.signup(input.value, senderOf(c)) : input;
    if (opened.ok) return entered(c, opened.value.headers, "/");
    const problem = formProblem(opened.refusal, ["name", "organization", "email", "password"]);
    const view = signupPage({ values: { name, organization, email }, ...problem });
    return show(c, parts, view, formStatus(opened.refusal));
  });

  pages.get("/setup", async (c) => {
    const token = c.req.query("token") ?? "";
    const good = await accounts.checkSetup(token);
    if (!good.ok) return showRefusal(c, parts, good.refusal);
    return show(c, parts, setupPage({ token, values: NOBODY, ...NO_PROBLEM }));
  });
  pages.post("/setup", async (c) => {
    const { token = "", name = "", organization = "", email = "", password = "" } = await readForm(c);
    const input = check(signupSchema, { name, organization, email, password });
    const opened = input.ok ? await accounts.setUp(token, input.value, senderOf(c)) : input;
    if (opened.ok) return entered(c, opened.value.headers, "/");
    if (opened.refusal.code === "setup.unknown") return showRefusal(c, parts, opened.refusal);
    const problem = formProblem(opened.refusal, ["name", "organization", "email", "password"]);
    const view = setupPage({ token, values: { name, organization, email }, ...problem });
    return show(c, parts, view, formStatus(opened.refusal));
  });

  pages.get("/forgot-password", (c) =>
    show(c, parts, forgotPasswordPage({ email: "", sent: false, mailed, ...NO_PROBLEM })),
  );
  pages.post("/forgot-password", async (c) => {
    const { email = "" } = await readForm(c);
    const input = check(forgotPasswordSchema, { email });
    const asked = input.ok
      ? await accounts.forgotPassword(input.value.email, client(c), pageWords(c).language)
      : input;
    if (asked.ok) return show(c, parts, forgotPasswordPage({ email, sent: true, mailed, ...NO_PROBLEM }));
    const view = forgotPasswordPage({ email, sent: false, mailed, ...formProblem(asked.refusal, ["email"]) });
    return show(c, parts, view, formStatus(asked.refusal));
  });

  pages.get("/reset-password", (c) =>
    show(c, parts, resetPasswordPage({ token: c.req.query("token") ?? "", ...NO_PROBLEM })),
  );
  pages.post("/reset-password", async (c) => {
    const { token = "", password = "" } = await readForm(c);
    const input = check(resetPasswordSchema, { token, password });
    const done = input.ok ? await accounts.resetPassword(token, password) : input;
    if (done.ok) return c.redirect("/login?done=reset", 303);
    const view = resetPasswordPage({ token, ...resetProblem(done.refusal, pageWords(c)) });
    return show(c, parts, view, formStatus(done.refusal));
  });

  pages.post("/theme", async (c) => {
    const { theme, next } = await readForm(c);
    const chosen = theme === "light" || theme === "dark" ? theme : "system";
    // The page's script reads and writes it too, so that a change needs no new page.
    writeCookie(c, parts.publicOrigin, THEME_COOKIE, chosen, { maxAge: YEAR_SECONDS });
    return c.redirect(safeNext(next), 303);
  });
  pages.post("/language", async (c) => {
    const { language, next } = await readForm(c);
    if (isLanguage(language))
      writeCookie(c, parts.publicOrigin, LANGUAGE_COOKIE, language, { maxAge: YEAR_SECONDS });
    return c.redirect(safeNext(next), 303);
  });
  pages.post("/lists", async (c) => {
    const form = await readForm(c);
    const changed = changedLists(listsOf(readCookie(c, LISTS_COOKIE)), form);
    writeCookie(c, parts.publicOrigin, LISTS_COOKIE, listsText(changed), { maxAge: YEAR_SECONDS });
    return c.redirect(safeNext(form.next), 303);
  });
  pages.post("/shortcuts", async (c) => {
    const { shortcuts, next } = await readForm(c);
    const chosen = shortcuts === "off" ? "off" : "on";
    writeCookie(c, parts.publicOrigin, SHORTCUTS_COOKIE, chosen, { maxAge: YEAR_SECONDS });
    return c.redirect(safeNext(next), 303);
  });
  return pages;
}

function entered(c: Context<AppEnv>, cookies: Headers, next: string): Response {
  const response = c.redirect(next, 303);
  for (const cookie of cookies.getSetCookie()) response.headers.append("set-cookie", cookie);
  return response;
}

function signupClosed(): Refusal {
  return refuse("auth.signup-closed", SIGNUP_CLOSED).refusal;
}

/** The link's token is no field a person sees: when it is at fault, the form says what to do instead. */
function resetProblem(refusal: Refusal, { entrance }: Words) {
  const token = refusal.errors?.find(({ path }) => path === "token");
  if (token === undefined) return formProblem(refusal, ["password"]);
  return { errors: [], problem: { title: entrance.linkUsed, text: entrance.linkUsedText } };
}
