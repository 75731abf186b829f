import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { literalsOf } from "./literals.ts";

/** Literals that look like words and are none, by file. */
const NO_LANGUAGE: Record<string, readonly string[]> = {
  "ui/browser/drafts.ts": ["button quiet", "input:not([type=hidden]), textarea, select"],
  "ui/browser/endless.ts": ["#results tbody"],
  "ui/browser/hotkeys.ts": ["input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"],
  "ui/browser/keys.ts": ["#content tr, #content .found li"],
  "ui/browser/push-subscription.ts": ["(display-mode: standalone)", "Notification"],
  "ui/browser/toasts.ts": ["toast tone-", "input, textarea, select"],
  "ui/charts/colours.ts": ["color-mix(in oklch, var(--accent) 20%, transparent)"],
  "ui/islands/telemetry/chart.tsx": ["(prefers-color-scheme: dark)"],
  "ui/components/palette.tsx": ["Enter", "Escape"],
  "ui/layout/document.tsx": ["light", "dark", "<!doctype html>"],
  "ui/pages/design/controls.tsx": ["primary", "quiet", "danger"],
  "ui/pages/design/foundations.tsx": ["Aa"],
  "ui/pages/design/still.ts": [
    ...['<div role="group"', '<div role="group"$1', '<form method="dialog"', "<dialog open"],
  ],
  "ui/layout/lists.tsx": ["table cards dense", "table cards", "roomy", "dense"],
  "ui/pages/gateway-add-page.tsx": ["sudo homepot-edge device add till-1"],
  "ui/pages/local/local-document.tsx": ["light", "dark", "<!doctype html>"],
  "ui/pages/local/local-status-page.tsx": ["UTC"],
  "ui/pages/search-page.tsx": ["pages", "actions"],
  "ui/pages/settings-page.tsx": [
    ...["Edge", "Opera", "Firefox", "Chrome", "Safari", "Android", "Windows", "Linux"],
  ],
};

/** The notation of the API reference, which is English as the API is. */
const ENGLISH = new Set(["ui/pages/api-shape.ts"]);

const files = [
  ...new Bun.Glob("{ui,cloud}/**/*.tsx").scanSync("."),
  ...new Bun.Glob("ui/{browser,charts,components,islands,layout,live,pages,urls}/**/*.ts").scanSync("."),
].filter((file) => !/(\.test\.tsx?|ui\/(words|testing)\/.*)$/.test(file) && !ENGLISH.has(file));

describe("what people read is in the catalogue (docs/translations.md)", () => {
  test("and nowhere else", () => {
    const strays = files.sort().flatMap((file) =>
      literalsOf(readFileSync(file, "utf8"))
        .filter((words) => NO_LANGUAGE[file]?.includes(words) !== true)
        .map((words) => `${file}: ${words}`),
    );
    expect(files.length).toBeGreaterThan(80);
    expect(strays).toEqual([]);
  });

  test("a word elsewhere is found, however it is written", () => {
    const source = `
      const LABEL = "Two words";
      export function Page({ open, name }: { open: boolean; name: string }) {
        return (
          <section class="panel wide" title="Hello" hx-trigger="load delay:1s">
            Text
            <input placeholder={open ? "Open" : "Closed"} name="email" />
            <Field label={\`Edit \${name}\`} name="key" />
            {open === "closed" ? <b>{name}, {["yes", name]}</b> : tell(name, "just so much")}
          </section>
        );
      }`;
    expect(literalsOf(source).sort()).toEqual(
      ["Two words", "Hello", "Text", "Open", "Closed", "Edit", "yes", "just so much"].sort(),
    );
  });

  test("what is no language is not", () => {
    const source = `
      export const Page = ({ words }: { words: { title: string } }) => (
        <a class="button quiet" href="/sites/all of them" aria-label={words.title} data-x="some words here">
          <code>homepot-edge run --data DIR</code> HOMEPOT <b>12:30 &middot;</b>
          <Command text="homepot-edge device add till-1" />
          {refuseField("site", "choose a site")}
        </a>
      );`;
    expect(literalsOf(source)).toEqual([]);
  });
});
