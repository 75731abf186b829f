import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { Tour } from "./tour.ts";

/** The document has no popovers and no layout: here an element is open by an attribute, and seen unless it is hidden. */
let ended = 0;
let tour: Tour;
HTMLElement.prototype.showPopover = function showPopover() {
  this.dataset.open = "";
};
HTMLElement.prototype.hidePopover = function hidePopover() {
  delete this.dataset.open;
};
Element.prototype.getClientRects = function getClientRects() {
  return (this.hasAttribute("hidden") ? [] : [{}]) as unknown as DOMRectList;
};
tour = new Tour(() => {
  ended += 1;
});

const step = (name: string, at: string) =>
  `<section data-tour-at="${at}" id="${name}"><p data-tour-count="{step} of {steps}"></p>
    <button data-tour-go="next" data-tour-done="Done">Next</button><button data-tour-go="back">Back</button>
    <button data-tour-go="end">End</button></section>`;
function page(how: "once" | "offer", hidden = ""): void {
  document.body.innerHTML = `<main id="content" tabindex="-1"><p id="a" ${hidden}></p><p id="b"></p><p id="c"></p></main>
    <div data-tour="${how}">${step("welcome", "")}${step("one", "#a")}${step("two", "#b, #c")}${step("three", "#c")}</div>`;
  tour.adopt();
}
const open = () => [...document.querySelectorAll<HTMLElement>("[data-open]")].map(({ id }) => id).join();
const press = (go: string) =>
  document.querySelector<HTMLElement>(`[data-open] [data-tour-go=${go}]`)!.click();
const key = (name: string) =>
  document.activeElement!.dispatchEvent(
    new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }),
  );

beforeEach(() => {
  ended = 0;
});
afterEach(() => {
  document.body.replaceChildren();
  tour.adopt();
});

describe("the tour", () => {
  test("is offered without taking the keyboard, and goes from one place to the next", () => {
    page("offer");
    expect([open(), document.activeElement === document.body]).toEqual(["welcome", true]);
    press("next");
    expect([open(), document.querySelector("[data-open] p")?.textContent]).toEqual(["one", "1 of 3"]);
    expect(document.querySelectorAll(".tour-target")).toHaveLength(1);
    press("next");
    press("back");
    expect([open(), document.getElementById("a")?.classList.contains("tour-target")]).toEqual(["one", true]);
    press("back");
    expect(open()).toBe("one");
    press("next");
    press("next");
    expect(document.querySelector("[data-open] button")?.textContent).toBe("Done");
    press("next");
    expect([open(), ended, document.querySelector("[data-tour]")]).toEqual(["", 1, null]);
    expect([document.querySelector(".tour-target"), document.activeElement?.id]).toEqual([null, "content"]);
  });

  test("begins at once for who asked for it, goes by arrow keys, and ends by Escape", () => {
    page("once");
    expect(open()).toBe("one");
    key("ArrowRight");
    expect(open()).toBe("two");
    key("ArrowLeft");
    expect(open()).toBe("one");
    key("Escape");
    expect([open(), ended]).toEqual(["", 1]);
    key("ArrowRight");
    expect(open()).toBe("");
  });

  test("leaves out what is not on the page", () => {
    page("once", "hidden");
    expect([open(), document.querySelector("[data-open] p")?.textContent]).toEqual(["two", "1 of 2"]);
  });

  test("is over for good when it is not wanted", () => {
    page("offer");
    press("end");
    expect([open(), ended]).toEqual(["", 1]);
  });
});
