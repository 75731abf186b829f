import type { Clock } from "../../protocol/clock.ts";

const SKELETON_AFTER_MS = 150;

/** What htmx knows of a request, as far as we use it. */
export interface HtmxRequest {
  request: { method: string; body: FormData | null };
  target?: Element;
  sourceElement?: Element;
}

/** What htmx is about to do to the browser's history. */
interface HistoryStep {
  type: "push" | "replace";
  path: string;
}

/** What htmx leaves to us: clean addresses, one step of the history for a page, signs of progress, and focus after a change of page. */
export function enhanceNavigation(clock: Pick<Clock, "after">): void {
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = (event as CustomEvent<{ ctx: HtmxRequest }>).detail;
    // An empty filter is no filter; it has no place in the address.
    if (ctx.request.method === "GET" && ctx.request.body !== null) {
      for (const [name, value] of [...ctx.request.body]) if (value === "") ctx.request.body.delete(name);
    }
  });
  const waiting = new Map<HtmxRequest, () => void>();
  document.addEventListener("htmx:before:request", (event) => {
    const ctx = requestOf(event);
    if (ctx === undefined) return;
    if (isNavigation(ctx)) document.documentElement.classList.add("is-loading");
    const place = placeOf(ctx);
    if (place === null) return;
    // A quick answer must not flash.
    const stop = clock.after(SKELETON_AFTER_MS, () => place.setAttribute("aria-busy", "true"));
    waiting.set(ctx, () => {
      stop();
      place.removeAttribute("aria-busy");
    });
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const ctx = requestOf(event);
    if (ctx === undefined) return;
    if (isNavigation(ctx)) document.documentElement.classList.remove("is-loading");
    waiting.get(ctx)?.();
    waiting.delete(ctx);
  });
  document.addEventListener("htmx:before:history:update", (event) => {
    const { history: step } = (event as CustomEvent<{ history: HistoryStep }>).detail;
    // As browsers do without htmx: a form that came back is no step that one goes back over.
    if (new URL(step.path, location.href).href === location.href) step.type = "replace";
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const ctx = requestOf(event);
    if (!isNavigation(ctx)) return;
    // A form that came back is gone on with where something is wrong.
    const wrong = ctx?.request.method === "POST" ? firstWrong() : null;
    if (wrong !== null) return wrong.focus();
    // As after a real change of page: the keyboard and the screen reader start at the content.
    const focused = document.activeElement;
    if (focused === null || focused === document.body) {
      document.getElementById("content")?.focus({ preventScroll: true });
    }
  });
}

/** The first control that was refused; of several boxes that were refused as a whole the first. */
function firstWrong(): HTMLElement | null {
  const wrong = document.querySelector<HTMLElement>("#content [aria-invalid=true]");
  return wrong?.matches("fieldset") ? wrong.querySelector("input") : wrong;
}

/**
 * What a person waits for: the page's content, or the list that their search or filter renews. Null for what renews
 * itself, and for a form, whose fields must stay to be seen.
 */
function placeOf(ctx: HtmxRequest): Element | null {
  if (ctx.request.method !== "GET" || ctx.sourceElement?.matches(".live-region, [data-more]")) return null;
  return isNavigation(ctx) ? document.getElementById("content") : (ctx.target ?? null);
}

/** Whether a person asked for a page, rather than a part of it for itself. */
export function isNavigation(ctx: Pick<HtmxRequest, "target"> | undefined): boolean {
  return ctx?.target === document.body;
}

function requestOf(event: Event): HtmxRequest | undefined {
  return (event as CustomEvent<{ ctx?: HtmxRequest }>).detail.ctx;
}
