import { afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { enhanceChecks } from "./checks.ts";

const FORM = `<form data-check="/jobs/new/preview">
  <div class="field"><label for="a">A</label><input id="a" name="a"></div>
  <div class="field"><label for="b">B</label><input id="b" name="b"></div>
  <fieldset class="field"><legend>C</legend><input type="checkbox" name="c" value="1"></fieldset>
  <input type="hidden" name="kind" value="ping"><div id="preview" data-renewed>nothing yet</div></form>`;
const ALL_WRONG = `<form><div class="field"><input id="a" name="a" aria-invalid="true" aria-describedby="a-error"><p id="a-error">wrong a</p></div>
  <div class="field"><input id="b" name="b" aria-invalid="true"><p id="b-error">wrong b</p></div>
  <fieldset class="field" aria-invalid="true"><input type="checkbox" name="c" value="1"><p id="c-error">none</p></fieldset>
  <div id="preview"><b>five runs</b></div></form>`;
const ALL_RIGHT = `<form><div class="field"><input name="a"></div><div id="preview">done</div></form>`;

let asked: [path: string, body: string][];
let answer: () => Promise<Response>;
let checks: { adopt(): void };
const clock = new ManualClock();
const realFetch = globalThis.fetch;
beforeAll(() => {
  checks = enhanceChecks(clock);
});
beforeEach(() => {
  asked = [];
  globalThis.fetch = ((path: string, { body }: { body: string }) => {
    asked.push([path, body]);
    return answer();
  }) as unknown as typeof fetch;
});
afterEach(() => {
  globalThis.fetch = realFetch;
  document.body.replaceChildren();
});

const page =
  (html: string, status = 200) =>
  async () =>
    new Response(html, { status });
const turns = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
};
const text = (id: string) => document.getElementById(id)?.textContent ?? null;
async function leave(name: string, value?: string): Promise<void> {
  const control = document.querySelector<HTMLInputElement>(`[name=${name}]`)!;
  if (value !== undefined) control.value = value;
  control.dispatchEvent(new Event(value === undefined ? "focusout" : "change", { bubbles: true }));
  await turns();
}

test("says of a field that was left what is wrong with it, of others nothing, and no more when it is right", async () => {
  document.body.innerHTML = FORM;
  answer = page(ALL_WRONG);
  await leave("a", "x");
  expect(asked).toEqual([["/jobs/new/preview", "a=x&b=&kind=ping"]]);
  expect([text("a-error"), text("b-error"), text("preview")]).toEqual(["wrong a", null, "five runs"]);
  expect(document.getElementById("a")!.getAttribute("aria-describedby")).toBe("a-error");
  await leave("b");
  // Nothing has changed: it is the same answer that speaks of both.
  expect([asked.length, text("b-error")]).toEqual([1, "wrong b"]);
  answer = page(ALL_RIGHT);
  await leave("a", "y");
  expect([text("a-error"), text("b-error"), text("preview")]).toEqual([null, null, "done"]);
  expect(document.getElementById("a")!.hasAttribute("aria-invalid")).toBe(false);
});

test("a pause in typing renews what it would do, and says nothing of the field one is still in", async () => {
  document.body.innerHTML = FORM.replace("nothing yet", `<details id="more" open></details>`);
  answer = page(ALL_WRONG.replace("<b>five runs</b>", `<details id="more"><p>five runs</p></details>`));
  const field = document.querySelector<HTMLInputElement>("[name=a]")!;
  for (const typed of ["o", "on", "one"]) {
    field.value = typed;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    clock.advance(300);
  }
  expect(asked).toEqual([]);
  clock.advance(100);
  await turns();
  expect(asked).toEqual([["/jobs/new/preview", "a=one&b=&kind=ping"]]);
  expect([text("preview"), text("a-error")]).toEqual(["five runs", null]);
  // What was unfolded stays so.
  expect(document.querySelector<HTMLDetailsElement>("#more")!.open).toBe(true);
});

test("boxes are described together", async () => {
  document.body.innerHTML = FORM;
  answer = page(ALL_WRONG);
  await leave("c");
  expect(text("c-error")).toBe("none");
  expect(document.querySelector("fieldset")!.getAttribute("aria-describedby")).toBe("c-error");
});

test("a form that comes filled in says at once what it would do", async () => {
  document.body.innerHTML = FORM;
  answer = page(ALL_WRONG);
  checks.adopt();
  checks.adopt();
  await turns();
  expect([asked.length, text("preview"), text("a-error")]).toEqual([1, "five runs", null]);
});

const PLAIN = `<form data-check="/check/site">
  <div class="field"><input id="a" name="a" aria-describedby="a-hint"><p id="a-hint">a hint</p></div>
  <div class="field"><input id="p" name="p" type="password"></div><button type="submit">Send</button></form>`;

test("a form that shows nothing else is looked at once a field was left, then while one types, and never for half a password", async () => {
  document.body.innerHTML = PLAIN;
  answer = page(`<p id="a-error">wrong a</p>`);
  const type = async (name: string, value: string) => {
    const field = document.querySelector<HTMLInputElement>(`[name=${name}]`)!;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    clock.advance(400);
    await turns();
  };
  checks.adopt();
  await type("a", "x");
  expect(asked).toEqual([]);
  await leave("a");
  const field = document.getElementById("a")!;
  expect([asked.length, text("a-error"), field.getAttribute("aria-invalid")]).toEqual([1, "wrong a", "true"]);
  expect(field.getAttribute("aria-describedby")).toBe("a-error a-hint");
  await type("p", "half");
  expect(asked.length).toBe(1);
  answer = page("");
  await type("a", "xy");
  expect([text("a-error"), field.getAttribute("aria-describedby")]).toEqual([null, "a-hint"]);
  expect(field.hasAttribute("aria-invalid")).toBe(false);
});

test("no message comes while the pointer is down, which would push the button from under it", async () => {
  document.body.innerHTML = PLAIN;
  answer = page(`<p id="a-error">wrong a</p>`);
  document.dispatchEvent(new Event("pointerdown"));
  await leave("a", "x");
  expect(text("a-error")).toBeNull();
  document.dispatchEvent(new Event("pointerup"));
  clock.advance(0);
  await turns();
  expect(text("a-error")).toBe("wrong a");
});

test.each([
  ["no answer", () => Promise.reject(new TypeError("network"))],
  ["an answer that is no form", page("<p>Too many requests</p>", 429)],
])("%s changes nothing", async (_, gives) => {
  document.body.innerHTML = FORM;
  answer = gives;
  await leave("a", "x");
  expect([text("a-error"), text("preview")]).toEqual([null, "nothing yet"]);
});

test("forms that are not marked are left alone", async () => {
  document.body.innerHTML = `<form><input name="a"></form>`;
  await leave("a", "x");
  expect(asked).toEqual([]);
});
