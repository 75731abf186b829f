/** The keyboard shortcuts: the sheet of them, and the switch. */
export function shortcuts() {
  return {
    title: "Keyboard shortcuts",
    text: "They work wherever nothing is being typed. Where a page has no such thing, its key does nothing.",
    /** What is printed on keys. */
    caps: { mod: "Ctrl", Enter: "Enter", Escape: "Esc" },
    close: "Close",
    anywhere: "Anywhere",
    goTo: "Go to",
    lists: "In a list",
    palette: "Search or do something",
    focusSearch: "To the search of the page",
    help: "Show this sheet",
    create: "Add something to this list",
    next: "Next row",
    previous: "Previous row",
    open: "Open the row",
    edit: "Edit the row",
    pick: "Pick the row, or no longer",
    mark: "Mark the message as read, or unread",
    unpick: "Pick no row",
    on: "On",
    off: "Off",
    switch: "Single keys as shortcuts",
    switchText:
      "Switch them off if you dictate, or if keys are pressed by accident. Ctrl K, the arrow keys and Tab go on working.",
    switchLink: "Switch single keys on or off",
    sheet: "All shortcuts",
  };
}

export type ShortcutWords = ReturnType<typeof shortcuts>;
