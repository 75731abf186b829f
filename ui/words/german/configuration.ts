import type { ConfigurationWords } from "../english/configuration.ts";
import type { Forms } from "../forms.ts";

export function configuration({ counted }: Forms): ConfigurationWords {
  return {
    title: "Konfiguration der Geräte",
    ofAll: (organization) => `Konfiguration aller Geräte von ${organization}`,
    ofSite: (site) => `Konfiguration der Geräte von ${site}`,
    ofType: (type) => `Konfiguration aller Geräte vom Typ ${type}`,
    explained:
      "Was von allen Geräten, von denen eines Standorts, eines Typs und von einem einzelnen gewünscht ist, kommt in jedem Gerät zusammen: Das Spätere gilt, Einstellung für Einstellung.",
    layer: "Für",
    allDevices: "Alle Geräte",
    settings: "Konfiguration der Geräte",
    drifted: "Geräte, die nicht wie gewünscht sind",
    from: "Aus",
    setting: "Einstellung",
    state: "Zustand",
    levels: { organization: "Organisation", site: "Standort", type: "Typ", device: "Dieses Gerät" },
    same: "Wie gewünscht",
    differs: "Weicht ab",
    unreported: "Nicht gemeldet",
    unwanted: "Nicht gewünscht",
    nothing: "nichts",
    driftSince: (ago) => ["Nicht wie gewünscht seit: ", ago],
    hint: "Ein Objekt von Einstellungen nach Namen; es ersetzt diese Ebene als Ganzes. null nimmt zurück, was eine frühere Ebene wünscht.",
    history: "Verlauf",
    noHistory: "Hier hat noch niemand etwas gewünscht.",
    version: "Version",
    author: "Von",
    byJob: "Ein Auftrag",
    at: "Wann",
    changed: "Geändert",
    changedSettings: (count) => counted(count, { one: "Einstellung", other: "Einstellungen" }),
    current: "In Kraft",
    revertOf: (version) => `wie Version ${version}`,
    revert: "Hierauf zurücksetzen",
    revertTo: (version) => `Auf Version ${version} zurücksetzen`,
    older: "Ältere Versionen",
  };
}
