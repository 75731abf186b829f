import type { ImportWords } from "../english/imports.ts";
import type { Forms } from "../forms.ts";

export function imports({ counted, count }: Forms): ImportWords {
  const lines = (number: number) => counted(number, { one: "Zeile", other: "Zeilen" });
  const records = (number: number) => counted(number, { one: "Eintrag", other: "Einträge" });
  return {
    import: "Importieren",
    export: "Exportieren",
    title: { sites: "Standorte importieren", devices: "Geräte importieren" },
    text: "Aus einer CSV-Datei, wie Tabellenprogramme sie schreiben. Nichts geschieht, bevor Sie gesehen haben, was geschähe.",
    nothingYet: "Noch ist nichts geschehen. Sehen Sie es durch, dann importieren Sie.",
    would: ({ create, change, unchanged, fail }) =>
      `${count(create)} neu, ${count(change)} geändert, ${count(unchanged)} wie sie sind, ${count(fail)} fehlerhaft`,
    choose: "Die Datei",
    chooseAnother: "Eine andere Datei",
    file: "CSV-Datei wählen",
    paste: "oder ihren Text einfügen",
    columns: {
      sites:
        "Die erste Zeile nennt die Spalten, mindestens name: Ein Export hat sie alle und lässt sich wieder importieren.",
      devices:
        "Die erste Zeile nennt die Spalten, mindestens site und key: Ein Export hat sie alle und lässt sich wieder importieren.",
    },
    look: "Zeigen, was geschähe",
    exportAll: { sites: "Alle Standorte exportieren", devices: "Alle Geräte exportieren" },
    exportList: "Diese Liste als CSV exportieren",
    exportListWith: "mit simulierten Geräten",
    leftOut: (simulated) =>
      `Ein Export lässt ${counted(simulated, { one: "simuliertes Gerät", other: "simulierte Geräte" })} aus.`,
    exportWith: "Mit ihnen exportieren",
    run: (number) => `${records(number)} importieren`,
    runWithout: (number, failing) =>
      `${records(number)} importieren, ${lines(failing)} mit Fehlern auslassen`,
    failingOnly: (number) => `Nur Fehlerhaftes zeigen (${count(number)})`,
    allLines: "Alle Zeilen zeigen",
    passedOver: (names) => `Spalten, die niemand ändern kann, wurden übergangen: ${names}.`,
    lines: (number) => lines(number),
    line: (number) => `Zeile ${count(number)}`,
    happens: "Was geschähe",
    record: "Eintrag",
    details: "Einzelheiten",
    actions: { create: "Neu", change: "Geändert", unchanged: "Wie es ist", fail: "Fehlerhaft" },
    from: (before, after) => `${before} → ${after}`,
    none: "nichts",
    more: (number) => `und ${lines(number)} mehr`,
    empty: "Wählen Sie eine Datei, oder fügen Sie ihren Text ein.",
  };
}
