import { afterAll, beforeAll, expect, test } from "bun:test";
import { enhanceEndless } from "./endless.ts";

beforeAll(() => {
  enhanceEndless();
});

afterAll(() => {
  history.replaceState(null, "", "/");
  document.body.replaceChildren();
});

/** A list that has so many rows after a swap of `selector`, at an address. */
function swapped(selector: string, rows: number, address: string): [address: string, asked: string | null] {
  history.replaceState(null, "", address);
  document.body.innerHTML = `<div id="results" class="live-region" hx-get="/before"><table><tbody>${"<tr></tr>".repeat(rows)}</tbody></table></div>`;
  document
    .querySelector(selector)!
    .dispatchEvent(new CustomEvent("htmx:after:swap", { bubbles: true, detail: {} }));
  const asked = document.getElementById("results")!.getAttribute("hx-get");
  return [`${location.pathname}${location.search}`, asked];
}

test("the address and the part that renews itself have the rows that came, as many as an answer may", () => {
  const hundred = "/devices?tag=bar&limit=100";
  expect(swapped("tbody", 100, "/devices?tag=bar")).toEqual([hundred, hundred]);
  expect(history.state).toEqual({ htmx: true });
  expect(swapped("tbody", 520, "/devices?limit=470")[0]).toBe("/devices?limit=500");
  expect(swapped("#results", 50, "/devices?tag=bar")).toEqual(["/devices?tag=bar", "/before"]);
});
