import { partOfPage } from "./part-of-page.ts";

const PAGE = "/settings/shortcuts";

/** Opens the sheet of shortcuts over the page; where it cannot be had, goes to the page that has it. */
export async function openSheet(): Promise<void> {
  const part = await partOfPage(PAGE, "shortcut-dialog");
  if (!(part instanceof HTMLDialogElement)) return location.assign(PAGE);
  if (document.querySelector("dialog[open]") !== null) return;
  document.getElementById(part.id)?.remove();
  document.body.append(part);
  part.addEventListener("click", (event) => {
    const target = event.target as Element;
    // Beside the sheet is outside of it.
    if (target === part || target.closest("[data-close]") !== null) part.close();
  });
  part.addEventListener("close", () => part.remove());
  part.showModal();
}
