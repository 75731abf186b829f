import type { HtmxRequest } from "./navigation.ts";
import { worded } from "./page-words.ts";

/** Fields by name, as they were typed; among them the version that the edit began with. */
type Draft = Record<string, string>;
type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const PREFIX = "draft:";

/**
 * Keeps what is typed into the forms marked `data-draft`, for this tab, this person and the address the form is sent to,
 * so that a reload, a crash of the tab or an expired session costs nothing. A draft ends when its form was taken, when it
 * is discarded, at the log-out, and when somebody else is logged in. Passwords and files are never kept.
 */
export class Drafts {
  readonly #storage: Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;
  /** The fields of each form as the server rendered them. */
  readonly #rendered = new WeakMap<HTMLFormElement, Draft>();

  constructor(storage: Storage) {
    this.#storage = storage;
    document.addEventListener("input", (event) => {
      const form = (event.target as Control | null)?.form;
      if (form?.matches("[data-draft]")) this.#keep(form);
    });
    document.addEventListener("submit", (event) => {
      if ((event.target as HTMLFormElement).matches('[action="/logout"]')) this.#forget(() => true);
    });
    document.addEventListener("htmx:after:request", (event) => {
      const { ctx } = (event as CustomEvent<{ ctx: Answered }>).detail;
      const form = ctx.sourceElement;
      if (form instanceof HTMLFormElement && wasTaken(ctx)) this.#storage.removeItem(keyOf(form));
    });
  }

  /** Puts drafts back into the forms of a page. After every new page. */
  adopt(): void {
    const own = `${PREFIX}${person()}:`;
    if (person() !== "") this.#forget((key) => !key.startsWith(own));
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
      if (this.#rendered.has(form)) continue;
      const rendered = read(form, initial);
      this.#rendered.set(form, rendered);
      // Who was quicker than this script goes on with what they typed.
      if (same(rendered, read(form, current))) this.#restore(form);
      else this.#keep(form);
    }
  }

  #restore(form: HTMLFormElement): void {
    const kept = this.#storage.getItem(keyOf(form));
    if (kept === null) return;
    const draft = JSON.parse(kept) as Draft;
    // A form that came back refused has what was typed, and says so itself.
    if (visible(form).every((control) => draft[keyIn(control)] === current(control))) return;
    fill(form, draft);
    form.prepend(this.#line(form));
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #line(form: HTMLFormElement): HTMLElement {
    const line = document.createElement("p");
    line.className = "draft-line";
    line.setAttribute("role", "status");
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "button quiet";
    discard.textContent = worded("discardDraft");
    discard.addEventListener("click", () => {
      this.#storage.removeItem(keyOf(form));
      fill(form, this.#rendered.get(form) ?? {});
      line.remove();
      form.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select")?.focus();
    });
    line.append(worded("draftRestored"), discard);
    return line;
  }

  #keep(form: HTMLFormElement): void {
    const now = read(form, current);
    if (same(now, this.#rendered.get(form) ?? {})) this.#storage.removeItem(keyOf(form));
    else this.#storage.setItem(keyOf(form), JSON.stringify(now));
  }

  #forget(which: (key: string) => boolean): void {
    const keys = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index) ?? "");
    for (const key of keys) if (key.startsWith(PREFIX) && which(key)) this.#storage.removeItem(key);
  }
}

type Answered = HtmxRequest & {
  response?: { status: number; headers: Headers };
};

/** A form is taken when its answer is good and does not lead to the log-in. */
function wasTaken({ request, response }: Answered): boolean {
  return request.method === "POST" && response?.status === 200 && !response.headers.has("hx-redirect");
}

/** Of whoever is logged in; empty for nobody. */
function person(): string {
  return document.querySelector<HTMLElement>("[data-person]")?.dataset.person ?? "";
}

function keyOf(form: HTMLFormElement): string {
  return `${PREFIX}${person()}:${form.getAttribute("action")}`;
}

/** The controls of a form that a person types into. */
function visible(form: HTMLFormElement): Control[] {
  return [
    ...form.querySelectorAll<Control>(
      "input[name]:not([type=hidden], [type=password], [type=file]), textarea[name], select[name]",
    ),
  ];
}

function version(form: HTMLFormElement): HTMLInputElement | null {
  return form.querySelector<HTMLInputElement>("input[type=hidden][name=version]");
}

function read(form: HTMLFormElement, wanted: (control: Control) => string): Draft {
  const typed = visible(form).map((control) => [keyIn(control), wanted(control)]);
  const began = version(form);
  return Object.fromEntries(began === null ? typed : [...typed, ["version", began.value]]);
}

/** Boxes share a name, and differ in what they stand for. */
const isBox = (control: Control): control is HTMLInputElement =>
  control.type === "checkbox" || control.type === "radio";
const keyIn = (control: Control): string =>
  isBox(control) ? `${control.name}=${control.value}` : control.name;

const current = (control: Control): string => (isBox(control) ? String(control.checked) : control.value);

/** As the server rendered it. */
function initial(control: Control): string {
  if (isBox(control)) return String(control.defaultChecked);
  if (!(control instanceof HTMLSelectElement)) return control.defaultValue;
  return [...control.options].find((option) => option.defaultSelected)?.value ?? control.value;
}

const same = (one: Draft, other: Draft): boolean =>
  Object.entries(one).every(([name, value]) => other[name] === value);

function fill(form: HTMLFormElement, draft: Draft): void {
  for (const control of visible(form)) {
    const value = draft[keyIn(control)];
    if (value === undefined) continue;
    if (isBox(control)) control.checked = value === "true";
    else control.value = value;
  }
  const began = version(form);
  if (began !== null && draft.version !== undefined) began.value = draft.version;
}
