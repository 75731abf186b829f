import type { ShortcutWords } from "../english/shortcuts.ts";

export function shortcuts(): ShortcutWords {
  return {
    title: "Tastenkürzel",
    text: "Sie wirken überall, wo gerade nichts eingegeben wird. Hat eine Seite so etwas nicht, bewirkt die Taste nichts.",
    caps: { mod: "Strg", Enter: "Eingabe", Escape: "Esc" },
    close: "Schließen",
    anywhere: "Überall",
    goTo: "Gehe zu",
    lists: "In einer Liste",
    palette: "Suchen oder etwas tun",
    focusSearch: "Zur Suche der Seite",
    help: "Diese Tafel zeigen",
    create: "Dieser Liste etwas hinzufügen",
    next: "Nächste Zeile",
    previous: "Vorige Zeile",
    open: "Zeile öffnen",
    edit: "Zeile bearbeiten",
    pick: "Zeile auswählen, oder nicht mehr",
    mark: "Die Nachricht als gelesen oder ungelesen markieren",
    unpick: "Keine Zeile auswählen",
    on: "Ein",
    off: "Aus",
    switch: "Einzelne Tasten als Kürzel",
    switchText:
      "Schalten Sie sie aus, wenn Sie diktieren oder Tasten aus Versehen gedrückt werden. Strg K, Pfeiltasten und Tab wirken weiter.",
    switchLink: "Einzelne Tasten ein- oder ausschalten",
    sheet: "Alle Tastenkürzel",
  };
}
