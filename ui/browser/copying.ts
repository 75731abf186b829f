/** Copy buttons: shown where the clipboard can be written, and they say that they did. */
export function enhanceCopying(): void {
  const show = () => {
    if (navigator.clipboard === undefined) return;
    for (const button of document.querySelectorAll<HTMLElement>("[data-copy][hidden]")) button.hidden = false;
  };
  show();
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("click", (event) => {
    const button = (event.target as Element | null)?.closest<HTMLElement>("[data-copy]");
    if (button == null) return;
    navigator.clipboard.writeText(button.dataset.copy ?? "").then(
      () => confirmCopy(button),
      () => say("The browser did not let us copy. Select the text and copy it by hand."),
    );
  });
}

const CONFIRM_MS = 1_600;

function confirmCopy(button: HTMLElement): void {
  button.dataset.copied = "";
  say("Copied");
  setTimeout(() => delete button.dataset.copied, CONFIRM_MS);
}

/** A short message at the edge of the page, read out by screen readers. */
export function say(text: string): void {
  const host = document.getElementById("toasts");
  if (host === null) return;
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = text;
  host.replaceChildren(toast);
  setTimeout(() => toast.remove(), 4_000);
}
