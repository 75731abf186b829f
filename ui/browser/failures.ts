import type { Say } from "./messages.ts";
import { type HtmxRequest, isNavigation } from "./navigation.ts";
import { worded } from "./page-words.ts";
import { UNFINISHED } from "./renewal.ts";

type Ctx = HtmxRequest & {
  text?: string;
  response?: { status: number; headers: Headers };
  request: { submitter?: HTMLElement | null };
};

/**
 * Requests that fail. A page that answers with its reason is shown like any other; everything else leaves the page as it
 * is, with what was typed, and says what happened with a button that tries again. Parts of a page that renew themselves
 * fail quietly: the connection's indicator tells of it. After a step in the history the address is no longer that of the
 * page: another try loads the page of the address.
 */
export function enhanceFailures(say: Say): void {
  const tell = (ctx: Ctx, text: string) => {
    if (ctx.sourceElement?.matches(".live-region") === true) return;
    if (isStep(ctx)) document.dispatchEvent(new CustomEvent(UNFINISHED));
    say({ text, tone: "error", action: { label: worded("again"), run: () => again(ctx) } });
  };
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = (event as CustomEvent<{ ctx: Ctx }>).detail;
    const text = failureOf(ctx);
    if (text === null) return;
    // Nothing is put into the page.
    event.preventDefault();
    tell(ctx, text);
  });
  document.addEventListener("htmx:error", (event) => {
    const { ctx } = (event as CustomEvent<{ ctx?: Ctx }>).detail;
    // Errors of other kinds have no request.
    if (ctx?.request === undefined || ctx.response !== undefined) return;
    const silence = worded("noAnswer");
    tell(ctx, ctx.request.method === "GET" ? silence : `${silence} ${worded("stillHere")}`);
  });
}

/** What went wrong, in words; null when the answer is to be shown: it is good, or a page that says by itself. */
function failureOf(ctx: Ctx): string | null {
  const { status, headers } = ctx.response ?? { status: 0, headers: new Headers() };
  if (status < 400) return null;
  // Whatever stands before the cloud answers for it when it is away, with pages that are none of ours.
  if (!headers.has("x-request-id")) return worded("away");
  if (status === 429) return worded("busy").replace("{seconds}", headers.get("retry-after") ?? "60");
  if (headers.get("content-type")?.includes("json")) {
    const { title, hint } = JSON.parse(ctx.text ?? "{}") as { title: string; hint: string };
    return `${title}. ${hint}`;
  }
  const page = new DOMParser().parseFromString(ctx.text ?? "", "text/html").querySelector(".error-page");
  if (page === null || (isNavigation(ctx) && ctx.request.method === "GET")) return null;
  return `${page.querySelector("h1")?.textContent}. ${page.querySelector("p")?.textContent}`;
}

/** Nobody's link or form asks for a page of the history. */
function isStep({ sourceElement }: Ctx): boolean {
  return sourceElement === document.body;
}

function again(ctx: Ctx): void {
  const { sourceElement, request } = ctx;
  if (sourceElement?.isConnected !== true || isStep(ctx)) location.reload();
  else if (sourceElement instanceof HTMLFormElement) sourceElement.requestSubmit(request.submitter ?? null);
  else (sourceElement as HTMLElement).click();
}
