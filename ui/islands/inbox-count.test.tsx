import { afterEach, beforeEach, expect, test } from "bun:test";
import { cleanup, render, waitFor } from "@testing-library/preact";
import { act } from "preact/test-utils";
import { LiveContext } from "../live/live.ts";
import { fakeLive } from "../testing/fake-live.ts";
import { wordsOf } from "../words/catalogues.ts";
import { IslandWords } from "../words/use-words.ts";
import { InboxCount } from "./inbox-count.tsx";

let line: ReturnType<typeof fakeLive>;
const fetchBefore = globalThis.fetch;
const show = (unread: number) =>
  render(
    <IslandWords.Provider value={wordsOf("en")}>
      <LiveContext.Provider value={{ live: line.live, propsMs: line.clock.nowMs() }}>
        <InboxCount unread={unread} />
      </LiveContext.Provider>
    </IslandWords.Provider>,
  ).container;
const news = { type: "notification:new", notification: "n", title: "T", priority: "high", at: 1 } as const;

beforeEach(() => {
  line = fakeLive();
  line.live.start(null);
});
afterEach(() => {
  cleanup();
  line.live.stop();
  globalThis.fetch = fetchBefore;
});

test("nothing unread is nothing to see, and very many are not told apart", () => {
  expect(show(0).textContent).toBe("");
  expect(show(3).textContent).toBe("3 unread");
  expect(show(250).textContent).toBe("99+ unread");
});

test("what was read elsewhere, and what comes, changes it; a cloud that is away leaves it as it is", async () => {
  const container = show(3);
  await act(() => line.say({ type: "notification:read", unread: 2 }));
  expect(container.textContent).toBe("2 unread");
  globalThis.fetch = (async () => Response.json({ unread: 7 })) as unknown as typeof fetch;
  await act(() => line.say(news));
  await waitFor(() => expect(container.textContent).toBe("7 unread"));
  let asked = false;
  globalThis.fetch = (async () => {
    asked = true;
    throw new TypeError("away");
  }) as unknown as typeof fetch;
  await act(() => line.say(news));
  expect([asked, container.textContent]).toEqual([true, "7 unread"]);
});
