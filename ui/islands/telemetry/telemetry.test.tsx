import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { cleanup, fireEvent, render, waitFor } from "@testing-library/preact";
import type { ComponentChildren } from "preact";
import { act } from "preact/test-utils";
import type { LatestValue } from "../../../protocol/devices/device.ts";
import type { ChartMark } from "../../charts/charts.ts";
import { Now, ReaderZone } from "../../components/moment.tsx";
import { LiveContext } from "../../live/live.ts";
import { fakeLive } from "../../testing/fake-live.ts";
import { wordsOf } from "../../words/catalogues.ts";
import { IslandWords } from "../../words/use-words.ts";
import { fetchSeries } from "./api.ts";
import { FirstTelemetry } from "./first-telemetry.tsx";
import { firstChoice, laterOf, mergeLatest } from "./latest.ts";
import { HeardReadings } from "./readings.ts";
import { Telemetry } from "./telemetry.tsx";

const words = wordsOf("en");

const at = (ms: number) => new Date(ms).toISOString();
const value = (metric: string, of: LatestValue["value"], ms = 1_000): LatestValue => ({
  metric,
  unit: "",
  value: of,
  at: at(ms),
});

describe("newest values", () => {
  test("of two, the later counts, whichever is heard first", () => {
    const values = [value("temperature", 20, 5_000)];
    expect(mergeLatest(values, [["temperature", 4_000, 19]])).toEqual(values);
    expect(mergeLatest(values, [["temperature", 6_000, 21]])[0]).toMatchObject({ value: 21, at: at(6_000) });
  });

  test("a metric that was never heard before joins in order, with its unit", () => {
    const merged = mergeLatest([value("temperature", 20)], [["humidity", 2_000, 55]]);
    expect(merged.map(({ metric, unit }) => [metric, unit])).toEqual([
      ["humidity", "%"],
      ["temperature", ""],
    ]);
  });

  test("a page rendered again does not set back what was heard since", () => {
    const heard = [value("temperature", 22, 9_000)];
    expect(laterOf([value("temperature", 20, 5_000)], heard)).toEqual(heard);
    expect(laterOf([value("temperature", 25, 10_000)], heard)[0]).toMatchObject({ value: 25 });
  });

  test("a chart begins with what people look for, and never with a text", () => {
    expect(firstChoice([value("cooling", true), value("humidity", 5), value("temperature", 3)])?.metric).toBe(
      "temperature",
    );
    expect(firstChoice([value("cooling", true), value("humidity", 5)])?.metric).toBe("humidity");
    expect(firstChoice([value("state", "idle"), value("open", true)])?.metric).toBe("open");
    expect(firstChoice([value("state", "idle")])).toBeUndefined();
  });

  test("readings are kept up to a bound, truth as 1, text not at all", () => {
    const heard = new HeardReadings();
    heard.add([
      ["open", 1, true],
      ["state", 1, "idle"],
    ]);
    for (let index = 0; index < 4_000; index += 1) heard.add([["temperature", index, index]]);
    expect(heard.of("open")).toEqual([[1, 1]]);
    expect(heard.of("state")).toEqual([]);
    expect(heard.of("temperature")).toHaveLength(3_600);
    expect(heard.of("temperature")[0]).toEqual([400, 400]);
  });
});

const realFetch = globalThis.fetch;
let asked: URL[];
/** The newest values the cloud knows. */
let latest: LatestValue[];
/** The same once its gateway has sealed what was open. */
let sealed: LatestValue[];
let answer: () => Response | Promise<Response>;

beforeEach(() => {
  asked = [];
  latest = [];
  sealed = [];
  globalThis.fetch = (async (input: string) => {
    const url = new URL(input, "http://localhost");
    if (url.pathname.endsWith("/metrics")) return Response.json(sealed);
    if (!url.pathname.endsWith("/telemetry")) return Response.json({ latest });
    asked.push(url);
    return answer();
  }) as unknown as typeof fetch;
});
afterEach(() => {
  cleanup();
  globalThis.fetch = realFetch;
});

describe("asking for a series", () => {
  const request = { deviceId: "d1", metric: "temperature", fromMs: 1_000.4, toMs: 2_000, points: 300 };
  const ask = () => fetchSeries(words, request, new AbortController().signal);

  test("names the metric and whole milliseconds", async () => {
    answer = () => Response.json({ metric: "temperature", points: [] });
    expect((await ask()).ok).toBe(true);
    expect(asked[0]?.pathname).toBe("/api/v1/devices/d1/telemetry");
    expect(asked[0]?.search).toBe("?metric=temperature&from=1000&to=2000&points=300");
  });

  test("a problem is told in its words, and so is a cloud that cannot be reached", async () => {
    answer = () => Response.json({ title: "There is no such record", detail: "device d1" }, { status: 404 });
    expect(await ask()).toEqual({ ok: false, why: "There is no such record: device d1." });
    answer = () => new Response("<html>", { status: 502 });
    expect(await ask()).toEqual({ ok: false, why: "The cloud answered 502." });
    answer = () => Promise.reject(new TypeError("network"));
    expect(await ask()).toMatchObject({ ok: false, why: expect.stringContaining("cannot be reached") });
  });

  test("what is aborted is no answer", async () => {
    const aborter = new AbortController();
    answer = () => {
      aborter.abort();
      return Promise.reject(new DOMException("gone", "AbortError"));
    };
    expect(fetchSeries(words, request, aborter.signal)).rejects.toThrow("gone");
  });
});

describe("the telemetry of a device", () => {
  const values = [
    value("state", "idle"),
    value("temperature", 20.5, Date.now() - 4_000),
    value("power", 5_000),
  ];
  let line: ReturnType<typeof fakeLive>;

  beforeEach(() => {
    line = fakeLive();
    line.live.start(null);
    answer = () =>
      Response.json({
        metric: "x",
        unit: "",
        from: "",
        to: "",
        points: [120_000, 60_000].map((ago, index) => [
          Date.now() - ago,
          20 + index,
          21 + index,
          22 + index,
          6,
        ]),
      });
  });
  afterEach(() => line.live.stop());

  const Lived = ({ children }: { children: ComponentChildren }) => (
    <IslandWords.Provider value={words}>
      <LiveContext.Provider value={{ live: line.live, propsMs: Date.now() }}>
        <Now.Provider value={Date.now()}>{children}</Now.Provider>
      </LiveContext.Provider>
    </IslandWords.Provider>
  );
  const show = (of: LatestValue[], history = true, marks: ChartMark[] = [], aheadMs = 0) =>
    render(
      <Lived>
        <FirstTelemetry
          deviceId="d1"
          deviceKey="till-1"
          values={of}
          history={history}
          marks={marks}
          aheadMs={aheadMs}
        />
      </Lived>,
    );
  const course = {
    metric: "temperature",
    summary: { count: 2, mean: 30, lowest: { value: 29, atMs: 0 }, highest: { value: 31, atMs: 1_000 } },
  };
  const hear = (metric: string, of: number | string) =>
    act(() => line.say({ type: "telemetry", device: "d1", readings: [[metric, Date.now(), of]] }));

  test("shows a value as it is heard", async () => {
    const { container } = show(values);
    expect(container.textContent).toContain("20.5");
    await hear("temperature", 23.25);
    expect(container.querySelector(".values")?.textContent).toContain("23.25");
    await hear("state", "busy");
    expect(container.querySelector(".values")?.textContent).toContain("busy");
  });

  test("asks for no history on behalf of who may not see it", async () => {
    answer = () => Response.error();
    const { container } = show(values, false);
    await hear("temperature", 23.25);
    expect(container.querySelector(".values")?.textContent).toContain("23.25");
    expect(container.querySelectorAll("button, .chart, svg")).toHaveLength(0);
    expect(asked).toEqual([]);
  });

  test("tells its chart in a sentence, which goes on with what is heard", async () => {
    const { container } = show(values);
    const sentence = () => container.querySelector(".chart-readout")?.textContent ?? "";
    await waitFor(() => expect(sentence()).toStartWith("Temperature in the last 15 minutes: mean 21.5"));
    await hear("temperature", 99);
    expect(sentence()).toContain("highest 99");
    expect(container.querySelector(".chart-box")?.getAttribute("aria-label")).toBe(sentence());
  });

  test("tells what the page came with until its points are here, and only of the metric and span it is of", async () => {
    answer = () => new Promise(() => {});
    const { container, getByText } = render(
      <Lived>
        <Telemetry deviceId="d1" values={values} history={true} course={course} marks={[]} aheadMs={0} />
      </Lived>,
    );
    const sentence = () => container.querySelector(".chart-readout")?.textContent ?? "";
    expect(sentence()).toStartWith("Temperature in the last 15 minutes: mean 30");
    expect(container.querySelector(".chart-box")?.getAttribute("aria-label")).toBe(sentence());
    await act(() => void fireEvent.click(getByText("24 h")));
    expect(sentence()).toBe("");
    await act(() => void fireEvent.click(getByText("15 min")));
    expect(sentence()).toContain("mean 30");
    await act(() => void fireEvent.click(getByText("Power")));
    expect(sentence()).toBe("");
  });

  test.each([
    ["by the reader's clock", "Asia/Tokyo", "lowest 29 at 09:00:00, highest 31 at 09:00:01."],
    ["by UTC while nobody told it", null, "lowest 29 at 00:00:00 UTC, highest 31 at 00:00:01 UTC."],
  ])("is told on the server %s", (_name, zone, told) => {
    const { container } = render(
      <IslandWords.Provider value={words}>
        <ReaderZone.Provider value={zone}>
          <Telemetry deviceId="d1" values={values} history={true} course={course} marks={[]} aheadMs={0} />
        </ReaderZone.Provider>
      </IslandWords.Provider>,
    );
    expect(container.querySelector(".chart-readout")?.textContent).toEndWith(told);
  });

  test("tells what was done within its span, newest first, with where that leads", async () => {
    const mark = (agoMs: number, text: string): ChartMark => ({
      ...{ atMs: Date.now() - agoMs, shape: "disc", tone: "ok", text, href: `/jobs/${text}` },
    });
    const { container, getByText, queryByText } = show(values, true, [
      mark(60_000, "restart"),
      mark(3 * 3_600_000, "update"),
    ]);
    expect(getByText("restart").getAttribute("href")).toBe("/jobs/restart");
    expect(queryByText("update")).toBeNull();
    await act(() => void fireEvent.click(getByText("24 h")));
    const said = [...container.querySelectorAll(".chart-marks a")].map(({ textContent }) => textContent);
    expect(said).toEqual(["restart", "update"]);
    cleanup();
    expect(show(values).container.querySelector(".chart-marks")).toBeNull();
  });

  test.each([-3 * 3_600_000, 2 * 3_600_000])(
    "goes by its own clock where that is %d ms off, and says so",
    async (aheadMs) => {
      const itsNow = () => Date.now() + aheadMs;
      answer = () =>
        Response.json({
          metric: "x",
          unit: "",
          from: "",
          to: "",
          points: [[itsNow() - 60_000, 20, 21, 22, 6]],
        });
      const done: ChartMark = {
        atMs: Date.now() - 60_000,
        shape: "disc",
        tone: "ok",
        text: "restart",
        href: "/jobs/1",
      };
      const { container, getByText } = show(
        values,
        true,
        [done, { ...done, atMs: itsNow(), text: "elsewhere" }],
        aheadMs,
      );
      const sentence = () => container.querySelector(".chart-readout")?.textContent ?? "";
      await waitFor(() =>
        expect(sentence()).toStartWith("Temperature in the last 15 minutes by the device’s clock: mean 21"),
      );
      for (const url of asked.filter(({ searchParams }) => searchParams.has("to")))
        expect(Math.abs(Number(url.searchParams.get("to")) - itsNow())).toBeLessThan(60_000);
      await act(() =>
        line.say({ type: "telemetry", device: "d1", readings: [["temperature", itsNow(), 99]] }),
      );
      expect(sentence()).toContain("highest 99");
      // What was done stands where the device was by its own clock then.
      expect([...container.querySelectorAll(".chart-marks a")].map(({ textContent }) => textContent)).toEqual(
        ["restart"],
      );
      const time = getByText("restart").closest("li")?.querySelector("time")?.dateTime;
      expect(time).toBe(new Date(done.atMs + aheadMs).toISOString());
    },
  );

  test("takes in the newest values that asking for a series brought up", async () => {
    latest = [value("temperature", 77, Date.now())];
    const { container } = show(values);
    await waitFor(() => expect(container.querySelector(".values")?.textContent).toContain("77"));
  });

  test("lists the points in a table, the newest first", async () => {
    const { container } = show(values);
    await waitFor(() => expect(container.querySelector(".chart-readout")?.textContent).not.toBe(""));
    const details = container.querySelector("details")!;
    details.open = true;
    await act(() => void details.dispatchEvent(new Event("toggle")));
    await waitFor(() => expect(container.querySelector("tbody")).not.toBeNull());
    const rows = [...container.querySelectorAll("tbody tr")].map((row) => row.children[1]?.textContent);
    expect(rows).toEqual(["22", "21"]);
  });

  test("another metric and another span ask for another series", async () => {
    const { container, getByText } = show(values);
    const pressed = () =>
      [...container.querySelectorAll("[aria-pressed=true]")].map((button) => button.textContent);
    await waitFor(() =>
      expect(asked.some((url) => url.searchParams.get("metric") === "temperature")).toBe(true),
    );
    await act(() => void fireEvent.click(getByText("24 h")));
    await act(() => void fireEvent.click(getByText("Power")));
    expect(pressed().at(-1)).toBe("24 h");
    await waitFor(() => {
      const last = asked.find(
        (url) => url.searchParams.get("metric") === "power" && url.searchParams.get("points") === "300",
      );
      expect(Number(last?.searchParams.get("to")) - Number(last?.searchParams.get("from"))).toBe(86_400_000);
    });
  });

  test("asks again when something was missed", async () => {
    show(values);
    await waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(3));
    const before = asked.length;
    await act(() => {
      line.live.missed.value += 1;
    });
    await waitFor(() => expect(asked.length).toBeGreaterThan(before));
  });

  test("says why there is no chart, and that nothing was measured", async () => {
    answer = () =>
      Response.json({ title: "The database cannot be reached", detail: "later" }, { status: 503 });
    const { container } = show(values);
    const message = () => container.querySelector(".chart-message")?.textContent;
    await waitFor(() => expect(message()).toBe("The database cannot be reached: later."));
    cleanup();
    answer = () => Response.json({ metric: "x", unit: "", from: "", to: "", points: [] });
    const empty = show(values).container;
    await waitFor(() =>
      expect(empty.querySelector(".chart-message")?.textContent).toStartWith("Nothing was measured"),
    );
  });

  test.each([
    ["of which nothing was known", [], true],
    ["that says only words", [value("state", "idle")], true],
    ["whose history is not for the reader", values, false],
  ])("takes in what was measured while the line was down by one %s", async (_, known, history) => {
    const { container } = show(known, history);
    const newest = [value("temperature", 7.75, Date.now())];
    sealed = history ? newest : [];
    latest = history ? [] : newest;
    await act(() => {
      line.live.missed.value += 1;
    });
    await waitFor(() => expect(container.querySelector(".values")?.textContent).toContain("7.75"));
  });

  test("takes in at once what came after its page was rendered", async () => {
    sealed = [value("temperature", 7.75, Date.now())];
    const { container } = show([]);
    await waitFor(() => expect(container.querySelector(".values")?.textContent).toContain("7.75"));
  });

  test("teaches what to do while nothing was measured, and goes on by itself", async () => {
    const { container } = show([]);
    expect(container.textContent).toContain("homepot/till-1/telemetry");
    await hear("temperature", 21.4);
    expect(container.querySelector(".value-figure")?.textContent).toBe("21.4 °C");
  });
});
