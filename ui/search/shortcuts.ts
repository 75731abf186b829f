import type { ShortcutWords } from "../words/english/shortcuts.ts";

/** What a key does where it is not the page that says so. What goes to a page is in the table of those. */
export interface Shortcut {
  keys: string;
  does: keyof ShortcutWords & ("palette" | "focusSearch" | "help" | ListDeed);
}
type ListDeed = "create" | "next" | "previous" | "open" | "edit" | "pick" | "unpick" | "mark";

export const ANYWHERE: readonly Shortcut[] = [
  { keys: "mod+K", does: "palette" },
  { keys: "/", does: "focusSearch" },
  { keys: "?", does: "help" },
];

export const IN_LISTS: readonly Shortcut[] = [
  { keys: "j", does: "next" },
  { keys: "k", does: "previous" },
  { keys: "Enter", does: "open" },
  { keys: "e", does: "edit" },
  { keys: "x", does: "pick" },
  { keys: "Escape", does: "unpick" },
  { keys: "m", does: "mark" },
  { keys: "c", does: "create" },
];
