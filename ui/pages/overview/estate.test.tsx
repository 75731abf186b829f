import { expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import { makeEstate } from "../../testing/fixtures.ts";
import { wordsOf } from "../../words/catalogues.ts";
import { IslandWords, PageWords } from "../../words/use-words.ts";
import { siteState } from "../../words/words.ts";
import { Estate } from "./estate.tsx";

const words = wordsOf("en");
const { sites: some } = makeEstate(Date.UTC(2026, 0, 1));

/** So many sites, of the kinds that there are, each with a name of its own. */
const manySites = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...some[index % some.length]!,
    id: `site-${index}`,
    name: `"Bar" & <Grill> ${index}`,
  }));

function tilesOf(count: number): { class: string; href: string; title: string | null; text: string }[] {
  const sites = manySites(count);
  document.body.innerHTML = renderToString(
    <PageWords.Provider value={words}>
      <IslandWords.Provider value={words}>
        <Estate sites={sites} total={count} />
      </IslandWords.Provider>
    </PageWords.Provider>,
  );
  return [...document.querySelectorAll("ul.estate > li > a")].map((tile) => ({
    class: tile.className,
    href: tile.getAttribute("href") ?? "",
    title: tile.getAttribute("title"),
    text: tile.textContent ?? "",
  }));
}

test("tiles without words say in their titles what those with words say", () => {
  const wordy = tilesOf(60);
  const dense = tilesOf(61);
  expect([wordy.length, dense.length]).toEqual([60, 61]);
  const titles = new Map(dense.map(({ href, title }) => [href, title]));
  for (const { href, text } of wordy) {
    const [site] = manySites(60).filter(({ id }) => href === `/sites/${id}`);
    const note = text.slice(site!.name.length);
    expect(titles.get(href)).toBe(words.overview.titled(site!.name, note));
  }
  for (const tile of dense) {
    const [site] = manySites(61).filter(({ id }) => tile.href === `/sites/${id}`);
    const { tone, shape } = siteState(words, site!);
    expect([tile.class, tile.text]).toEqual([`tile tone-${tone} shape-${shape}`, ""]);
  }
});
