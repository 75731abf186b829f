import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { enhanceMessages } from "./messages.ts";
import { Toasts } from "./toasts.ts";

let clock: ManualClock;
let toasts: Toasts;
let processed: string[];
const WRITTEN = `<div class="toast"><p>Till 1 was retired.</p><form method="post" action="/devices/1/restore"><button type="submit">Undo</button></form></div>`;
const page = (inside = "") => {
  document.body.innerHTML = `<div id="toasts">${inside}</div><main id="content" tabindex="-1"></main>`;
};
const shown = () => [...document.querySelectorAll("#toasts p")].map((words) => words.textContent);
const press = (key: string, at: Element = document.body) =>
  at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const at = (text: string) =>
  [...document.querySelectorAll<HTMLElement>(".toast")].find((one) => one.textContent?.includes(text))!;

beforeEach(() => {
  clock = new ManualClock();
  processed = [];
  page();
  toasts = new Toasts({ clock, process: (element) => processed.push(element.textContent ?? "") });
});
afterEach(() => {
  for (const close of document.querySelectorAll<HTMLElement>(".toast-close")) close.click();
  document.body.replaceChildren();
});

describe("a message", () => {
  test("goes by itself after six seconds, with a button after twelve, and what went wrong stays", () => {
    toasts.show({ text: "Copied" });
    toasts.show({ text: "Moved", action: { label: "Undo", run: () => {} } });
    toasts.show({ text: "Failed", tone: "error" });
    clock.advance(5_999);
    expect(shown()).toEqual(["Copied", "Moved", "Failed"]);
    clock.advance(1);
    expect(shown()).toEqual(["Moved", "Failed"]);
    clock.advance(6_000);
    expect(shown()).toEqual(["Failed"]);
    clock.advance(3_600_000);
    expect(shown()).toEqual(["Failed"]);
  });

  test("waits while a pointer or the keyboard is at one of them, and then has the time that was left", () => {
    toasts.show({ text: "Copied" });
    clock.advance(5_000);
    at("Copied").dispatchEvent(new Event("mouseenter"));
    clock.advance(60_000);
    at("Copied").querySelector<HTMLElement>(".toast-close")!.focus();
    at("Copied").dispatchEvent(new Event("mouseleave"));
    clock.advance(60_000);
    expect(shown()).toEqual(["Copied"]);
    document.getElementById("content")!.focus();
    clock.advance(999);
    expect(shown()).toEqual(["Copied"]);
    clock.advance(1);
    expect(shown()).toEqual([]);
  });

  test("is one of three at most, and takes the place of one that said the same", () => {
    for (const text of ["one", "two", "three", "two", "four"]) toasts.show({ text });
    expect(shown()).toEqual(["three", "two", "four"]);
  });

  test("does what its button says, once, and closes", () => {
    let done = 0;
    toasts.show({
      text: "Failed",
      tone: "error",
      action: {
        label: "Try again",
        run: () => {
          done += 1;
        },
      },
    });
    at("Failed").querySelector<HTMLElement>(".button")!.click();
    expect([done, shown()]).toEqual([1, []]);
  });
});

describe("by keyboard", () => {
  test("F8 goes to the newest, Escape closes it, and the focus goes on to the next and then to the page", () => {
    toasts.show({ text: "one" });
    toasts.show({ text: "two" });
    press("F8");
    expect(at("two").contains(document.activeElement)).toBe(true);
    press("Escape", document.activeElement!);
    expect(shown()).toEqual(["one"]);
    expect(at("one").contains(document.activeElement)).toBe(true);
    press("Escape", document.activeElement!);
    expect(document.activeElement?.id).toBe("content");
    press("Escape");
  });

  test("Escape closes no message while it means something to a field", () => {
    document.getElementById("content")!.innerHTML = "<input>";
    toasts.show({ text: "one" });
    press("Escape", document.querySelector("input")!);
    expect(shown()).toEqual(["one"]);
    press("Escape");
    expect(shown()).toEqual([]);
  });
});

describe("what the server wrote", () => {
  test("is told a turn later, so that it is heard, and goes like every other", () => {
    page(WRITTEN);
    toasts.adopt();
    expect(shown()).toEqual([]);
    clock.advance(0);
    expect(shown()).toEqual(["Till 1 was retired."]);
    clock.advance(11_999);
    expect(shown()).toHaveLength(1);
    clock.advance(1);
    expect(shown()).toEqual([]);
  });

  test("that a page says again takes the place of the one before, unless each has an undo of its own", () => {
    for (const written of [`<div class="toast"><p>Saved.</p></div>`, WRITTEN]) {
      for (const _ of ["once", "again"]) {
        document.getElementById("toasts")!.insertAdjacentHTML("beforeend", written);
        toasts.adopt();
        clock.advance(0);
      }
    }
    expect(shown()).toEqual(["Saved.", "Till 1 was retired.", "Till 1 was retired."]);
  });

  test("is carried to the next page, unless its undo was asked for there", () => {
    page(WRITTEN);
    toasts.adopt();
    clock.advance(0);
    page();
    toasts.adopt();
    expect(shown()).toEqual(["Till 1 was retired."]);
    expect(processed).toHaveLength(1);
    document.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true }));
    page(WRITTEN.replace("was retired", "is back"));
    toasts.adopt();
    clock.advance(0);
    expect(shown()).toEqual(["Till 1 is back."]);
  });
});

describe("the code that shows messages", () => {
  test("is fetched when there is one to show", async () => {
    const say = enhanceMessages({ clock, process: () => {} });
    say({ text: "Copied" });
    while (shown().length === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    expect(shown()).toEqual(["Copied"]);
    page(WRITTEN);
    document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: {} }));
    while (shown().length < 2) {
      clock.advance(0);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    expect(shown()).toEqual(["Copied", "Till 1 was retired."]);
  });
});
