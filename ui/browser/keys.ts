import type { Clock } from "../../protocol/clock.ts";
import { SECOND } from "../../protocol/units.ts";
import { Palette, type PaletteParts } from "./palette.ts";
import { openSheet } from "./sheet.ts";

/** Between the two keys of `g s`. */
const SEQUENCE_MS = 2 * SECOND;

/**
 * What keys do. A page says it where it can: an element with `data-key` is pressed by that key, or the keyboard goes to
 * it when it is a field; one in a row, with `data-row-key`, while the keyboard is in that row. So there is no key for
 * what a person may not do.
 */
export class Keys {
  readonly #clock: Pick<Clock, "after">;
  readonly #palette: Palette;
  #first = "";
  #forget: () => void = () => {};

  constructor(parts: PaletteParts) {
    this.#clock = parts.clock;
    this.#palette = new Palette(parts);
  }

  /** Settles when what the key opens is open. */
  async press(key: string): Promise<void> {
    const keys = this.#first === "" ? key : `${this.#first} ${key}`;
    this.#forget();
    this.#first = "";
    if (key === "mod+k") await this.#palette.open();
    else if (keys === "?") await openSheet();
    else if (this.#pressElement(keys)) return;
    // Without a search of its own, a page has that of everything.
    else if (keys === "/") await this.#palette.open();
    else this.#inList(keys);
  }

  #pressElement(keys: string): boolean {
    const elements = [...document.querySelectorAll<HTMLElement>("[data-key]")];
    const element = elements.find(({ dataset }) => dataset.key === keys);
    if (element instanceof HTMLInputElement) {
      element.focus();
      element.select();
    } else if (element !== undefined) element.click();
    else if (elements.some(({ dataset }) => dataset.key?.startsWith(`${keys} `))) {
      this.#first = keys;
      this.#forget = this.#clock.after(SEQUENCE_MS, () => {
        this.#first = "";
      });
    } else return false;
    return true;
  }

  #inList(key: string): void {
    const rows = rowsOfPage();
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const row = rows[at];
    if (key === "j" || key === "k") {
      const next = key === "j" ? rows[at + 1] : at === -1 ? undefined : rows[at - 1];
      (next?.querySelector<HTMLElement>(".row-link") ?? next)?.focus();
      next?.scrollIntoView({ block: "nearest" });
    } else if (key === "x") row?.querySelector<HTMLElement>("[data-pick]")?.click();
    else if (key !== "Escape")
      row?.querySelector<HTMLElement>(`[data-row-key="${CSS.escape(key)}"]`)?.click();
    else if (document.querySelector("[data-pick]:checked") !== null) {
      document.querySelector<HTMLElement>("#bulk [type=reset]")?.click();
    }
  }
}

/**
 * The rows that have a link of their own, or can be come to themselves: those of the page's list, or of its lists one after the
 * other.
 */
function rowsOfPage(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("#content tr, #content .found li")].filter(
    (row) => row.hasAttribute("tabindex") || row.querySelector(".row-link") !== null,
  );
}
