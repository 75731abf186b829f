import { afterEach, expect, test } from "bun:test";
import { enhancePicking } from "./picking.ts";

afterEach(() => document.body.replaceChildren());

const rows = (names: readonly string[]) =>
  `<form id="bulk"><output data-picked="0 selected"></output><button type="reset">Clear</button></form>
   <input type="checkbox" data-pick-all hidden>
   ${names.map((name) => `<input type="checkbox" data-pick form="bulk" value="${name}">`).join("")}`;
const all = () => document.querySelector<HTMLInputElement>("[data-pick-all]")!;
const box = (name: string) => document.querySelector<HTMLInputElement>(`[value=${name}]`)!;
const said = () => document.querySelector("output")!.textContent;
const press = (input: HTMLInputElement) => {
  input.checked = !input.checked;
  input.dispatchEvent(new Event("change", { bubbles: true }));
};

test("boxes of rows are counted, all ticked by one, and unticked", async () => {
  document.body.innerHTML = rows(["a", "b"]);
  const picking = enhancePicking();
  picking.adopt();
  expect([said(), all().hidden, all().checked]).toEqual(["0 selected", false, false]);
  press(box("a"));
  expect([said(), all().checked, all().indeterminate]).toEqual(["1 selected", false, true]);
  press(all());
  expect([said(), box("b").checked, all().indeterminate]).toEqual(["2 selected", true, false]);
  document.querySelector("form")!.reset();
  await Promise.resolve();
  expect(said()).toBe("0 selected");
  document.body.innerHTML = rows(["c"]);
  box("c").checked = true;
  picking.adopt();
  expect([said(), all().checked]).toEqual(["1 selected", true]);
});
