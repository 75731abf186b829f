import { expect, test } from "bun:test";
import type { RunFault } from "../../protocol/simulation/simulation.ts";
import { makeEstate } from "../testing/fixtures.ts";
import { makeSimulation } from "../testing/simulation-fixture.ts";
import { frame } from "../testing/views.ts";
import { renderPage, simulationPage, wordsOf } from "../ui.ts";

/** What the list of faults says of one: how much of it, and since when. */
function told(language: "en" | "de", fault: Partial<RunFault>): [string, string] {
  const simulation = makeSimulation(makeEstate(Date.UTC(2026, 10, 29)).sites[0]!, {
    faults: [
      {
        ...{ id: "scenario-1", what: "clock-skew", which: ["till-1"], seconds: null, origin: "scenario" },
        ...{ when: "0s", until: null, active: true, devices: 1, ...fault },
      },
    ],
  });
  const values = { what: "offline", which: "", seconds: "" };
  const html = renderPage(
    { ...frame, words: wordsOf(language) },
    simulationPage({ simulation, devices: null, byCommand: 0, values, errors: [], problem: null }),
  );
  const row = new DOMParser().parseFromString(html, "text/html").querySelector("table.cards tbody tr")!;
  const [what, , since] = [...row.querySelectorAll("td")].map((cell) => cell.textContent);
  return [/\(([^()]*)\)$/.exec(what!)?.[1] ?? "", since!];
}

test.each([
  ["en", 3_600, "1 h ahead"],
  ["en", -5_400, "1 h 30 min behind"],
  ["en", 20, "20 s"],
  ["de", 7_200, "2 h"],
] as const)("in %s a clock that is wrong by %d s is so by %s", (language, seconds, said) => {
  expect(told(language, { seconds })[0]).toContain(said);
});

test("of another fault it says its seconds, and of one without a time nothing", () => {
  expect(told("en", { what: "battery-decay", seconds: 7_200 })[0]).toBe("7,200 s");
  expect(told("en", { what: "offline" })[0]).toBe("");
});

test.each([
  ["0s", null, "From the start"],
  ["90s", null, "90 s after the start"],
  ["90m", null, "90 min after the start"],
  ["1.5h", null, "90 min after the start"],
  ["7200s", null, "2 h after the start"],
  ["2d", null, "48 h after the start"],
  ["5m", "20m", "5 min to 20 min after the start"],
  ["0s", "1h", "0 s to 1 h after the start"],
  [null, null, "Since it was injected"],
])("a fault from %s until %s is one of: %s", (when, until, said) => {
  expect(told("en", { when, until })[1]).toBe(said);
});
