import { afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { enhanceFinding } from "./finding.ts";

const FORM = `<form data-check="/preview"><fieldset class="pick-some"><input type="search" data-find>
  <button type="submit" data-find-button>Search</button>
  <input type="checkbox" id="one"><input type="checkbox" id="two"></fieldset>
  <fieldset class="pick-some"><input type="checkbox" id="bare"></fieldset></form>`;

let clock: ManualClock;
let looked: number;
let finding: { adopt(): void };
beforeAll(() => {
  document.addEventListener("change", () => {
    looked += 1;
  });
  finding = enhanceFinding({ after: (ms, run) => clock.after(ms, run) });
});
beforeEach(() => {
  [clock, looked] = [new ManualClock(), 0];
  document.body.innerHTML = FORM;
  finding.adopt();
});
afterEach(() => document.body.replaceChildren());

const find = (selector: string) => document.querySelector<HTMLElement>(selector)!;
const focused = () => document.activeElement?.id ?? "";
function press(key: string): Event {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  document.activeElement!.dispatchEvent(event);
  return event;
}

test("what is typed is looked for a moment after the last key", () => {
  const search = find("[data-find]");
  search.dispatchEvent(new Event("input", { bubbles: true }));
  clock.advance(299);
  search.dispatchEvent(new Event("input", { bubbles: true }));
  clock.advance(299);
  expect(looked).toBe(0);
  clock.advance(1);
  expect(looked).toBe(1);
});

test("Enter looks at once, and sends nothing", () => {
  find("[data-find]").focus();
  expect(press("Enter").defaultPrevented).toBe(true);
  expect(looked).toBe(1);
  clock.advance(300);
  expect(looked).toBe(1);
  const button = find("[data-find-button]") as HTMLButtonElement;
  expect([button.type, button.hidden]).toEqual(["button", true]);
});

test("the keyboard goes from the search through what was found, and back", () => {
  find("[data-find]").focus();
  press("ArrowDown");
  expect(focused()).toBe("one");
  press("ArrowDown");
  press("ArrowDown");
  expect(focused()).toBe("two");
  press("ArrowUp");
  press("ArrowUp");
  expect(document.activeElement).toBe(find("[data-find]"));
  press("ArrowDown");
  press("Escape");
  expect(document.activeElement).toBe(find("[data-find]"));
  find("#bare").focus();
  expect(press("ArrowDown").defaultPrevented).toBe(false);
});
