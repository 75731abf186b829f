import { describe, expect, test } from "bun:test";
import { estate, frame } from "../testing/views.ts";
import { deviceListPage, renderPage } from "../ui.ts";
import { changedLists, listsOf, listsText } from "./lists.tsx";

const ALL = listsOf(undefined);

describe("how a person likes lists", () => {
  test("is read back as it was written, and what is none of ours is passed over", () => {
    const text = "dense devices-site sites-online";
    expect(listsText(listsOf(text))).toBe(text);
    expect(listsText(listsOf("sites-online nonsense devices-name dense"))).toBe("dense sites-online");
    for (const none of [undefined, "", "roomy", "<b>"]) expect(listsOf(none)).toEqual(ALL);
  });

  test("a form has the columns that are wanted, and leaves the other lists as they are", () => {
    const form = { list: "devices", density: "dense", connection: "on", health: "on", lastSeen: "on" };
    const before = listsOf("sites-online devices-health");
    expect(listsText(changedLists(before, form))).toBe("dense devices-site sites-online");
    expect(changedLists(before, { list: "no-such" })).toEqual(before);
  });

  test("is what a list shows: a column left out is nowhere, and what a row is called is always there", () => {
    const view = deviceListPage({
      devices: { items: estate.devices.slice(0, 3), nextCursor: null, total: 3 },
      query: { limit: 50 },
      after: 0,
      deleted: 0,
      choices: { sites: [], types: [], tags: [], firmware: [] },
    });
    const shown = (text: string | undefined) => {
      const html = renderPage({ ...frame, lists: listsOf(text) }, view);
      const table = new DOMParser().parseFromString(html, "text/html").querySelector("table")!;
      return {
        heads: [...table.querySelectorAll("thead th")].map((head) => head.textContent),
        cells: table.querySelectorAll("tbody td").length / 3,
        dense: table.classList.contains("dense"),
      };
    };
    const heads = ["", "Device", "Connection", "Health", "Site", "Last seen"];
    expect(shown("")).toEqual({ heads, cells: 6, dense: false });
    expect(shown("dense devices-site devices-health")).toEqual({
      ...{ heads: ["", "Device", "Connection", "Last seen"], cells: 4, dense: true },
    });
  });
});
