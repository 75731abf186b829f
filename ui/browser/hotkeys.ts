/** Keys: Ctrl or Cmd with K goes to the search, wherever one is. */
export function enhanceHotkeys(): void {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    const field = document.querySelector<HTMLInputElement>("input[type=search][data-hotkey=k]");
    const shown = field !== null && field.offsetParent !== null ? field : document.getElementById("search");
    if (!(shown instanceof HTMLInputElement)) return;
    event.preventDefault();
    shown.focus();
    shown.select();
  });
}
