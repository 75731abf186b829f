import type { BulkWords } from "../english/bulk.ts";
import type { Forms } from "../forms.ts";

export function bulk({ counted, count }: Forms): BulkWords {
  const devices = (number: number) => counted(number, { one: "Gerät", other: "Geräte" });
  return {
    pick: (name) => `${name} auswählen`,
    pickAll: "Alle auf dieser Seite auswählen",
    picked: (number) => `${count(number)} ausgewählt`,
    withPicked: {
      change: "Ausgewählte ändern",
      run: "Auftrag auf ihnen ausführen",
      notify: "Ihnen etwas mitteilen",
    },
    withAll: {
      change: (number) => `Alle ändern (${devices(number)})`,
      run: (number) => `Auftrag auf allen ausführen (${devices(number)})`,
      notify: (number) => `Allen etwas mitteilen (${devices(number)})`,
    },
    clear: "Auswahl aufheben",
    title: (number) => `${devices(number)} ändern`,
    andMore: (number) => `und ${count(number)} weitere`,
    which: "Welche es sind",
    what: "Was soll mit ihnen geschehen?",
    "add-tag": "Tag hinzufügen",
    "remove-tag": "Tag entfernen",
    retire: "Ausmustern",
    restore: "Wiederherstellen",
    delete: "Löschen",
    deleteHint:
      "Nimmt sie überall heraus, mit dem, was sie gemessen haben. 30 Tage lang lassen sie sich wiederherstellen.",
    tag: "Tag",
    tagHint: "Zum Hinzufügen oder Entfernen. Buchstaben, Ziffern und . _ : -",
    retireHint:
      "Nimmt sie aus allen Listen und Zählungen. Was sie gemessen haben, bleibt, und sie lassen sich wiederherstellen.",
    restoreHint: "Bringt sie in Listen und Zählungen zurück.",
    submit: (number) => `${devices(number)} ändern`,
    undoable: "Es werden alle geändert oder keines. Danach können Sie es rückgängig machen.",
  };
}
