import type { Keys } from "./keys.ts";

/**
 * Hears the keys that are ours, and the control that opens the palette. What they do is fetched with the first of them,
 * which is answered when it has come; without it the control is a link to the page that does the same.
 */
export function enhanceHotkeys(load: () => Promise<Keys>): void {
  let loaded: Keys | null = null;
  /** What was typed since a key that leads to a field, until the keyboard is in it; null while there is none. */
  let ahead: string | null = null;
  const press = async (key: string): Promise<void> => {
    if (BEFORE_TYPING.includes(key)) ahead ??= "";
    try {
      loaded ??= await load();
      await loaded.press(key);
      if (ahead !== null && BEFORE_TYPING.includes(key)) typeInto(document.activeElement, ahead);
    } catch (error) {
      reportError(error);
      if (key === "mod+k") location.assign("/search");
    } finally {
      if (BEFORE_TYPING.includes(key)) ahead = null;
    }
  };
  document.addEventListener("keydown", (event) => {
    const types = event.key.length === 1 && !(event.ctrlKey || event.metaKey || event.altKey);
    if (ahead !== null && types) {
      event.preventDefault();
      ahead += event.key;
      return;
    }
    const key = keyOf(event);
    if (key === null) return;
    // Escape means something to the browser as well, and to whatever is open.
    if (key !== "Escape") event.preventDefault();
    press(key).catch(reportError);
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!(event.target as Element).closest?.("[data-palette]")) return;
    event.preventDefault();
    press("mod+k").catch(reportError);
  });
}

const BEFORE_TYPING = ["mod+k", "/"];

function typeInto(field: Element | null, text: string): void {
  if (!(field instanceof HTMLInputElement) || text === "") return;
  field.setRangeText(text, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const TYPED_INTO = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

/** What was pressed, when it is for us: `mod+k`, or a single key while nothing is typed and nothing is open. */
function keyOf(event: KeyboardEvent): string | null {
  const { key, target } = event;
  const frame = document.querySelector<HTMLElement>(".frame[data-keys]");
  if (frame === null || event.defaultPrevented || event.isComposing || event.altKey) return null;
  if (event.ctrlKey || event.metaKey) return key.toLowerCase() === "k" && !event.shiftKey ? "mod+k" : null;
  if (frame.dataset.keys === "off" || document.querySelector("dialog[open]") !== null) return null;
  if ((target as Element).closest?.(TYPED_INTO)) return null;
  return /^([a-z/?]|Escape)$/.test(key) ? key : null;
}
