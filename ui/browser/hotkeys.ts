import type { Keys } from "./keys.ts";

/**
 * Hears the keys that are ours, and the control that opens the palette. What they do is fetched with the first of them,
 * which is answered when it has come; without it the control is a link to the page that does the same.
 */
export function enhanceHotkeys(load: () => Promise<Keys>): void {
  let loaded: Keys | null = null;
  const perform = (key: string): void => {
    if (loaded !== null) {
      loaded.press(key);
      return;
    }
    load().then(
      (keys) => {
        loaded = keys;
        keys.press(key);
      },
      () => key === "mod+k" && location.assign("/search"),
    );
  };
  document.addEventListener("keydown", (event) => {
    const key = keyOf(event);
    if (key === null) return;
    // Escape means something to the browser as well, and to whatever is open.
    if (key !== "Escape") event.preventDefault();
    perform(key);
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!(event.target as Element).closest?.("[data-palette]")) return;
    event.preventDefault();
    perform("mod+k");
  });
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
