import { expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import { makeEstate } from "../testing/fixtures.ts";
import { wordsOf } from "../words/catalogues.ts";
import { IslandWords, PageWords } from "../words/use-words.ts";
import { DeviceTable } from "./device-table.tsx";

const words = wordsOf("en");
const [some] = makeEstate(Date.UTC(2026, 0, 1)).devices;

function shown(change: object): string {
  const html = renderToString(
    <PageWords.Provider value={words}>
      <IslandWords.Provider value={words}>
        <DeviceTable devices={[{ ...some!, ...change }]} withSite />
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
