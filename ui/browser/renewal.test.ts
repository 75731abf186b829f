import { afterEach, expect, test } from "bun:test";
import { enhanceRenewal, UNFINISHED } from "./renewal.ts";

afterEach(() => document.body.replaceChildren());

function opened() {
  let reloads = 0;
  const back = enhanceRenewal(() => {
    reloads += 1;
  });
  return { back, reloads: () => reloads };
}
const cutOff = () => document.dispatchEvent(new CustomEvent(UNFINISHED));

test("a page of which something was cut off is loaded anew when the line is back, and not before", () => {
  const page = opened();
  page.back();
  cutOff();
  expect(page.reloads()).toBe(0);
  page.back();
  expect(page.reloads()).toBe(1);
});

test("one into which somebody has typed stays as it is", () => {
  const page = opened();
  document.body.innerHTML = '<input name="name" value="as it was">';
  cutOff();
  document.querySelector("input")!.value = "typed";
  page.back();
  expect(page.reloads()).toBe(0);
});
