import { describe, expect, test } from "bun:test";
import type { DeviceQuery } from "../../protocol/devices/device.ts";
import { estate, frame } from "../testing/views.ts";
import { deviceListPage, gatewayListPage, type LocalView, renderPage, siteListPage } from "../ui.ts";

const page = <Item,>(items: readonly Item[]) => ({ items: [...items], nextCursor: "c", total: 1_000 });
const choices = { sites: [], types: [], tags: [], firmware: [] };

function devices(query: Pick<DeviceQuery, "sort" | "q">): LocalView {
  const found = page(estate.devices.slice(0, 3));
  return deviceListPage({ devices: found, query: { limit: 3, ...query }, after: 3, deleted: 0, choices });
}

/** What a page says about its order: the heads that sort, the links around the rows, and the choice among its filters. */
function orderOf(view: LocalView) {
  const shown = new DOMParser().parseFromString(renderPage(frame, view), "text/html");
  const hrefs = (selector: string) =>
    [...shown.querySelectorAll(selector)].map((link) => link.getAttribute("href"));
  return {
    heads: [...shown.querySelectorAll("th:has(.sort)")].map((head) => [
      head.textContent,
      head.getAttribute("aria-sort"),
      head.querySelector("a")?.getAttribute("href"),
    ]),
    around: [...hrefs(".chip"), ...hrefs(".pager a")],
    chosen: shown.querySelector("select[name=sort] option[selected]")?.textContent,
  };
}

describe("the order of a list", () => {
  test("is by name at first, and each head sorts by its column, the sorted one the other way", () => {
    expect(orderOf(devices({}))).toMatchObject({
      heads: [
        ["Device", "ascending", "/devices?sort=-name"],
        ["Connection", null, "/devices?sort=connectivity"],
        ["Last seen", null, "/devices?sort=lastSeenAt"],
      ],
      chosen: undefined,
    });
  });

  test("stays with filters and pages, and is among the filters for who sees no heads", () => {
    expect(orderOf(devices({ q: "till", sort: "-lastSeenAt" }))).toEqual({
      heads: [
        ["Device", null, "/devices?q=till&sort=name"],
        ["Connection", null, "/devices?q=till&sort=connectivity"],
        ["Last seen", "descending", "/devices?q=till&sort=lastSeenAt"],
      ],
      around: [
        "/devices?sort=-lastSeenAt",
        "/devices?q=till&sort=-lastSeenAt",
        "/devices?q=till&sort=-lastSeenAt&cursor=c&after=6",
      ],
      chosen: "Last seen, descending",
    });
  });

  test("of sites and gateways is theirs", () => {
    const sites = { sites: page(estate.sites), after: 0, tags: [], deleted: 0 };
    expect(orderOf(siteListPage({ ...sites, query: { limit: 3, q: "bay", sort: "-name" } }))).toEqual({
      heads: [["Site", "descending", "/sites?q=bay&sort=name"]],
      around: ["/sites?sort=-name", `/sites?q=bay&sort=-name&cursor=c&after=${estate.sites.length}`],
      chosen: "Site, descending",
    });
    const gateways = { gateways: page(estate.gateways), after: 0 };
    expect(
      orderOf(gatewayListPage({ newest: null, ...gateways, query: { limit: 3, q: "a", sort: "siteName" } })),
    ).toEqual({
      heads: [["Site", "ascending", "/gateways?q=a&sort=-siteName"]],
      around: [
        "/gateways?sort=siteName",
        `/gateways?q=a&sort=siteName&cursor=c&after=${estate.gateways.length}`,
      ],
      chosen: "Site, ascending",
    });
  });
});
