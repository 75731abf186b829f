import { afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { english } from "../words/english/english.ts";
import { formsOf } from "../words/forms.ts";
import { enhanceUploads } from "./upload.ts";

const SAID = english(formsOf("en-GB")).firmware.script;
const FORM = (
  taken = "",
) => `<form action="/firmware/new" data-upload='${JSON.stringify(SAID)}' data-check="/firmware/new/check">
  <div class="field"><input id="version" name="version" value="8" ${taken === "" ? "" : 'aria-invalid="true" aria-describedby="version-error"'}>${taken}</div>
  <div class="field"><input id="file" type="file" name="file" data-max-bytes="1048576"></div>
  <div hidden data-upload-progress><progress max="1" value="0"></progress><span class="upload-said"></span><button type="button" data-upload-stop>Stop</button></div>
  <p role="status" data-upload-status></p><button type="submit">Upload</button></form>`;
const TAKEN = FORM('<p id="version-error">is taken</p>');

/** A request whose course the test decides. */
class Sent extends EventTarget {
  readonly upload = new EventTarget();
  status = 0;
  responseText = "";
  responseURL = "";
  type = "text/html";
  body: FormData | null = null;
  readonly headers: Record<string, string> = {};
  open(): void {}
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  send(body: FormData): void {
    this.body = body;
  }
  abort(): void {
    this.dispatchEvent(new Event("abort"));
  }
  getResponseHeader(): string {
    return this.type;
  }
  answer(status: number, text: string, more: Partial<Pick<Sent, "type" | "responseURL">> = {}): void {
    Object.assign(this, { status, responseText: text, ...more });
    this.dispatchEvent(new Event("load"));
  }
}

let nowMs = 0;
let sent: Sent[];
let went: string[];
let look: string;
const realFetch = globalThis.fetch;
beforeAll(() => {
  const request = () => {
    sent.push(new Sent());
    return sent.at(-1) as unknown as XMLHttpRequest;
  };
  enhanceUploads({ nowMs: () => nowMs, request, go: (address) => void went.push(address) });
});
beforeEach(() => {
  [nowMs, sent, went, look] = [0, [], [], FORM()];
  document.body.innerHTML = FORM();
  globalThis.fetch = (async () => new Response(look)) as unknown as typeof fetch;
});
afterEach(() => {
  globalThis.fetch = realFetch;
  document.body.replaceChildren();
});

const form = () => document.querySelector("form")!;
const text = (selector: string) => document.querySelector(selector)?.textContent ?? null;
const shown = () => !document.querySelector<HTMLElement>("[data-upload-progress]")!.hidden;
async function submit(): Promise<Sent | undefined> {
  const event = new Event("submit", { bubbles: true, cancelable: true });
  form().dispatchEvent(event);
  expect(event.defaultPrevented).toBe(true);
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  return sent[0];
}

test("what is sent is shown as it goes, with how long it still takes, and leads on when it was taken", async () => {
  const one = (await submit())!;
  expect([one.headers.accept, one.body?.get("version"), shown()]).toEqual(["application/json", "8", true]);
  nowMs = 10_000;
  one.upload.dispatchEvent(
    Object.assign(new Event("progress"), { loaded: 10 * 1_048_576, total: 31.5 * 1_048_576 }),
  );
  expect(text(".upload-said")).toBe("Sending 10 MiB of 31.5 MiB · 22 s left");
  expect(document.querySelector("progress")!.value).toBeCloseTo(0.317, 2);
  one.upload.dispatchEvent(new Event("load"));
  expect(text("[data-upload-status]")).toBe(SAID.keeping);
  // Twice in a hurry is once.
  await submit();
  expect(sent).toHaveLength(1);
  one.answer(200, '{"location":"/firmware"}', { type: "application/json" });
  expect(went).toEqual(["/firmware"]);
});

test("what can be known before is said before anything is sent", async () => {
  look = TAKEN;
  expect(await submit()).toBeUndefined();
  expect(text("#version-error")).toBe("is taken");
  expect(document.activeElement?.id).toBe("version");
  Object.defineProperty(document.querySelector("#file")!, "files", { value: [{ size: 1_048_577 }] });
  look = FORM();
  expect(await submit()).toBeUndefined();
  expect([text("#file-error"), document.activeElement?.id]).toEqual(["must have at most 1 MiB", "file"]);
});

test("a refusal is shown at its field, or as the page says it, and the form can be sent again", async () => {
  const one = (await submit())!;
  one.answer(409, TAKEN);
  expect([text("#version-error"), shown(), form().getAttribute("aria-busy")]).toEqual([
    "is taken",
    false,
    null,
  ]);
  document.body.innerHTML = FORM();
  await submit();
  sent[1]!.answer(500, '<main class="error-page"><h1>Something broke</h1></main>');
  expect(text("[data-upload-status]")).toBe("Something broke");
});

test("it is stopped by its button, and told when the line broke", async () => {
  await submit();
  document.querySelector<HTMLElement>("[data-upload-stop]")!.click();
  expect([text("[data-upload-status]"), shown()]).toEqual([SAID.stopped, false]);
  await submit();
  sent[1]!.dispatchEvent(new Event("error"));
  expect(text("[data-upload-status]")).toBe(SAID.broken);
});

test("a session that has ended leads to the log-in", async () => {
  const one = (await submit())!;
  one.answer(200, "<form></form>", { responseURL: "/login?next=/firmware/new" });
  expect(went).toEqual(["/login?next=/firmware/new"]);
});
