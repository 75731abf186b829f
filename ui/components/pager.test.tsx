import { describe, expect, test } from "bun:test";
import { estate, frame } from "../testing/views.ts";
import { renderPage, siteListPage } from "../ui.ts";

const [site] = estate.sites;

/** The pager under a page of a list of a thousand sites, asked for by `url`. */
function pagerOf(
  url: string,
  after: number,
  shown: number,
  nextCursor: string | null = "c=1",
): Element | null {
  const items = Array.from({ length: shown }, (_, index) => ({ ...site!, id: `s${index}` }));
  const view = siteListPage({
    sites: { items, nextCursor, total: 1_000 },
    query: { limit: shown, q: "bay" },
    ...{ after, tags: [], deleted: 0 },
  });
  const html = renderPage({ ...frame, url }, view);
  return new DOMParser().parseFromString(html, "text/html").getElementById("pager");
}
const linksOf = (pager: Element | null) =>
  [...pager!.querySelectorAll("a")].map((link) => [link.textContent, link.getAttribute("href")]);

describe("a pager", () => {
  test("leads to the next page, and has the rows of it come by themselves, with what is filtered by", () => {
    const pager = pagerOf("/sites?q=bay", 0, 50);
    const next = "/sites?q=bay&cursor=c%3D1&after=50";
    expect(linksOf(pager)).toEqual([["Next page", next]]);
    expect(pager?.querySelector("[data-more]")?.getAttribute("hx-get")).toBe(`${next}&begin=0`);
    expect(pager?.querySelector(".number")?.textContent).toBe("1 to 50 of 1,000");
  });

  test("of rows that came by themselves counts from where the page began", () => {
    const pager = pagerOf("/sites?q=bay&cursor=x&after=100&begin=0", 100, 50);
    expect(pager?.querySelector(".number")?.textContent).toBe("1 to 150 of 1,000");
    expect(linksOf(pager).map(([text]) => text)).toEqual(["Next page"]);
    const later = pagerOf("/sites?q=bay&cursor=x&after=550&begin=500", 550, 50);
    expect(later?.querySelector(".number")?.textContent).toBe("501 to 600 of 1,000");
    expect(linksOf(later)[0]).toEqual(["First page", "/sites?q=bay"]);
  });

  test("asks before there are more than five hundred rows, whatever the size of the pages", () => {
    const comes = (after: number, shown: number) =>
      pagerOf("/sites", after, shown)?.querySelector("[data-more]") !== null;
    expect([comes(400, 50), comes(450, 50), comes(500, 50), comes(0, 500), comes(490, 70)]).toEqual([
      ...[true, false, true, false, false],
    ]);
  });

  test("is not there where one page is all", () => {
    expect(pagerOf("/sites", 0, 3, null)).toBeNull();
  });
});
