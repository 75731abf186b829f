import { describe, expect, test } from "bun:test";
import { DAY, HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import { wordsOf } from "./catalogues.ts";
import { correctionWords, qualityWords } from "./series-words.ts";
import {
  absoluteTime,
  capital,
  clockTime,
  dayTime,
  duration,
  formatMeasure,
  formatValue,
  gatewayState,
  metricName,
  metricWithUnit,
  relativeTime,
  skewWords,
  typeIcon,
  typeLabel,
  typesTogether,
} from "./words.ts";

const words = wordsOf("en");

const NOW = Date.UTC(2026, 10, 23, 14, 5, 12);

describe("times", () => {
  test("how long ago something was is rounded down, so that nothing looks older than it is", () => {
    const ago = (ms: number) => relativeTime(words, NOW - ms, NOW);
    expect([0, 4 * SECOND, 5 * SECOND, 59 * SECOND, MINUTE, 119 * SECOND].map(ago)).toEqual([
      "just now",
      "just now",
      "5 s ago",
      "59 s ago",
      "1 min ago",
      "1 min ago",
    ]);
    expect([59 * MINUTE, HOUR, 23 * HOUR, DAY, 9 * DAY].map(ago)).toEqual([
      "59 min ago",
      "1 h ago",
      "23 h ago",
      "1 day ago",
      "9 days ago",
    ]);
    expect(relativeTime(words, NOW + 24 * HOUR - SECOND, NOW)).toBe("in 23 h");
    expect(relativeTime(words, NOW + 2 * SECOND, NOW)).toBe("just now");
  });

  test('how long something has been so is told as it stands after "for", in German after "seit"', () => {
    const lasting = (language: "en" | "de") =>
      [2 * SECOND, 3 * MINUTE, 3 * DAY].map((spanMs) =>
        relativeTime(wordsOf(language), NOW - spanMs, NOW, "lasting"),
      );
    expect([lasting("en"), lasting("de")]).toEqual([
      ["2 s", "3 min", "3 days"],
      ["2 s", "3 min", "3 Tagen"],
    ]);
  });

  test("a span is told in its largest unit", () => {
    expect([0, 90 * SECOND, 36 * HOUR].map((spanMs) => duration(words, spanMs))).toEqual([
      "0 s",
      "1 min",
      "1 day",
    ]);
  });

  test("an absolute time has its day and its zone", () => {
    expect(absoluteTime(words, NOW, "UTC")).toBe("Mon 23 Nov 2026, 14:05:12 UTC");
    expect(clockTime(words, NOW, "Europe/Berlin")).toBe("15:05");
    expect(clockTime(words, NOW, "UTC", true)).toBe("14:05:12");
    expect(dayTime(words, NOW, "UTC")).toBe("23 Nov, 14:05");
  });
});

describe("numbers and values", () => {
  test("counts have thousands apart and the right plural", () => {
    expect(words.count(12_345)).toBe("12,345");
    expect([1, 12].map((count) => words.sites.counted(count))).toEqual(["1 site", "12 sites"]);
  });

  test("measured numbers keep four significant digits and lose trailing zeros", () => {
    expect([21.4, 21.40001, 0.123456, 48_213.62, 0, -3.5, 100].map((value) => words.number(value))).toEqual([
      "21.4",
      "21.4",
      "0.1235",
      "48,214",
      "0",
      "-3.5",
      "100",
    ]);
    expect(words.number(1.5, 2)).toBe("1.50");
    expect(words.number(6.02e23)).toBe("6.02e+23");
    expect(words.number(0.00001)).toBe("1.00e-5");
  });

  test("a value is shown with its unit only where it is a number", () => {
    expect(formatMeasure(words, 21.4, "°C")).toBe("21.4\u00a0°C");
    expect(formatMeasure(words, 3, "")).toBe("3");
    expect(formatMeasure(words, true, "%")).toBe("yes");
    expect([formatValue(words, false), formatValue(words, "idle"), formatValue(words, "")]).toEqual([
      "no",
      "idle",
      "none",
    ]);
  });

  test("a metric's name becomes words", () => {
    expect(
      ["batteryPercent", "door_open", "latencyMs", "cpu", "ipAddress", "co2", "___"].map((metric) =>
        metricName(words, metric),
      ),
    ).toEqual(["Battery percent", "Door open", "Latency ms", "CPU", "IP address", "CO2", "___"]);
    expect(capital("")).toBe("");
    const headed = [
      { metric: "latencyMs", unit: "ms" },
      { metric: "latency", unit: "ms" },
      { metric: "temperature", unit: "°C" },
      { metric: "door_open", unit: "" },
    ].map((metric) => metricWithUnit(words, metric));
    expect(headed).toEqual(["Latency, ms", "Latency, ms", "Temperature, °C", "Door open"]);
  });
});

describe("kinds of devices and gateways", () => {
  test("a type nobody described is its own words", () => {
    expect(typesTogether(words, ["payment-terminal"])).toBe("payment terminals");
    expect(typeLabel(words, "ice-maker")).toBe("Ice maker");
    expect(typeLabel(words, "unknown")).toBe("Unknown type");
    expect(typeLabel(words, "constructor")).toBe("Constructor");
    expect([typeIcon("kiosk"), typeIcon("constructor")]).toEqual(["tablet", "box"]);
    expect(typesTogether(words, ["kiosk", "kiosk"])).toBe("kiosks");
    expect(typesTogether(words, ["kiosk", "thermostat"])).toBe("devices");
    expect(typesTogether(words, [])).toBe("devices");
  });

  test("a gateway is connected, offline, never connected or revoked", () => {
    const at = "2026-11-23T14:05:12.000Z";
    const word = (connected: boolean, revoked: boolean, connectedAt: string | null) =>
      gatewayState(words, { connected, revoked, connectedAt }).word;
    expect([
      word(true, false, at),
      word(false, false, at),
      word(false, false, null),
      word(false, true, at),
    ]).toEqual(["Connected", "Offline", "Never connected", "Revoked"]);
  });

  test("a clock is mentioned only when it is off by more than anybody would notice", () => {
    expect([
      skewWords(words, null),
      skewWords(words, 29_000),
      skewWords(words, 252_000),
      skewWords(words, -3 * HOUR),
    ]).toEqual([null, null, "Clock 4 min 12 s ahead", "Clock 3 h behind"]);
  });

  test("a chart says by how much the clock was off that stamped its readings", () => {
    const stretch = (skewMs: number) => ({ skewMs, from: "", to: "" });
    expect(
      [undefined, [], [stretch(-3 * HOUR)], [stretch(2 * HOUR), stretch(-60_000)]].map((corrected) =>
        correctionWords(words, corrected),
      ),
    ).toEqual([
      null,
      null,
      "Times are corrected: the gateway's clock was 3 h behind.",
      "Times are corrected: the gateway's clock was 2 h ahead, then 1 min behind.",
    ]);
  });
});

test("what a chart lacks is said, and nothing when it lacks nothing", () => {
  const nothing = { damagedChunks: 0, missingReadings: 0, droppedReadings: 0 };
  expect(qualityWords(words, {})).toBeNull();
  expect(qualityWords(words, { quality: { ...nothing, droppedReadings: 1_200 } })).toBe(
    "The gateway dropped 1,200 readings of about this time: its disk budget was used up.",
  );
  expect(
    qualityWords(words, { quality: { ...nothing, damagedChunks: 2, missingReadings: 1 }, thinned: true }),
  ).toBe(
    "Up to 1 reading cannot be shown: their bytes are damaged. Older parts are kept as rows with count, least, greatest and mean.",
  );
});
