import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import { Toasts } from "../components/toasts.tsx";
import { wordsOf } from "../words/catalogues.ts";
import { PageWords } from "../words/use-words.ts";
import { enhanceFailures } from "./failures.ts";
import { UNFINISHED } from "./renewal.ts";
import type { Message } from "./toasts.ts";

let said: Message[] = [];
beforeAll(() => enhanceFailures((message) => said.push(message)));
afterEach(() => {
  said = [];
  document.body.replaceChildren();
});

interface Answer {
  status: number;
  headers?: Record<string, string>;
  text?: string;
}
const OURS = { "x-request-id": "r1" };
/** The page carries the words of its scripts, in its language. */
const REGION = renderToString(
  <PageWords.Provider value={wordsOf("en")}>
    <Toasts notice={null} />
  </PageWords.Provider>,
);
const ERROR_PAGE = `<html><body><div class="error-page"><h1>Something broke</h1><p>It is in the log.</p></div></body></html>`;

/** Whether the answer is put into the page. */
function answered({ status, headers = OURS, text = "" }: Answer, request: object): boolean {
  const ctx = { response: { status, headers: new Headers(headers) }, text, ...request };
  const event = new CustomEvent("htmx:after:request", { detail: { ctx }, bubbles: true, cancelable: true });
  return document.dispatchEvent(event);
}
const link = () => {
  document.body.innerHTML = `${REGION}<a href="/sites">Sites</a>`;
  const sourceElement = document.querySelector("a")!;
  return { request: { method: "GET" }, target: document.body, sourceElement };
};
const form = () => {
  document.body.innerHTML = `${REGION}<form action="#"><input name="name" value="typed"><button>Save</button></form>`;
  const sourceElement = document.querySelector("form")!;
  return { request: { method: "POST" }, target: document.body, sourceElement };
};
const part = () => {
  document.body.innerHTML = `<div class="live-region">as it was</div>`;
  const sourceElement = document.querySelector("div")!;
  return { request: { method: "GET" }, target: sourceElement, sourceElement };
};
const texts = () => said.map(({ text }) => text);

describe("an answer that failed", () => {
  test.each([
    ["a good one", { status: 200 }, link, true, []],
    ["a form with what is wrong in it", { status: 422, text: "<form>" }, form, true, []],
    ["a page that is not there, asked for by a link", { status: 404, text: ERROR_PAGE }, link, true, []],
    [
      "an error page in answer to a form",
      { status: 500, text: ERROR_PAGE },
      form,
      false,
      ["Something broke. It is in the log."],
    ],
    [
      "an error page in answer to a search",
      { status: 500, text: ERROR_PAGE },
      () => ({ ...form(), target: document.createElement("div"), request: { method: "GET" } }),
      false,
      ["Something broke. It is in the log."],
    ],
    [
      "a problem",
      {
        status: 403,
        headers: { ...OURS, "content-type": "application/problem+json" },
        text: '{"title":"Not from here","hint":"Open the page again."}',
      },
      form,
      false,
      ["Not from here. Open the page again."],
    ],
    [
      "too much at once",
      { status: 429, headers: { ...OURS, "retry-after": "12" }, text: ERROR_PAGE },
      link,
      false,
      ["That was a lot at once. Try again in 12 s."],
    ],
    [
      "the word of a proxy",
      { status: 502, headers: {}, text: "<h1>Bad gateway" },
      link,
      false,
      ["The cloud cannot be reached just now."],
    ],
    ["an error page for a part that renews itself", { status: 500, text: ERROR_PAGE }, part, false, []],
  ] as const)("%s", (_, answer, request, shown, words) => {
    expect([answered(answer, request()), texts()]).toEqual([shown, [...words]]);
  });
});

describe("no answer at all", () => {
  const silence = (ctx: object) =>
    document.dispatchEvent(new CustomEvent("htmx:error", { detail: { ctx }, bubbles: true }));

  test("is told, and that nothing typed is lost; parts that renew themselves are quiet", () => {
    silence(link());
    silence(form());
    silence(part());
    expect(texts()).toEqual([
      "No answer from the cloud.",
      "No answer from the cloud. What you typed is still here.",
    ]);
  });

  test("is told for requests only, and once where an answer came", () => {
    document.dispatchEvent(new CustomEvent("htmx:error", { detail: { error: "x" } }));
    silence({ ...link(), response: { status: 500 } });
    expect(texts()).toEqual([]);
  });
});

describe("another try", () => {
  test("after a step back is known to be due as soon as there is a line", () => {
    let unfinished = 0;
    const hear = () => {
      unfinished += 1;
    };
    document.addEventListener(UNFINISHED, hear);
    answered({ status: 502, headers: {} }, link());
    answered({ status: 502, headers: {} }, { ...link(), sourceElement: document.body });
    document.removeEventListener(UNFINISHED, hear);
    expect(unfinished).toBe(1);
  });

  test("sends the form again with what is in it, or follows the link again", () => {
    let again: string[] = [];
    const hear = (event: Event) => {
      event.preventDefault();
      again = [...again, event.type];
    };
    document.addEventListener("submit", hear);
    document.addEventListener("click", hear);
    for (const request of [form, link]) {
      answered({ status: 502, headers: {} }, request());
      said.pop()?.action?.run();
    }
    document.removeEventListener("submit", hear);
    document.removeEventListener("click", hear);
    expect(again).toEqual(["submit", "click"]);
  });
});
