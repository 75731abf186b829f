import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ERRORS, type ErrorCode, type FieldError, type Refusal, toProblem } from "../../protocol/errors.ts";
import type { Assets } from "../../ui/assets.ts";
import {
  errorPage,
  hasMacKeys,
  LISTS_COOKIE,
  type LocalView,
  languageOf,
  listsOf,
  renderPage,
  shortcutsOf,
  themeOf,
  type Words,
  wordsOf,
  zoneOf,
} from "../../ui/ui.ts";
import { readCookie } from "./cookies.ts";
import type { AppEnv } from "./env.ts";
import { takeNotice } from "./notice-pages.ts";

/** What every page needs besides what it shows. */
export interface ShowParts {
  assets(): Promise<Assets>;
  nowMs(): number;
  /** Origin at which people reach the service. */
  publicOrigin: string;
}

/** A page of the dashboard as the answer, in the frame of whoever asked. */
export async function show(
  c: Context<AppEnv>,
  parts: ShowParts,
  view: LocalView,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const words = pageWords(c);
  const html = renderPage(
    {
      theme: themeOf(c.req.header("cookie")),
      words,
      me: c.get("me") ?? null,
      after: c.get("after") ?? null,
      nowMs: parts.nowMs(),
      lists: listsOf(readCookie(c, LISTS_COOKIE)),
      shortcuts: shortcutsOf(c.req.header("cookie")),
      mac: hasMacKeys(c.req.header("user-agent")),
      unread: c.get("unread") ?? null,
      notice: takeNotice(c),
      timeZone: zoneOf(c.req.header("cookie")),
      // A form that was refused is shown at its own address, which a part of the page can ask for again.
      url: `${pathname}${search}`,
      assets: (await parts.assets()).entry,
    },
    view,
  );
  return c.html(html, status, {
    // What a page shows is out of date at once, and of nobody else's concern.
    "cache-control": "no-store",
    "content-language": words.language,
    vary: "Accept-Language, Cookie, User-Agent",
  });
}

/** What the dashboard says, in the language of whoever asked. */
export function pageWords(c: Context<AppEnv>): Words {
  return wordsOf(languageOf(c.req.header("cookie"), c.req.header("accept-language")));
}

/** A page that says what went wrong, in place of the one that was asked for. */
export function showRefusal(c: Context<AppEnv>, parts: ShowParts, refusal: Refusal): Promise<Response> {
  const problem = toProblem(refusal);
  const view = errorPage({ problem, requestId: c.get("requestId") ?? null });
  return show(c, parts, view, problem.status as ContentfulStatusCode);
}

/** A refusal as a form shows it: at its fields, and above them when it is about none of those. */
export function formProblem(
  refusal: Refusal,
  fields: readonly string[],
): { errors: readonly FieldError[]; problem: { title: string; text: string; code: ErrorCode } | null } {
  const errors = refusal.errors ?? [];
  const shown = errors.some(({ path }) =>
    fields.some((field) => path === field || path.startsWith(`${field}.`)),
  );
  const kind = ERRORS[refusal.code];
  return { errors, problem: shown ? null : { title: kind.title, text: kind.hint, code: refusal.code } };
}

/** The status of a form that was refused: 422 for bad fields, so that it is told from a broken request. */
export function formStatus(refusal: Refusal): ContentfulStatusCode {
  const { status } = ERRORS[refusal.code];
  return (status === 400 ? 422 : status) as ContentfulStatusCode;
}

/** The fields of a form by name; of a repeated one the last. Files are no part of our forms. */
export async function readForm(c: Context<AppEnv>): Promise<Record<string, string>> {
  const body = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** The query without what is empty (a form sends its empty fields too), and how many rows came before this page. */
export function readListQuery(c: Context<AppEnv>): { query: Record<string, string>; after: number } {
  // `begin` is for the pager, which reads it in the address.
  const { after = "0", begin: _, ...query } = c.req.query();
  const given = Object.entries(query).filter(([, value]) => value !== "");
  return { query: Object.fromEntries(given), after: /^\d{1,9}$/.test(after) ? Number(after) : 0 };
}
