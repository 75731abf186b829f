import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { options } from "preact";
import { frame } from "../testing/views.ts";
import { designPage, renderPage, wordsOf } from "../ui.ts";
import { still } from "./design/still.ts";

/** Everything that was rendered while `work` ran. */
function rendered(work: () => void): Set<unknown> {
  const seen = new Set<unknown>();
  // Preact calls it before every render of a component; its types do not name it.
  const hooks = options as { __r?: (vnode: { type: unknown }) => void };
  const before = hooks.__r;
  hooks.__r = (vnode) => {
    seen.add(vnode.type);
    before?.(vnode);
  };
  work();
  if (before === undefined) delete hooks.__r;
  else hooks.__r = before;
  return seen;
}

/** Every component of `ui/components`, by its name. */
async function components(): Promise<[string, unknown][]> {
  const files = readdirSync("ui/components").filter((file) => !file.includes(".test."));
  const modules = await Promise.all(
    files.map((file) => import(`../components/${file}`) as Promise<Record<string, unknown>>),
  );
  return modules
    .flatMap((module) => Object.entries(module))
    .filter(([name, value]) => /^[A-Z][a-z]/.test(name) && typeof value === "function");
}

test("every component there is, is shown", async () => {
  const all = await components();
  expect(all.length).toBeGreaterThan(40);
  const seen = rendered(() => void renderPage(frame, designPage()));
  expect(all.filter(([, component]) => !seen.has(component)).map(([name]) => name)).toEqual([]);
});

test("each is shown in both themes, does nothing to anybody, and leads nowhere else", () => {
  const html = renderPage({ ...frame, words: wordsOf("de") }, designPage());
  const page = new DOMParser().parseFromString(html, "text/html");
  const specimens = [...page.querySelectorAll(".specimen")];
  expect(specimens.length).toBeGreaterThan(30);
  for (const specimen of specimens) {
    const themes = [...specimen.querySelectorAll("[data-theme]")].map((stage) =>
      stage.getAttribute("data-theme"),
    );
    expect(themes).toEqual(["light", "dark"]);
  }
  const stages = ".specimen-stage";
  expect(page.querySelectorAll(`${stages} form:not([method=dialog])`)).toHaveLength(0);
  expect(page.querySelectorAll(`${stages} [action], ${stages} [hx-get], ${stages} [data-pick]`)).toHaveLength(
    0,
  );
  for (const link of page.querySelectorAll(`${stages} a`)) expect(link.getAttribute("href")).toMatch(/^#/);
});

test("what is made still keeps what names what, each picture for itself", () => {
  const html =
    '<form action="/x" hx-get="/x"><label for="a">A</label><input id="a" aria-describedby="b c"/></form>';
  expect(still(html, { mark: "m", href: "#s", open: false, live: false })).toBe(
    '<form method="dialog" hx-boost="false"><label for="a-m">A</label><input id="a-m" aria-describedby="b-m c-m"/></form>',
  );
});

test("a value with the end of a tag in it ends no tag", () => {
  const html = '<p data-tour-at=".stack > .panel" id="a">x</p>';
  expect(still(html, { mark: "m", href: "#s", open: false, live: false })).toBe('<p id="a-m">x</p>');
});

test("what waits for a press is shown open where it is to be", () => {
  const html = '<nav><h1>x</h1></nav><div popover="auto"></div><dialog class="d"></dialog>';
  const manner = { mark: "m", href: "#s", live: false };
  expect(still(html, { ...manner, open: true })).toBe(
    '<div role="group"><h2 class="as-h1">x</h2></div><div></div><dialog open class="d"></dialog>',
  );
});
