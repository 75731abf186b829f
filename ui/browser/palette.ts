import type { Clock } from "../../protocol/clock.ts";
import type { Found } from "../../protocol/search/search.ts";
import { fit, pieces } from "../search/fuzzy.ts";
import { type Match, matchesOf, SOURCES } from "../search/sources.ts";
import { partOfPage } from "./part-of-page.ts";
import { Recent } from "./recent.ts";

const PAGE = "/search";
/** Between the last letter and the question. */
const PAUSE_MS = 120;

export interface PaletteParts {
  clock: Pick<Clock, "after">;
  storage: Pick<Storage, "getItem" | "setItem">;
  /** Lets the links of an element change pages as all others do. */
  process(element: HTMLElement): void;
}

/**
 * The command palette: a combobox whose options are links and buttons. Pages, actions and what was chosen before are
 * looked through here; sites, devices and people are asked for.
 */
export class Palette {
  readonly #parts: PaletteParts;
  #dialog: HTMLDialogElement | null = null;
  #asking = new AbortController();
  #stopWaiting: () => void = () => {};
  #opening = false;
  /** Whether an answer is still to come, and whether its first option is chosen already. */
  #isAsking = false;
  #chooses = false;

  constructor(parts: PaletteParts) {
    this.#parts = parts;
  }

  /** Opens it empty; pressed again, closes it. */
  async open(): Promise<void> {
    const open = document.querySelector<HTMLDialogElement>("dialog[open]");
    if (open !== null) return open === this.#dialog ? open.close() : undefined;
    if (this.#opening) return;
    this.#opening = true;
    const dialog = await this.#fetched();
    this.#opening = false;
    if (dialog === null) return location.assign(PAGE);
    this.#dialog = dialog;
    this.#field.value = "";
    this.#showRecent();
    this.#look();
    dialog.showModal();
    this.#field.focus();
  }

  async #fetched(): Promise<HTMLDialogElement | null> {
    const there = document.getElementById("palette");
    const dialog = there ?? (await partOfPage(PAGE, "palette"));
    if (!(dialog instanceof HTMLDialogElement)) return null;
    if (there === null) {
      document.body.append(dialog);
      this.#parts.process(dialog);
    }
    if (dialog !== this.#dialog) this.#listen(dialog);
    return dialog;
  }

  #listen(dialog: HTMLDialogElement): void {
    dialog.addEventListener("input", () => this.#look());
    dialog.addEventListener("submit", () => dialog.close());
    dialog.addEventListener("keydown", (event) => this.#hearKey(event));
    dialog.addEventListener("close", () => this.#stopAsking());
    dialog.addEventListener("pointermove", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option !== null) this.#activate(option);
    });
    dialog.addEventListener("click", (event) => {
      const target = event.target as Element;
      const option = target.closest<HTMLElement>("[role=option]");
      if (option !== null) this.#remember(option);
      // Beside the palette is outside of it. In a new tab opens what was pressed so; the palette stays.
      const leaves = option !== null && !(event.ctrlKey || event.metaKey || event.shiftKey);
      if (leaves || target === dialog || target.closest("[data-close]") !== null) dialog.close();
    });
  }

  #hearKey(event: KeyboardEvent): void {
    if (event.isComposing || event.altKey) return;
    const options = this.#shownOptions();
    const at = options.findIndex((option) => option.id === this.#field.getAttribute("aria-activedescendant"));
    if (event.key === "ArrowDown") this.#activate(options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp") this.#activate(options.at(at <= 0 ? -1 : at - 1));
    else if (event.key !== "Enter" || event.target !== this.#field) return;
    else if (options[at] !== undefined) options[at].click();
    // Who types fast means the first of what is found.
    else if (this.#isAsking) this.#chooses = true;
    // Enter on nothing sends the form: to the page of results.
    else return;
    event.preventDefault();
  }

  #look(): void {
    const typed = this.#field.value.trim();
    this.#stopAsking();
    for (const group of ["recent", "pages", "actions"]) this.#filter(this.#group(group), typed);
    for (const { kind } of SOURCES) if (typed === "") this.#fill(this.#group(kind), [], typed);
    this.#settle(typed === "");
    if (typed === "") return;
    this.#isAsking = true;
    this.#stopWaiting = this.#parts.clock.after(PAUSE_MS, () => this.#ask(typed));
  }

  async #ask(typed: string): Promise<void> {
    const { signal } = this.#asking;
    try {
      const answer = await fetch(`/api/v1/search?${new URLSearchParams({ q: typed })}`, { signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = (await answer.json()) as Found;
      if (signal.aborted) return;
      for (const source of SOURCES) this.#fill(this.#group(source.kind), matchesOf(source, found), typed);
      this.#settle(true);
    } catch {
      if (signal.aborted) return;
      this.#say(this.#dialog?.dataset.failed ?? "");
    }
    this.#isAsking = false;
    if (this.#chooses) this.#shownOptions()[0]?.click();
    this.#chooses = false;
  }

  #stopAsking(): void {
    this.#stopWaiting();
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#isAsking = false;
    this.#chooses = false;
  }

  /** Those of a group's options that fit, the best first. */
  #filter(group: HTMLElement | null, typed: string): void {
    if (group === null) return;
    const options = [...group.querySelectorAll<HTMLElement>(":scope > [role=option]")];
    const scores = new Map<HTMLElement, number>();
    for (const option of options) {
      const name = option.querySelector<HTMLElement>(".palette-name")!;
      const { also = "" } = name.dataset;
      const words = name.textContent ?? "";
      const found = fit(words, typed) ?? (also === "" ? null : fit(`${words} ${also}`, typed));
      option.hidden = found === null;
      mark(name, words, typed);
      scores.set(option, found?.score ?? Number.NEGATIVE_INFINITY);
    }
    const order = (option: HTMLElement) => Number(option.dataset.order ?? 0);
    options.forEach((option, index) => {
      option.dataset.order ??= String(index);
    });
    options.sort((one, other) =>
      typed === "" ? order(one) - order(other) : scores.get(other)! - scores.get(one)!,
    );
    group.append(...options);
    group.hidden = !options.some((option) => !option.hidden);
  }

  #fill(group: HTMLElement | null, matches: readonly Match[], typed: string): void {
    if (group === null) return;
    for (const old of group.querySelectorAll(":scope > [role=option]")) old.remove();
    for (const match of matches) {
      const option = optionOf(group, match);
      if (option === null) continue;
      mark(option.querySelector<HTMLElement>(".palette-name")!, match.name, typed);
      group.append(option);
    }
    if (matches.length > 0) this.#parts.process(group);
    group.hidden = matches.length === 0;
  }

  #showRecent(): void {
    const group = this.#group("recent");
    if (group === null) return;
    for (const old of group.querySelectorAll("[role=option]")) old.remove();
    for (const choice of this.#recent.all()) {
      const from = this.#group(choice.group);
      if (from === null) continue;
      // A page or an action is as it stands in its group now, or no longer there for this person.
      const same = from.querySelector<HTMLElement>(`[role=option][href="${CSS.escape(choice.href)}"]`);
      const option = from.querySelector("template") === null ? same?.cloneNode(true) : optionOf(from, choice);
      if (!(option instanceof HTMLElement)) continue;
      option.dataset.group = choice.group;
      delete option.dataset.order;
      option.removeAttribute("id");
      group.append(option);
    }
    this.#parts.process(group);
  }

  #remember(option: HTMLElement): void {
    const href = option.getAttribute("href");
    const group = option.dataset.group ?? option.closest<HTMLElement>("[data-group]")?.dataset.group;
    if (href === null || group === undefined) return;
    const text = (part: string) => option.querySelector(part)?.textContent ?? "";
    const isSimulated = option.querySelector(".badge:not([hidden])") !== null;
    this.#recent.add({
      group,
      href,
      name: text(".palette-name"),
      detail: text(".palette-detail"),
      isSimulated,
    });
  }

  /** After the options have changed: what is active, and how many there are. */
  #settle(complete: boolean): void {
    const options = this.#shownOptions();
    for (const [index, option] of options.entries()) option.id = `palette-option-${index}`;
    const active = options.find((option) => option.getAttribute("aria-selected") === "true");
    this.#activate(active ?? options[0]);
    const { counted = "", none = "" } = this.#dialog!.dataset;
    const told = options.length === 0 ? none : counted.replace("{count}", String(options.length));
    this.#say(complete && this.#field.value.trim() !== "" ? told : "");
  }

  #activate(option: HTMLElement | undefined): void {
    for (const other of this.#dialog!.querySelectorAll<HTMLElement>("[aria-selected=true]"))
      if (other !== option) other.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option === undefined) this.#field.removeAttribute("aria-activedescendant");
    else this.#field.setAttribute("aria-activedescendant", option.id);
  }

  #say(text: string): void {
    const status = this.#dialog!.querySelector("[role=status]");
    if (status !== null) status.textContent = text;
  }

  #shownOptions(): HTMLElement[] {
    const groups = this.#dialog!.querySelectorAll<HTMLElement>("[data-group]:not([hidden])");
    return [...groups].flatMap((group) => [
      ...group.querySelectorAll<HTMLElement>(":scope > [role=option]:not([hidden])"),
    ]);
  }

  #group(name: string): HTMLElement | null {
    return this.#dialog!.querySelector(`#palette-options > [data-group="${CSS.escape(name)}"]`);
  }

  get #field(): HTMLInputElement {
    return this.#dialog!.querySelector<HTMLInputElement>("[role=combobox]")!;
  }

  get #recent(): Recent {
    return new Recent(this.#parts.storage, this.#dialog?.dataset.who ?? "");
  }
}

/** An option as the group's template has it. */
function optionOf(group: HTMLElement, { href, name, detail, isSimulated }: Match): HTMLElement | null {
  const option = group.querySelector("template")?.content.firstElementChild?.cloneNode(true);
  if (!(option instanceof HTMLElement)) return null;
  option.setAttribute("href", href);
  option.querySelector(".palette-name")!.textContent = name;
  option.querySelector(".palette-detail")!.textContent = detail;
  option.querySelector<HTMLElement>(".badge")!.hidden = !isSimulated;
  return option;
}

/** Shows what of a name is what was typed. */
function mark(element: HTMLElement, name: string, typed: string): void {
  const found = typed === "" ? null : fit(name, typed);
  const parts = found === null ? [{ text: name, meant: false }] : pieces(name, found);
  element.replaceChildren(
    ...parts.map(({ text, meant }) => {
      if (!meant) return text;
      const marked = document.createElement("mark");
      marked.textContent = text;
      return marked;
    }),
  );
}
