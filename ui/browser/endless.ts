/** As many rows as an answer may have (protocol/api/list.ts). */
const ROWS_MAX = 500;

/**
 * After more rows came by themselves, the address says how many there are, so that a reload, going back and the part
 * that renews itself have them all.
 */
export function enhanceEndless(): { adopt(): void } {
  document.addEventListener("htmx:after:swap", ({ target }) => {
    // What asked is gone with the pager it was in: the event comes from what got the rows.
    if (!(target instanceof Element) || !target.matches("#results tbody")) return;
    const rows = target.children.length;
    const url = new URL(location.href);
    url.searchParams.set("limit", String(Math.min(rows, ROWS_MAX)));
    const path = `${url.pathname}${url.search}`;
    history.replaceState({ ...history.state, htmx: true }, "", path);
    document.querySelector("#results.live-region")?.setAttribute("hx-get", path);
  });
  return { adopt() {} };
}
