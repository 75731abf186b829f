import { afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { enhanceQueue } from "./queue.ts";

const WORDS = {
  ...{
    taken: "{name} taken, {place} of {total}",
    moved: "{name} at {place} of {total}",
    back: "{name} back",
  },
  ...{ kept: "{name} stays", done: "{name} is {place} of {total}", failed: "{name} could not be moved" },
};
const item = (id: string) => `<li data-id="${id}" data-name="Job ${id}">
  <button type="button" data-handle data-idle aria-pressed="false">move</button>
  <form data-step="-1"><button class="up">up</button></form><form data-step="1"><button class="down">down</button></form></li>`;
const PAGE = `<p data-queue-said></p><ol data-queue="/api/v1/jobs/order" data-words='${JSON.stringify(WORDS)}'>
  ${["a", "b", "c", "d"].map(item).join("")}</ol>`;

let sent: string[][];
let status: number;
let queue: { adopt(): void };
const realFetch = globalThis.fetch;
beforeAll(() => {
  queue = enhanceQueue();
});
beforeEach(() => {
  sent = [];
  status = 204;
  globalThis.fetch = (async (path: string, { body }: { body: string }) => {
    expect(path).toBe("/api/v1/jobs/order");
    sent.push((JSON.parse(body) as { ids: string[] }).ids);
    return new Response(null, { status });
  }) as unknown as typeof fetch;
  document.body.innerHTML = PAGE;
  queue.adopt();
});
afterEach(() => {
  globalThis.fetch = realFetch;
  document.body.replaceChildren();
});

const order = () => [...document.querySelectorAll<HTMLElement>("[data-id]")].map(({ dataset }) => dataset.id);
const said = () => document.querySelector("[data-queue-said]")!.textContent;
const handle = (id: string) => document.querySelector<HTMLElement>(`[data-id=${id}] [data-handle]`)!;
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
function press(id: string, key: string): boolean {
  handle(id).focus();
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  handle(id).dispatchEvent(event);
  return event.defaultPrevented;
}

test("the keyboard takes one up, moves it, and puts it down; all of it is said", async () => {
  expect(handle("c").dataset.idle).toBeUndefined();
  expect(press("c", "ArrowUp")).toBe(false);
  press("c", " ");
  expect([said(), handle("c").getAttribute("aria-pressed")]).toEqual(["Job c taken, 3 of 4", "true"]);
  press("c", "ArrowUp");
  press("c", "ArrowUp");
  press("c", "ArrowUp");
  expect([order(), said(), sent]).toEqual([["c", "a", "b", "d"], "Job c at 1 of 4", []]);
  press("c", " ");
  await settled();
  expect([sent, said(), document.activeElement]).toEqual([[["c", "a", "b"]], "Job c is 1 of 4", handle("c")]);
});

test("Escape puts it back, and nothing is sent", async () => {
  press("b", "Enter");
  press("b", "ArrowDown");
  press("b", "Escape");
  await settled();
  expect([order(), said(), sent]).toEqual([["a", "b", "c", "d"], "Job b back", []]);
  press("b", " ");
  press("b", " ");
  await settled();
  expect([said(), sent]).toEqual(["Job b stays", []]);
});

test("a pointer drags it by its handle to where it is let go", async () => {
  for (const [place, one] of [...document.querySelectorAll<HTMLElement>("[data-id]")].entries())
    one.getBoundingClientRect = () => ({ top: place * 40, height: 40 }) as DOMRect;
  const at = (type: string, clientY: number, target: Element) =>
    target.dispatchEvent(new PointerEvent(type, { clientY, button: 0, bubbles: true }));
  handle("a").setPointerCapture = () => {};
  at("pointerdown", 20, handle("a"));
  at("pointermove", 115, document.body);
  expect(order()).toEqual(["b", "c", "a", "d"]);
  at("pointerup", 115, document.body);
  await settled();
  expect(sent).toEqual([["b", "c", "a"]]);
  at("pointermove", 10, document.body);
  expect(order()).toEqual(["b", "c", "a", "d"]);
});

test("its buttons move it a step and keep the keyboard; what the cloud refuses is put back", async () => {
  const down = document.querySelector<HTMLElement>("[data-id=a] .down")!;
  const submit = () =>
    down.closest("form")!.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  expect(submit()).toBe(false);
  await settled();
  expect([order(), sent, document.activeElement]).toEqual([["b", "a", "c", "d"], [["b", "a"]], down]);
  status = 403;
  submit();
  await settled();
  expect([order(), said()]).toEqual([["b", "a", "c", "d"], "Job a could not be moved"]);
});

test("while one is in hand the page is not renewed", () => {
  let renewed = 0;
  const hear = () => {
    renewed += 1;
  };
  document.body.addEventListener("homepot:changed", hear);
  const change = () => document.body.dispatchEvent(new CustomEvent("homepot:changed"));
  press("a", " ");
  change();
  press("a", "Escape");
  change();
  document.body.removeEventListener("homepot:changed", hear);
  expect(renewed).toBe(1);
});
