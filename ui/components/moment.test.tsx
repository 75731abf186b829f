import { afterEach, describe, expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import { enhanceTimes } from "../browser/times.ts";
import { zoneOf } from "../layout/zone.ts";
import { wordsOf } from "../words/catalogues.ts";
import { IslandWords, PageWords } from "../words/use-words.ts";
import { BothTimes, LocalTime, Now, ReaderZone, YourTime } from "./moment.tsx";

const NOW = Date.UTC(2026, 10, 23, 14, 5, 12);
const AT = "2026-11-23T11:00:00.000Z";

function rendered(
  reader: string | null,
  zone: string | null = "America/New_York",
  language: "en" | "de" = "en",
) {
  return renderToString(
    <Now.Provider value={NOW}>
      <PageWords.Provider value={wordsOf(language)}>
        <IslandWords.Provider value={wordsOf(language)}>
          <ReaderZone.Provider value={reader}>
            <p>
              <BothTimes at={AT} timeZone={zone} />
            </p>
            <p>
              <LocalTime timeZone={zone ?? "UTC"} /> <YourTime timeZone={zone ?? "UTC"} />
            </p>
          </ReaderZone.Provider>
        </IslandWords.Provider>
      </PageWords.Provider>
    </Now.Provider>,
  );
}
function shown(html: string): (string | null)[] {
  document.body.innerHTML = html;
  return [...document.querySelectorAll("p")].map((line) => line.textContent);
}
afterEach(() => document.body.replaceChildren());

describe("a time where the site's clock is another", () => {
  test("has both, from the server, with its machine's value", () => {
    const html = rendered("Europe/Berlin");
    expect(shown(html)).toEqual(["12:00 your time · 06:00 at the site", "09:05 15:05 your time"]);
    expect(html).toContain(`datetime="${AT}"`);
    expect(shown(rendered("Europe/Berlin", "America/New_York", "de"))[0]).toBe(
      "12:00 bei Ihnen · 06:00 am Standort",
    );
  });

  test("is said once where both clocks say the same, and not at all where there is no site", () => {
    expect(shown(rendered("America/Toronto"))).toEqual(["", "09:05 "]);
    expect(shown(rendered("Europe/Berlin", null))[0]).toBe("");
  });

  test("has the site's while the reader's is not known, and the browser makes it both", () => {
    expect(shown(rendered(null))).toEqual(["06:00 at the site", "09:05 "]);
    enhanceTimes(() => NOW, wordsOf("en"), "Asia/Tokyo");
    expect([...document.querySelectorAll("p")].map((line) => line.textContent)).toEqual([
      "20:00 your time · 06:00 at the site",
      "09:05 23:05 your time",
    ]);
    expect(zoneOf(document.cookie)).toBe("Asia/Tokyo");
  });
});

test("a zone is believed only where there is such a zone", () => {
  expect(zoneOf("theme=dark; zone=America/Argentina/Buenos_Aires")).toBe("America/Argentina/Buenos_Aires");
  for (const none of [null, undefined, "", "zone=", "zone=Nowhere/At_All", "timezone=UTC", "zone=<b>"])
    expect([none, zoneOf(none)]).toEqual([none, null]);
});
