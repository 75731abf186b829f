import type { Clock } from "../../protocol/clock.ts";

const AFTER_MS = 300;

/**
 * Searches of pickers (`data-find`): what is typed is looked for a moment after the last key. Down goes on to what was found, and
 * among that up and down; Escape leads back to the search.
 */
export function enhanceFinding(clock: Pick<Clock, "after">): { adopt(): void } {
  let stop: () => void = () => undefined;
  const look = (input: HTMLElement) => {
    stop();
    // The form is looked at whenever something in it changes.
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  document.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLElement) || !target.matches("[data-find]")) return;
    stop();
    stop = clock.after(AFTER_MS, () => look(target));
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    const picker = target.closest<HTMLElement>(".pick-some:has([data-find])");
    if (picker === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const search = picker.querySelector<HTMLElement>("[data-find]")!;
    const boxes = [...picker.querySelectorAll<HTMLElement>("input[type=checkbox]")];
    const at = boxes.indexOf(target);
    if (target === search && event.key === "Enter") look(search);
    else if (event.key === "ArrowDown") (boxes[at + 1] ?? target).focus();
    else if (event.key === "ArrowUp" && at >= 0) (boxes[at - 1] ?? search).focus();
    else if (event.key === "Escape" && at >= 0) search.focus();
    else return;
    event.preventDefault();
  });
  return {
    adopt() {
      // What the button does happens by itself; it must not be what Enter presses in the other fields either.
      for (const button of document.querySelectorAll<HTMLButtonElement>("[data-find-button]")) {
        button.type = "button";
        button.hidden = true;
      }
    },
  };
}
