import { expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import type { Permission } from "../../protocol/accounts/permissions.ts";
import { Permissions } from "../layout/allowed.tsx";
import { makeEstate } from "../testing/fixtures.ts";
import { wordsOf } from "../words/catalogues.ts";
import { IslandWords, PageWords } from "../words/use-words.ts";
import { DeviceTable } from "./device-table.tsx";
import { Ago } from "./moment.tsx";

const words = wordsOf("en");
const [some] = makeEstate(Date.UTC(2026, 0, 1)).devices;

function shown(change: object, permissions: readonly Permission[] = []): string {
  const html = renderToString(
    <PageWords.Provider value={words}>
      <IslandWords.Provider value={words}>
        <Permissions.Provider value={permissions}>
          <DeviceTable devices={[{ ...some!, ...change }]} withSite />
        </Permissions.Provider>
      </IslandWords.Provider>
    </PageWords.Provider>,
  );
  document.body.innerHTML = html;
  return document.querySelector("tbody")?.textContent ?? "";
}

test("of a device whose gateway is away nothing is said to be well or ill", () => {
  const state = { connectivity: "online", health: "healthy", healthReasons: [], gatewayConnected: true };
  expect(shown(state)).toContain(words.states.health.healthy);
  for (const health of ["healthy", "error"] as const) {
    const away = shown({ ...state, health, gatewayConnected: false });
    expect(away.split(words.states.notKnown)).toHaveLength(3);
    expect(away).not.toContain(words.states.health[health]);
  }
});

test("what a device is called and tagged with stays text, and a link where it was one", () => {
  const name = '<b>Till</b> "1" & more';
  shown({ name, tags: ["bar & grill", '<i>"new"'], lastSeenAt: new Date(5_000).toISOString() });
  expect(document.querySelector(".row-link")?.textContent).toBe(name);
  expect(document.querySelectorAll("tbody :is(b, i)")).toHaveLength(0);
  const tags = [...document.querySelectorAll(".tag")];
  expect(tags.map((tag) => [tag.textContent, tag.getAttribute("href")])).toEqual([
    ["bar & grill", "/devices?tag=bar%20%26%20grill"],
    ['<i>"new"', "/devices?tag=%3Ci%3E%22new%22"],
  ]);
  const ago = renderToString(
    <IslandWords.Provider value={words}>
      <Ago at={5_000} />
    </IslandWords.Provider>,
  );
  expect(document.querySelector("tbody")?.innerHTML).toContain(ago.replace(" data-ago>", ' data-ago="">'));
});

test("who may not change devices or see sites has a row without what leads there", () => {
  const paths = () => [...document.querySelectorAll("tbody a")].map((link) => link.getAttribute("href"));
  const { id, siteId } = some!;
  shown({ tags: [] });
  expect(paths()).toEqual([`/devices/${id}`]);
  shown({ tags: [] }, ["device:write", "site:read"]);
  expect(paths()).toEqual([`/devices/${id}`, `/devices/${id}/configuration`, `/sites/${siteId}`]);
});
