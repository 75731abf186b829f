import { afterAll, afterEach, beforeEach, describe, expect, spyOn, test } from "bun:test";
import type { Found } from "../../protocol/search/search.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { frame } from "../testing/views.ts";
import { renderPage, searchPage, shortcutsPage } from "../ui.ts";
import { Keys } from "./keys.ts";
import { Recent } from "./recent.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
const SEARCH = renderPage(frame, searchPage({ q: "", found: null, who: "u:o" }));
const SHEET = renderPage(frame, shortcutsPage());
const NOTHING: Found = { sites: [], devices: [], jobs: [], members: [] };
const FOUND: Found = {
  sites: [{ id: "s1", name: "Till Street", address: "Quay 1" }],
  devices: [
    {
      id: "d1",
      name: "Till 1",
      key: "till-1",
      type: "kiosk",
      siteName: "Cardiff Bay",
      provenance: "simulated",
    },
    { id: "d2", name: "till-2", key: "till-2", type: "kiosk", siteName: "Cardiff Bay", provenance: "real" },
  ],
  jobs: [],
  members: [{ id: "m1", name: "Tilly", email: "tilly@b.example" }],
};

let clock: ManualClock;
let keys: Keys;
let asked: string[];
let answer: () => Promise<Response>;
let followed: string[];
const storage = new Map<string, string>();
const store = {
  getItem: (key: string) => storage.get(key) ?? null,
  setItem: (key: string, value: string) => void storage.set(key, value),
};

const fetched = spyOn(globalThis, "fetch");
beforeEach(() => {
  clock = new ManualClock();
  keys = new Keys({ clock, storage: store, process: () => {} });
  asked = [];
  followed = [];
  answer = async () => Response.json(FOUND);
  document.body.innerHTML = `<div class="frame" data-keys="on"><main id="content"></main></div>`;
  fetched.mockImplementation((async (url: string) => {
    if (url === "/search") return new Response(SEARCH);
    if (url === "/settings/shortcuts") return new Response(SHEET);
    asked.push(url);
    return answer();
  }) as unknown as typeof fetch);
  document.body.addEventListener("click", follow);
});
afterAll(() => fetched.mockRestore());
afterEach(() => {
  document.body.removeEventListener("click", follow);
  document.body.replaceChildren();
  storage.clear();
});
/** Links lead nowhere here, and say where they would. */
function follow(event: Event): void {
  const link = (event.target as Element).closest("a");
  if (link === null) return;
  event.preventDefault();
  followed.push(link.getAttribute("href") ?? "");
}

const dialog = () => document.querySelector<HTMLDialogElement>("#palette")!;
const field = () => dialog().querySelector("input")!;
const shown = () =>
  [...dialog().querySelectorAll<HTMLElement>("[data-group]:not([hidden])")].map((group) => [
    group.dataset.group,
    [...group.querySelectorAll<HTMLElement>(":scope > [role=option]:not([hidden]) .palette-name")].map(
      (name) => name.textContent,
    ),
  ]);
const active = () => {
  const selected = [...dialog().querySelectorAll("[aria-selected=true]")];
  expect(selected.map(({ id }) => id)).toEqual([field().getAttribute("aria-activedescendant") ?? "none"]);
  return selected[0]?.querySelector(".palette-name")?.textContent;
};
const said = () => dialog().querySelector("[role=status]")?.textContent;
async function open(): Promise<void> {
  await keys.press("mod+k");
  await turn();
  await turn();
}
const press = (key: string) =>
  field().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
async function type(text: string, waitMs = 120): Promise<void> {
  field().value = text;
  field().dispatchEvent(new Event("input", { bubbles: true }));
  clock.advance(waitMs);
  await turn();
  await turn();
}

describe("the palette", () => {
  test("opens with pages and actions, the first of them active, and asks nothing", async () => {
    await open();
    expect(dialog().open).toBe(true);
    expect(shown().map(([group]) => group)).toEqual(["pages", "actions"]);
    expect(active()).toBe("Overview");
    expect([asked, said()]).toEqual([[], ""]);
    await open();
    expect(dialog().open).toBe(false);
  });

  test("finds pages by their names and by other words for them, at once", async () => {
    await open();
    await type("audit", 0);
    expect(shown()).toEqual([["pages", ["Audit log"]]]);
    await type("hotkeys", 0);
    expect(shown()).toEqual([["pages", ["Keyboard shortcuts"]]]);
    await type("new", 0);
    expect((shown()[0]![1] as string[]).toSorted()).toEqual([
      ...["Add a device", "Add a gateway", "Add a site", "Invite somebody", "Make a role"],
      "Run a job",
      "Send a notification",
      "Upload firmware",
    ]);
    await type("", 0);
    expect(active()).toBeString();
    expect((shown()[0]![1] as string[])[0]).toBe("Overview");
  });

  test("asks for sites, devices and people when one stops typing, and says how many there are", async () => {
    await open();
    await type("til", 119);
    expect(asked).toEqual([]);
    await type("till");
    expect(asked).toEqual(["/api/v1/search?q=till"]);
    expect(shown()).toEqual([
      ["sites", ["Till Street"]],
      ["devices", ["Till 1", "till-2"]],
      ["members", ["Tilly"]],
    ]);
    const details = [...dialog().querySelectorAll("[data-group=devices] > a .palette-detail")];
    expect(details.map((detail) => detail.textContent)).toEqual(["Cardiff Bay · till-1", "Cardiff Bay"]);
    const marked = [...dialog().querySelectorAll("[role=option]:has(.badge:not([hidden])) .palette-name")];
    expect(marked.map((name) => name.textContent)).toEqual(["Till 1"]);
    expect([said(), active()]).toEqual(["Results: 4", "Till Street"]);
    expect(dialog().querySelector("[data-group=sites] mark")?.textContent).toBe("Till");
  });

  test("is walked by the arrow keys, from the end to the beginning; Enter goes there and closes it", async () => {
    await open();
    await type("till");
    press("ArrowUp");
    expect(active()).toBe("Tilly");
    press("ArrowDown");
    press("ArrowDown");
    expect(active()).toBe("Till 1");
    press("Enter");
    expect([followed, dialog().open]).toEqual([["/devices/d1"], false]);
  });

  test("Enter before the answer chooses the first of what it finds", async () => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    answer = () => promise;
    await open();
    await type("till");
    press("Enter");
    expect(followed).toEqual([]);
    resolve(Response.json(FOUND));
    await turn();
    await turn();
    expect(followed).toEqual(["/sites/s1"]);
  });

  test("remembers what was chosen, for this person, and offers it first; an old page only where it still is", async () => {
    await open();
    await type("till");
    press("ArrowDown");
    press("Enter");
    await open();
    expect(shown()[0]).toEqual(["recent", ["Till 1"]]);
    expect(dialog().querySelectorAll("[data-group=recent] .badge:not([hidden])")).toHaveLength(1);
    await type("audit", 0);
    press("Enter");
    const kept = new Recent(store, "u:o");
    expect(kept.all().map(({ href }) => href)).toEqual(["/settings/audit", "/devices/d1"]);
    kept.add({ group: "pages", href: "/no/longer", name: "Gone", detail: "", isSimulated: false });
    kept.add({ group: "unknown", href: "/no/longer", name: "Gone", detail: "", isSimulated: false });
    await open();
    expect(shown()[0]).toEqual(["recent", ["Audit log", "Till 1"]]);
    expect(new Recent(store, "other:o").all()).toEqual([]);
  });

  test.each(["{", "1", "[1]", '[{"group":"a","href":"//x","name":"","detail":""}]'])(
    "drops what it did not write: %s",
    (text) => {
      storage.set("palette:u:o", text);
      expect(new Recent(store, "u:o").all()).toEqual([]);
    },
  );

  test("says that nothing is called so, and that nobody answered; an older answer is too late", async () => {
    answer = async () => Response.json(NOTHING);
    await open();
    await type("zzz");
    expect([shown(), said()]).toEqual([[], "Nothing is called that. Shorter words find more."]);
    answer = async () => new Response(null, { status: 429 });
    await type("zzzz");
    expect(said()).toStartWith("The search got no answer.");
    const { promise, resolve } = Promise.withResolvers<Response>();
    answer = () => promise;
    await type("till");
    answer = async () => Response.json(NOTHING);
    await type("tillx");
    resolve(Response.json(FOUND));
    await turn();
    expect(shown()).toEqual([]);
  });

  test("follows the pointer, and closes beside it", async () => {
    await open();
    const option = dialog().querySelector("[data-group=pages] [href='/sites']")!;
    option.dispatchEvent(new Event("pointermove", { bubbles: true }));
    expect(active()).toBe("Sites");
    dialog().click();
    expect(dialog().open).toBe(false);
  });
});

describe("keys", () => {
  const ROWS = `<a href="/sites" data-key="g s"></a><a href="/sites/new" data-key="c"></a>
    <input id="search" data-key="/" value="x"><form id="bulk"></form><main id="content"><table>
    <tr><th>Head</th></tr>
    <tr id="one"><td><input type="checkbox" data-pick><a class="row-link" href="/1">1</a><a data-row-key="e" href="/1/edit"></a></td></tr>
    <tr id="two"><td><input type="checkbox" data-pick><a class="row-link" href="/2">2</a></td></tr></table></main>`;
  const focused = () => document.activeElement?.closest("tr")?.id ?? null;

  beforeEach(() => {
    document.body.innerHTML = ROWS;
  });

  test("one after the other lead somewhere; what takes too long, or is no such thing, is forgotten", async () => {
    await keys.press("g");
    await keys.press("s");
    await keys.press("c");
    expect(followed).toEqual(["/sites", "/sites/new"]);
    await keys.press("g");
    await keys.press("q");
    await keys.press("s");
    await keys.press("g");
    clock.advance(2_000);
    await keys.press("s");
    expect(followed).toHaveLength(2);
  });

  test("/ goes to the search of the page, and where there is none opens the palette", async () => {
    await keys.press("/");
    expect(document.activeElement?.id).toBe("search");
    document.getElementById("search")?.remove();
    await keys.press("/");
    await turn();
    await turn();
    expect(dialog().open).toBe(true);
  });

  test("j and k walk the rows and stay at the ends; x picks, e edits, Escape picks none", async () => {
    await keys.press("k");
    expect(focused()).toBe(null);
    for (const [key, at] of [
      ["j", "one"],
      ["j", "two"],
      ["j", "two"],
      ["k", "one"],
      ["k", "one"],
    ] as const) {
      await keys.press(key);
      expect([key, focused()]).toEqual([key, at]);
    }
    await keys.press("x");
    await keys.press("e");
    const picked = () => document.querySelectorAll("[data-pick]:checked").length;
    expect([picked(), followed]).toEqual([1, ["/1/edit"]]);
    document.getElementById("bulk")!.innerHTML = `<button type="reset"></button>`;
    let resets = 0;
    document.addEventListener("reset", () => (resets += 1), { once: true });
    await keys.press("Escape");
    expect(resets).toBe(1);
  });

  test("a row that leads nowhere is come to itself", async () => {
    document.querySelector("table")!.innerHTML = `<tr id="one" tabindex="-1"><td>1</td></tr>
      <tr id="between"><td>no row of the list</td></tr><tr id="two" tabindex="-1"><td><a href="/2">2</a></td></tr>`;
    await keys.press("j");
    await keys.press("j");
    expect(document.activeElement?.id).toBe("two");
  });

  test("? shows the sheet, and the sheet is closed by its button and beside it", async () => {
    await keys.press("?");
    await turn();
    const sheet = document.querySelector<HTMLDialogElement>("#shortcut-dialog")!;
    expect([sheet.open, sheet.textContent?.includes("Next row")]).toEqual([true, true]);
    sheet.querySelector<HTMLElement>("[data-close]")!.click();
    expect(document.querySelector("#shortcut-dialog")).toBeNull();
  });
});
