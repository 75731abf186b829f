import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { ERRORS } from "../../protocol/errors.ts";
import { COMPOSER_DATA } from "../testing/composer-views.ts";
import { CONFIG_DATA } from "../testing/config-views.ts";
import { FIRMWARE_DATA } from "../testing/firmware-views.ts";
import { JOB_DATA } from "../testing/job-views.ts";
import { NOTIFICATION_DATA } from "../testing/notification-views.ts";
import { pseudoWords, unbracketed } from "../testing/pseudo-words.ts";
import { SENT_DATA } from "../testing/sent-views.ts";
import { SETTINGS_DATA } from "../testing/settings-views.ts";
import { SIMULATION_DATA } from "../testing/simulation-views.ts";
import { estate, frame, IMPORT_DATA, VIEWS } from "../testing/views.ts";
import * as ui from "../ui.ts";
import { renderPage, wordsOf } from "../ui.ts";
import { metricName } from "../words/words.ts";

const SPOKEN = ["aria-label", "title", "placeholder", "alt", "content"];
/** Names that are the same in every language, and what the made-up pages show besides the made-up estate. */
const NAMES = [
  ...["acme", "zzz", "7KQF-2M9D", "Bay", "The Bay", "Quay 1", "site.update"],
  // What the API calls its own.
  ...["path", "text", ...Object.keys(ERRORS).map((code) => code.split(".")[0] ?? "")],
  "HOMEPOT",
  // A specimen of type.
  "Aa",
  "English",
  "Deutsch",
  "homepot.example",
  "a@b.example",
  "r1",
];

const english = wordsOf("en");

/** Every text of the estate, whole: what pages may show that is in no catalogue. */
function textsOf(value: unknown): string[] {
  // Names of metrics and attributes are devices' own, and shown as words.
  if (typeof value === "string") return [value, metricName(english, value)];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => [metricName(english, key), ...textsOf(inner)]);
}
const trimmed = (text: string) => text.replace(/^[\s·:,.()]+|[\s·:,.()]+$/g, "");
const data = new Set(
  [
    ...textsOf([estate, SETTINGS_DATA, SIMULATION_DATA, JOB_DATA, CONFIG_DATA, FIRMWARE_DATA]),
    ...textsOf([NOTIFICATION_DATA, SENT_DATA, COMPOSER_DATA, IMPORT_DATA]),
    ...NAMES,
  ].map(trimmed),
);
/** An avatar's letters are of a name. */
const isData = (text: string) =>
  data.has(text) || text.split(", ").every((part) => data.has(part) || !/\p{L}{2}/u.test(part));

/** Everything a person reads or hears on a page that is neither a message nor data. */
function strays(html: string): string[] {
  const document = new DOMParser().parseFromString(html.replace(/&lt;(\w+)>/g, "‹$1›"), "text/html");
  // A quotation is what a device or a platform said.
  for (const other of document.querySelectorAll("code, pre, q, script, textarea, .avatar")) other.remove();
  // What stood around a command is one text.
  document.body.normalize();
  // Moments in full are written by Intl.
  for (const time of document.querySelectorAll("time")) time.removeAttribute("title");
  const spoken = [...document.querySelectorAll("*")].flatMap((element) => [
    ...SPOKEN.filter((name) => name !== "content" || element.getAttribute("name") === "description").map(
      (name) => element.getAttribute(name) ?? "",
    ),
    ...[...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent ?? ""),
  ]);
  return spoken
    .flatMap(unbracketed)
    .map(trimmed)
    .filter((piece) => !isData(piece));
}

const words = pseudoWords();

describe("every word a person reads comes from the catalogue", () => {
  test.each(Object.keys(VIEWS))("on the page '%s'", (name) => {
    const { view, loggedIn } = VIEWS[name]!;
    const html = renderPage({ ...frame, words, me: loggedIn ? estate.me : null }, view);
    expect(html).toContain("⟦");
    expect(strays(html)).toEqual([]);
  });

  test("and every page there is, is looked at", () => {
    const shown = [
      "views",
      "config-views",
      "gateway-views",
      "settings-views",
      "simulation-views",
      "job-views",
      "firmware-views",
      "notification-views",
      "sent-views",
      "composer-views",
      "gateway-views",
    ]
      .map((name) => readFileSync(`ui/testing/${name}.ts`, "utf8"))
      .join("\n");
    const pages = Object.keys(ui).filter(
      (name) => /^[a-z]\w+Page$/.test(name) && !["renderPage", "fixedPage"].includes(name),
    );
    expect(pages.length).toBeGreaterThan(20);
    expect(pages.filter((name) => !shown.includes(`${name}(`))).toEqual([]);
  });

  test("and one that does not is found", () => {
    const stray = '<main aria-label="A label">⟦Good⟧ and bad<p>2 ⟦more ⟦inside⟧ of it⟧</p></main>';
    expect(strays(stray)).toEqual(["A label", "and bad"]);
  });
});

test("a page in German says so, and speaks it", () => {
  const html = renderPage({ ...frame, words: wordsOf("de"), me: null }, VIEWS.login!.view);
  expect(html).toStartWith('<!doctype html><html lang="de">');
  expect(html).toContain("<h1>Anmelden</h1>");
  expect(html).toContain('value="de" lang="de" aria-pressed="true"');
});
