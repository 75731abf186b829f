import { describe, expect, test } from "bun:test";
import axe from "axe-core";
import { GIB, MIB } from "../../../protocol/units.ts";
import { pseudoWords } from "../../testing/pseudo-words.ts";
import { wordsOf } from "../../words/catalogues.ts";
import { localCodePage } from "./local-code-page.tsx";
import type { LocalStatus } from "./local-status.ts";
import { localStatusPage } from "./local-status-page.tsx";

const NOW = Date.UTC(2026, 10, 28, 14, 5, 12);
const WELL: LocalStatus = {
  nowMs: NOW,
  version: "9.9.9",
  update: null,
  startedMs: NOW - 60_000,
  site: { name: "Cardiff Bay", organization: "Bistro", cloud: "https://homepot.example" },
  broker: { listen: "0.0.0.0:1883", connections: 2, onlyThisMachine: false },
  cloud: { state: "connected", sinceMs: NOW - 60_000, obstacle: null, waiting: 0 },
  devices: [
    {
      key: "till-1",
      connectivity: "online",
      simulated: false,
      lastHeardMs: NOW,
      values: [{ metric: "co2", value: 612 }],
    },
  ],
  rejected: { total: 0, newest: null },
  disk: { state: "fine", freeBytes: 23 * GIB, usedBytes: 212 * MIB, budgetBytes: GIB, droppedReadings: 0 },
  clockSkewMs: 12,
};

const show = (changed: Partial<LocalStatus> = {}, words = wordsOf("en")): string =>
  localStatusPage({ words, status: { ...WELL, ...changed } });
const texts = (html: string): string =>
  new DOMParser().parseFromString(html, "text/html").body.textContent ?? "";

describe("a gateway's status page", () => {
  test("says that everything works, when it does", () => {
    const text = texts(show());
    for (const part of [
      "Everything works",
      "Connected to https://homepot.example; the line was opened 1 min ago",
      "CO2612",
    ])
      expect(text).toContain(part);
    expect(text).not.toContain("need");
  });

  test.each([
    ["scarce", "Free some space"],
    ["full", "goes on by itself"],
    ["read-only", "Replace it"],
    ["not-allowed", "Install the gateway again"],
    ["failing", "Replace it soon"],
  ] as const)("of a disk that is %s says what to do", (state, advice) => {
    const text = texts(show({ disk: { ...WELL.disk, state, droppedReadings: 1 } }));
    expect(text).toContain("One thing needs attention");
    expect(text).toContain(advice);
    expect(text).toContain("1 reading was dropped");
  });

  test("shows a clock that is ahead, and one that nobody has compared", () => {
    expect(texts(show({ clockSkewMs: 7_380_000 }))).toContain("2 h 3 min ahead");
    expect(texts(show({ clockSkewMs: null }))).toContain("Not compared");
  });

  test("says how far an update is, and what became of one that failed", () => {
    const at = (phase: "downloading" | "staged" | "trial" | "committed" | "failed") =>
      texts(show({ update: { phase, version: "10", reason: "it hung" } }));
    expect(at("downloading")).toContain("10 is being downloaded");
    expect(at("staged")).toContain("10 is ready");
    expect(at("trial")).toContain("10 is on trial");
    expect(at("committed")).toContain("Everything works");
    expect(at("failed")).toContain("10 did not work and was taken back: it hung");
  });

  test("shows what a newer cloud says as it said it", () => {
    const obstacle = { code: "gateway.new-rule", title: "A new rule", detail: "of tomorrow", hint: "Wait." };
    const text = texts(show({ cloud: { ...WELL.cloud, state: "refused", obstacle, waiting: 1 } }));
    for (const part of ["A new rule: of tomorrow", "Wait.", "1 entry waits"]) expect(text).toContain(part);
  });

  test("puts devices that are away first, and says how many more there are than it shows", () => {
    const many = Array.from({ length: 105 }, (_, index) => ({ ...WELL.devices[0]!, key: `till-${index}` }));
    const away = { ...WELL.devices[0]!, key: "kiosk", connectivity: "offline" as const, simulated: true };
    const html = show({ devices: [...many, away], broker: { ...WELL.broker, onlyThisMachine: true } });
    const shown = new DOMParser().parseFromString(html, "text/html");
    expect(shown.querySelector(".local-devices li b")?.textContent).toBe("kiosk");
    expect(texts(html)).toContain("And 6 devices more");
    expect(texts(html)).toContain("Only programs on this machine");
  });

  test.each([
    ["well", show()],
    [
      "with all that may be wrong",
      show({ site: null, clockSkewMs: 1e7, disk: { ...WELL.disk, state: "full" } }),
    ],
    ["asking for the code", localCodePage({ words: wordsOf("en"), nowMs: NOW, problem: "wrong" })],
  ])("%s pleases axe", async (_, html) => {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    document.documentElement.lang = parsed.documentElement.lang;
    document.title = parsed.title;
    document.body.innerHTML = parsed.body.innerHTML;
    // Colours are checked over the tokens, where there is no layout to guess.
    const rules = { "color-contrast": { enabled: false } };
    const { violations } = await axe.run(document.body, { rules, resultTypes: ["violations"] });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });

  test("says nothing that is not in the catalogue", () => {
    const html = show(
      { site: null, devices: [], cloud: { ...WELL.cloud, state: "unenrolled" } },
      pseudoWords(),
    );
    const body = new DOMParser().parseFromString(html, "text/html").body;
    for (const pre of body.querySelectorAll("pre, time, .local-brand")) pre.remove();
    const strays = [...body.querySelectorAll("h1, h2, p, a, button, span")]
      .map((element) => element.textContent ?? "")
      .filter((text) => text !== "" && !text.includes("⟦"));
    expect(strays).toEqual([]);
  });
});

test("the page that asks for the code says what was wrong with the one before", () => {
  const page = (problem: "wrong" | "too-many" | null) =>
    new DOMParser().parseFromString(
      localCodePage({ words: wordsOf("de"), nowMs: NOW, problem }),
      "text/html",
    );
  expect(page(null).querySelector("[role=alert]")).toBeNull();
  expect(page("wrong").querySelector("[role=alert]")?.textContent).toContain("nicht der Code");
  expect(page("too-many").querySelector("input")?.getAttribute("aria-describedby")).toBe("problem");
});
