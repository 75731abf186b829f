/**
 * Rows with a box to pick them: how many are picked, and a box that picks all of the page. Without script the boxes
 * work as they are.
 */
export function enhancePicking(): { adopt(): void } {
  const update = () => {
    const all = boxes();
    const picked = all.filter((box) => box.checked).length;
    for (const output of document.querySelectorAll<HTMLElement>("[data-picked]")) {
      // The words come with the page, with a nought where the number goes.
      output.textContent = (output.dataset.picked ?? "0").replace("0", String(picked));
    }
    for (const box of document.querySelectorAll<HTMLInputElement>("[data-pick-all]")) {
      box.hidden = false;
      box.checked = picked > 0 && picked === all.length;
      box.indeterminate = picked > 0 && picked < all.length;
    }
  };
  document.addEventListener("change", (event) => {
    const target = event.target as Element;
    if (target.matches("[data-pick-all]")) {
      for (const box of boxes()) box.checked = (target as HTMLInputElement).checked;
    }
    if (target.matches("[data-pick-all], [data-pick]")) update();
  });
  // A reset happens after its event.
  document.addEventListener("reset", () => queueMicrotask(update));
  return { adopt: update };
}

const boxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>("[data-pick]")];
