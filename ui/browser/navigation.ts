import type { Say } from "./messages.ts";

interface HtmxContext {
  request: { method: string; body: FormData | null };
  target?: Element;
  sourceElement?: Element;
  push?: string;
}

/** What htmx leaves to us: clean addresses, a sign of progress, focus after a change of page, and plain words. */
export function enhanceNavigation(say: Say): void {
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = (event as CustomEvent<{ ctx: HtmxContext }>).detail;
    // An empty filter is no filter; it has no place in the address.
    if (ctx.request.method === "GET" && ctx.request.body !== null) {
      for (const [name, value] of [...ctx.request.body]) if (value === "") ctx.request.body.delete(name);
    }
  });
  document.addEventListener("htmx:before:request", (event) => {
    if (isNavigation(event)) document.documentElement.classList.add("is-loading");
  });
  document.addEventListener("htmx:finally:request", () => {
    document.documentElement.classList.remove("is-loading");
  });
  document.addEventListener("htmx:after:swap", (event) => {
    // As after a real change of page: the keyboard and the screen reader start at the content.
    if (!isNavigation(event)) return;
    const focused = document.activeElement;
    if (focused === null || focused === document.body) {
      document.getElementById("content")?.focus({ preventScroll: true });
    }
  });
  document.addEventListener("htmx:error", (event) => {
    if (isNavigation(event))
      say({
        text: "The cloud cannot be reached. Nothing was changed; try again in a moment.",
        tone: "error",
      });
  });
}

/** Whether a person asked for a page, rather than a part of it for itself. */
function isNavigation(event: Event): boolean {
  const { ctx } = (event as CustomEvent<{ ctx?: HtmxContext }>).detail;
  return ctx?.target === document.body;
}
