import type { Clock } from "../../protocol/clock.ts";
import { SECOND } from "../../protocol/units.ts";
import { worded } from "./page-words.ts";

/** Something to tell. */
export interface Message {
  text: string;
  /** What went wrong stays until it is closed; everything else goes by itself. */
  tone?: "ok" | "info" | "error";
  /** A button beside it. It closes the message. */
  action?: { label: string; run(): void };
}

export interface ToastParts {
  clock: Pick<Clock, "monotonicMs" | "after">;
  /** Makes htmx know the forms of messages that were carried to another page. */
  process(element: Element): void;
}

const SHOWN_MAX = 3;
const STAYS_MS = 6 * SECOND;
/** There is something to decide. */
const WITH_ACTION_STAYS_MS = 12 * SECOND;

interface Toast {
  element: HTMLElement;
  /** What is left to it, ms; null when it stays until it is closed. */
  leftMs: number | null;
  /** Since when its time runs, and what stops it; null while it is held. */
  running: { sinceMs: number; stop(): void } | null;
  /** Its form was sent: the next page says what came of it. */
  used: boolean;
}

/**
 * The short messages at the edge of the page: at most three, each gone after a while, none while a pointer or the
 * keyboard is at one of them or the page is out of sight. Escape closes the newest, F8 goes to it. They live through a
 * change of page.
 */
export class Toasts {
  readonly #parts: ToastParts;
  readonly #held = new Set<"pointer" | "focus" | "hidden">();
  #toasts: Toast[] = [];

  constructor(parts: ToastParts) {
    this.#parts = parts;
    document.addEventListener("keydown", (event) => this.#hearKey(event));
    document.addEventListener("visibilitychange", () =>
      this.#hold("hidden", document.visibilityState === "hidden"),
    );
  }

  /** Takes over what the server wrote into the region, and brings along what is still shown. After every new page. */
  adopt(): void {
    const region = document.getElementById("toasts");
    if (region === null) return;
    const written = [...region.children].filter(
      (child): child is HTMLElement => !this.#toasts.some(({ element }) => element === child),
    );
    for (const element of written) element.remove();
    for (const toast of this.#toasts.filter(({ used }) => used)) this.#close(toast);
    for (const { element } of this.#toasts) {
      if (region.contains(element)) continue;
      region.append(element);
      this.#parts.process(element);
    }
    // A screen reader tells what comes into a region, not what a region came with.
    this.#parts.clock.after(0, () => {
      for (const element of written) {
        // Each undo is of something else, whatever the words.
        if (element.querySelector("form") === null) this.#closeSame(textOf(element));
        this.#add(element);
      }
    });
  }

  show({ text, tone = "info", action }: Message): void {
    this.#closeSame(text);
    const element = document.createElement("div");
    element.className = `toast tone-${tone}`;
    const words = document.createElement("p");
    words.textContent = text;
    element.append(words);
    if (action !== undefined) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = action.label;
      button.addEventListener("click", () => {
        this.#closeBy(element);
        action.run();
      });
      element.append(button);
    }
    this.#add(element, tone === "error");
  }

  /** What is told once more is told once. */
  #closeSame(text: string): void {
    const same = this.#toasts.find(({ element }) => textOf(element) === text);
    if (same !== undefined) this.#close(same);
  }

  #add(element: HTMLElement, stays = false): void {
    const region = document.getElementById("toasts");
    if (region === null) return;
    element.classList.add("comes");
    const hasAction = element.querySelector("button") !== null;
    element.append(this.#closeButton(element));
    element.addEventListener("mouseenter", () => this.#hold("pointer", true));
    element.addEventListener("mouseleave", () => this.#hold("pointer", false));
    element.addEventListener("focusin", () => this.#hold("focus", true));
    element.addEventListener("focusout", () => this.#hold("focus", false));
    const toast: Toast = {
      element,
      leftMs: stays ? null : hasAction ? WITH_ACTION_STAYS_MS : STAYS_MS,
      running: null,
      used: false,
    };
    element.addEventListener("submit", () => {
      toast.used = true;
    });
    region.append(element);
    this.#toasts.push(toast);
    const before = this.#toasts.filter((other) => !other.element.contains(document.activeElement));
    for (const old of before.slice(0, Math.max(0, this.#toasts.length - SHOWN_MAX))) this.#close(old);
    this.#run(toast);
  }

  #closeButton(element: HTMLElement): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast-close";
    button.textContent = "×";
    button.setAttribute("aria-label", worded("close"));
    button.addEventListener("click", () => this.#closeBy(element));
    return button;
  }

  #hold(reason: "pointer" | "focus" | "hidden", held: boolean): void {
    if (held) this.#held.add(reason);
    else this.#held.delete(reason);
    for (const toast of this.#toasts) {
      if (this.#held.size > 0) this.#stop(toast);
      else this.#run(toast);
    }
  }

  #run(toast: Toast): void {
    if (toast.leftMs === null || toast.running !== null || this.#held.size > 0) return;
    const { clock } = this.#parts;
    toast.running = {
      sinceMs: clock.monotonicMs(),
      stop: clock.after(toast.leftMs, () => this.#close(toast)),
    };
  }

  #stop(toast: Toast): void {
    if (toast.leftMs === null || toast.running === null) return;
    toast.running.stop();
    toast.leftMs -= this.#parts.clock.monotonicMs() - toast.running.sinceMs;
    toast.running = null;
  }

  #close(toast: Toast): void {
    this.#stop(toast);
    toast.element.remove();
    this.#toasts = this.#toasts.filter((other) => other !== toast);
  }

  /** What a person closes does not keep the pointer or the focus; the keyboard goes on at the next one, or the page. */
  #closeBy(element: Element): void {
    const toast = this.#toasts.find((other) => other.element === element);
    if (toast === undefined) return;
    const hadFocus = element.contains(document.activeElement);
    this.#close(toast);
    this.#hold("pointer", false);
    this.#hold("focus", false);
    if (!hadFocus) return;
    const next = this.#toasts.at(-1)?.element.querySelector("button") ?? document.getElementById("content");
    next?.focus({ preventScroll: true });
  }

  #hearKey(event: KeyboardEvent): void {
    const newest = this.#toasts.at(-1);
    if (newest === undefined || event.defaultPrevented) return;
    if (event.key === "F8") {
      event.preventDefault();
      newest.element.querySelector("button")?.focus();
    } else if (event.key === "Escape" && !isWantedElsewhere(event.target)) {
      const own = this.#toasts.find(({ element }) => element.contains(event.target as Node | null));
      this.#closeBy((own ?? newest).element);
    }
  }
}

/** Whether Escape means something to a field, a popover or a dialogue. */
function isWantedElsewhere(target: EventTarget | null): boolean {
  if (target instanceof Element && target.closest("input, textarea, select") !== null) return true;
  return document.querySelector("dialog[open], [popover]:popover-open") !== null;
}

function textOf(toast: HTMLElement): string {
  return toast.querySelector("p")?.textContent ?? "";
}
