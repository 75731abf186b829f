/** What htmx knows of a request, as far as we use it. */
export interface HtmxRequest {
  request: { method: string; body: FormData | null };
  target?: Element;
  sourceElement?: Element;
}

/** What htmx leaves to us: clean addresses, a sign of progress, and focus after a change of page. */
export function enhanceNavigation(): void {
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = (event as CustomEvent<{ ctx: HtmxRequest }>).detail;
    // An empty filter is no filter; it has no place in the address.
    if (ctx.request.method === "GET" && ctx.request.body !== null) {
      for (const [name, value] of [...ctx.request.body]) if (value === "") ctx.request.body.delete(name);
    }
  });
  document.addEventListener("htmx:before:request", (event) => {
    if (isNavigation(requestOf(event))) document.documentElement.classList.add("is-loading");
  });
  document.addEventListener("htmx:finally:request", () => {
    document.documentElement.classList.remove("is-loading");
  });
  document.addEventListener("htmx:after:swap", (event) => {
    // As after a real change of page: the keyboard and the screen reader start at the content.
    if (!isNavigation(requestOf(event))) return;
    const focused = document.activeElement;
    if (focused === null || focused === document.body) {
      document.getElementById("content")?.focus({ preventScroll: true });
    }
  });
}

/** Whether a person asked for a page, rather than a part of it for itself. */
export function isNavigation(ctx: Pick<HtmxRequest, "target"> | undefined): boolean {
  return ctx?.target === document.body;
}

function requestOf(event: Event): HtmxRequest | undefined {
  return (event as CustomEvent<{ ctx?: HtmxRequest }>).detail.ctx;
}
