import { afterEach, beforeEach, expect, test } from "bun:test";
import { cleanup, render, waitFor } from "@testing-library/preact";
import { act } from "preact/test-utils";
import type { JobLogLine, JobLogs } from "../../../protocol/jobs/job-execution.ts";
import { LiveContext } from "../../live/live.ts";
import { fakeLive } from "../../testing/fake-live.ts";
import { wordsOf } from "../../words/catalogues.ts";
import { IslandWords } from "../../words/use-words.ts";
import { JobLog } from "./job-log.tsx";

const words = wordsOf("en");
const realFetch = globalThis.fetch;

/** What the job has written so far, and how often it was asked for. */
let written: JobLogLine[];
let asked: string[];
let line: ReturnType<typeof fakeLive>;

const write = (...messages: string[]): void => {
  for (const message of messages)
    written.push({
      ...{ number: written.length + 1, executionId: "e", targetName: "till-1" },
      ...{ at: "2026-11-29T03:00:00.000Z", level: "info", message },
    });
};
/** Answers as the API does, two lines at a time. */
function answer(url: string): Response {
  asked.push(url);
  const { searchParams } = new URL(url, "http://cloud.test");
  const after = Number(searchParams.get("after") ?? 0);
  const found = written.filter(
    ({ number, message }) => number > after && message.includes(searchParams.get("q") ?? ""),
  );
  const items = found.slice(0, 2);
  const body: JobLogs = { items, after: items.at(-1)?.number ?? after, more: found.length > 2 };
  return Response.json(body);
}

beforeEach(() => {
  written = [];
  asked = [];
  line = fakeLive();
  line.live.start(null);
  globalThis.fetch = (async (url: string) => answer(url)) as unknown as typeof fetch;
});
afterEach(() => {
  cleanup();
  line.live.stop();
  globalThis.fetch = realFetch;
});

function show(): Element {
  const { log, logSearch: search, follow, paused, newLines, logFailed: failed, levels } = words.jobs;
  const empty = words.jobs.logEmpty;
  const noMatch = words.jobs.logNoMatch;
  return render(
    <IslandWords.Provider value={words}>
      <LiveContext.Provider value={{ live: line.live, propsMs: line.clock.nowMs() }}>
        <JobLog
          {...{ job: "j", execution: null, lines: [], after: 0, line: "", settled: false }}
          words={{ log, search, follow, paused, newLines, failed, levels, empty, noMatch }}
        />
      </LiveContext.Provider>
    </IslandWords.Provider>,
  ).container;
}
const shown = (container: Element) =>
  [...container.querySelectorAll(".log-text")].map(({ textContent }) => textContent);

test("a log that never rests is followed as it is written, each line once", async () => {
  const container = show();
  await waitFor(() => expect(asked).toHaveLength(1));
  // Lines come closer together than anybody asks for them.
  await waitFor(
    async () => {
      await act(() => {
        write(`line ${written.length + 1}`);
        line.say({ type: "job:log", job: "j" });
      });
      expect(shown(container).length).toBeGreaterThan(4);
    },
    { interval: 30, timeout: 10_000 },
  );
  await waitFor(() => expect(shown(container)).toEqual(written.map(({ message }) => message)));
  expect(asked.length).toBeLessThan(written.length + 2);
});

test("lines written while an answer is under way are asked for after it", async () => {
  const held = Promise.withResolvers<void>();
  globalThis.fetch = (async (url: string) => {
    const said = answer(url);
    if (asked.length === 2) await held.promise;
    return said;
  }) as unknown as typeof fetch;
  const container = show();
  await waitFor(() => expect(asked).toHaveLength(1));
  write("first");
  line.say({ type: "job:log", job: "j" });
  await waitFor(() => expect(asked).toHaveLength(2));
  write("second");
  // What was missed is asked for at once, as lines are a moment later.
  await act(() => {
    line.live.missed.value += 1;
  });
  held.resolve();
  await waitFor(() => expect(shown(container)).toEqual(["first", "second"]));
  expect(asked).toHaveLength(3);
});
