import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { Renewal, UNFINISHED } from "./renewal.ts";

let did: string[] = [];
let clock: ManualClock;
let page: EventTarget;
let renewal: Renewal;
const kept = new Map<string, string>();

function opened(): Renewal {
  page = new EventTarget();
  return new Renewal({
    page,
    clock,
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    assign: (address) => void did.push(address),
    reload: () => void did.push("again"),
  });
}
beforeEach(() => {
  did = [];
  kept.clear();
  clock = new ManualClock(1_000_000);
  renewal = opened();
});
afterEach(() => document.body.replaceChildren());

const cutOff = () => page.dispatchEvent(new CustomEvent(UNFINISHED));
/** Whether htmx may ask for it. */
function asks(method: string, target: Element, action = "/sites"): boolean {
  const detail = { ctx: { request: { method, action }, target } };
  return page.dispatchEvent(
    new CustomEvent("htmx:before:request", { detail, bubbles: true, cancelable: true }),
  );
}
const follow = (...kinds: Parameters<Renewal["follow"]>[0][]) => {
  for (const kind of kinds) renewal.follow(kind);
};

describe("a document of which something was cut off", () => {
  test("is loaded anew when the line is back, and not before", () => {
    follow("connecting", "live", "reconnecting");
    cutOff();
    follow("offline");
    expect(did).toEqual([]);
    follow("live");
    expect(did).toEqual(["again"]);
  });

  test("stays while somebody has typed into it", () => {
    document.body.innerHTML = '<input name="name" value="as it was">';
    follow("live");
    cutOff();
    document.querySelector("input")!.value = "typed";
    follow("reconnecting", "polling");
    expect(did).toEqual([]);
  });

  test("is not loaded again and again when that does not help", () => {
    for (const wait of [0, 59_000, 2_000]) {
      clock.advance(wait);
      renewal = opened();
      follow("connecting", "reconnecting");
      cutOff();
      follow("polling");
    }
    expect(did).toEqual(["again", "again"]);
  });

  test("gives way to a whole document at the next change of page, once there is a line", () => {
    follow("live", "reconnecting");
    cutOff();
    expect(asks("GET", document.body)).toBe(true);
    document.body.innerHTML = "<textarea>typed</textarea>";
    document.querySelector("textarea")!.value = "more";
    follow("live");
    const part = document.querySelector("textarea")!;
    expect([asks("GET", part), asks("POST", document.body), asks("GET", document.body)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(did).toEqual(["/sites"]);
  });
});

test("a whole document stays, and its line may come and go", () => {
  follow("connecting", "live", "reconnecting", "live", "offline", "polling", "live");
  expect([asks("GET", document.body), did]).toEqual([true, []]);
});

test("one of an older version gives way at the next change of page", () => {
  renewal.outdated();
  expect(asks("GET", document.body, "/devices")).toBe(false);
  expect(did).toEqual(["/devices"]);
});
