import type { Say } from "./messages.ts";
import { worded } from "./page-words.ts";

/** Copy buttons: shown where the clipboard can be written, and they say that they did. */
export function enhanceCopying(say: Say): { adopt(): void } {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element | null)?.closest<HTMLElement>("[data-copy]");
    if (button == null) return;
    navigator.clipboard.writeText(button.dataset.copy ?? "").then(
      () => {
        confirmCopy(button);
        say({ text: worded("copied") });
      },
      () =>
        say({
          text: worded("notCopied"),
          tone: "error",
        }),
    );
  });
  return {
    adopt() {
      // Over plain http browsers have no clipboard.
      if ((navigator.clipboard as Clipboard | undefined) === undefined) return;
      for (const button of document.querySelectorAll<HTMLElement>("[data-copy][hidden]"))
        button.hidden = false;
    },
  };
}

const CONFIRM_MS = 1_600;

function confirmCopy(button: HTMLElement): void {
  button.dataset.copied = "";
  setTimeout(() => delete button.dataset.copied, CONFIRM_MS);
}
