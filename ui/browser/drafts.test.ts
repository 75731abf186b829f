import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { Drafts } from "./drafts.ts";

/** The listeners of earlier tests stay on the document: each test has a storage of its own, and forms of its own. */
let storage: Storage;
let drafts: Drafts;
let forms = 0;

const FIELDS = `<input type="hidden" name="version" value="v1"><input name="name" value="Bay">
  <textarea name="notes">quiet</textarea><input type="password" name="secret"><button>Save</button>`;
function page(action: string, { person = "ruth", fields = FIELDS } = {}): HTMLFormElement {
  document.body.innerHTML = `<div data-person="${person}"><form data-draft action="${action}">${fields}</form></div>`;
  drafts.adopt();
  return document.querySelector("form")!;
}
const control = (name: string) => document.querySelector<HTMLInputElement>(`[name=${name}]`)!;
function type(name: string, text: string): void {
  control(name).value = text;
  control(name).dispatchEvent(new Event("input", { bubbles: true }));
}
const kept = () =>
  Object.fromEntries(Array.from(Object.keys({ ...storage }), (key) => [key, storage.getItem(key)]));
const line = () => document.querySelector(".draft-line");
function answered(form: HTMLFormElement, status: number, headers: Record<string, string> = {}): void {
  const ctx = {
    request: { method: "POST" },
    sourceElement: form,
    response: { status, headers: new Headers(headers) },
  };
  document.dispatchEvent(new CustomEvent("htmx:after:request", { detail: { ctx } }));
}
let action: string;

beforeEach(() => {
  sessionStorage.clear();
  storage = sessionStorage;
  drafts = new Drafts(storage);
  forms += 1;
  action = `/sites/${forms}/edit`;
});
afterEach(() => document.body.replaceChildren());

describe("what is typed", () => {
  test("is back after a reload, with the version that the edit began with, and says so", () => {
    page(action);
    type("name", "Cardiff Bay");
    page(action, { fields: FIELDS.replace("v1", "v2") });
    expect([control("name").value, control("notes").value, control("version").value]).toEqual([
      "Cardiff Bay",
      "quiet",
      "v1",
    ]);
    expect(line()?.getAttribute("role")).toBe("status");
  });

  test("is discarded by one button, and what the server has is there again", () => {
    page(action);
    type("notes", "by the sea");
    page(action, { fields: FIELDS.replace("v1", "v2") });
    line()!.querySelector("button")!.click();
    expect([control("notes").value, control("version").value, line(), kept()]).toEqual([
      "quiet",
      "v2",
      null,
      {},
    ]);
    expect(document.activeElement).toBe(control("name"));
  });

  test("is not kept when it is a password, nor in a form that does not ask for it", () => {
    const form = page(action);
    type("secret", "hunter2");
    type("name", "Bay 2");
    expect(JSON.stringify(kept())).not.toContain("hunter2");
    form.removeAttribute("data-draft");
    sessionStorage.clear();
    type("name", "Bay 3");
    expect(kept()).toEqual({});
  });

  test("is no draft when it is what the server has", () => {
    page(action);
    type("name", "Cardiff Bay");
    type("name", "Bay");
    expect(kept()).toEqual({});
  });

  test("has the boxes that were ticked, each by what it stands for, and tells the page that the form has changed", () => {
    const fields = `<input type="checkbox" name="site" value="a"><input type="checkbox" name="site" value="b" checked>`;
    const boxes = () => [...document.querySelectorAll<HTMLInputElement>("[name=site]")];
    page(action, { fields });
    boxes()[0]!.checked = true;
    boxes()[1]!.checked = false;
    boxes()[0]!.dispatchEvent(new Event("input", { bubbles: true }));
    let changed = 0;
    const hear = () => {
      changed += 1;
    };
    document.addEventListener("change", hear);
    page(action, { fields });
    document.removeEventListener("change", hear);
    expect([boxes().map(({ checked, value }) => [value, checked]), changed]).toEqual([
      [
        ["a", true],
        ["b", false],
      ],
      1,
    ]);
  });

  test("before this script came is kept too, and not replaced by an older draft", () => {
    page(action);
    type("name", "older");
    document.body.innerHTML = `<div data-person="ruth"><form data-draft action="${action}">${FIELDS}</form></div>`;
    control("name").value = "newer";
    drafts.adopt();
    expect([control("name").value, line()]).toEqual(["newer", null]);
    expect(kept()[`draft:ruth:${action}`]).toContain("newer");
  });

  test("in a form that came back refused needs no words", () => {
    page(action);
    type("name", "");
    page(action, { fields: FIELDS.replace('value="Bay"', 'value=""') });
    expect([control("name").value, line()]).toEqual(["", null]);
  });
});

describe("a draft ends", () => {
  test.each([
    ["when the form is taken", 200, {}, true],
    ["not when it is refused", 422, {}, false],
    ["not when somebody else saved meanwhile", 412, {}, false],
    ["not when the session had expired", 200, { "hx-redirect": "/login" }, false],
  ])("%s", (_, status, headers, gone) => {
    const form = page(action);
    type("name", "Cardiff Bay");
    answered(form, status, headers as Record<string, string>);
    expect(Object.keys(kept())).toEqual(gone ? [] : [`draft:ruth:${action}`]);
  });

  test("when another form for the same record is taken: that of a merge", () => {
    page(action);
    type("name", "Cardiff Bay");
    document.body.innerHTML = `<div data-person="ruth"><form action="${action}"></form></div>`;
    answered(document.querySelector("form")!, 200);
    expect(kept()).toEqual({});
  });

  test("at the log-out", () => {
    page(action);
    type("name", "Cardiff Bay");
    sessionStorage.setItem("other", "stays");
    document.body.innerHTML = `<form action="/logout"></form>`;
    document.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true }));
    expect(kept()).toEqual({ other: "stays" });
  });

  test("when somebody else is logged in, who never sees it", () => {
    page(action);
    type("name", "Cardiff Bay");
    page(action, { person: "sam" });
    expect([control("name").value, line(), kept()]).toEqual(["Bay", null, {}]);
  });
});
