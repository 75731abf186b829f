import type { OverviewWords } from "../english/overview.ts";
import type { Forms } from "../forms.ts";

export function overview({ count, counted, plural }: Forms): OverviewWords {
  const sites = { one: "Standort", other: "Standorte" };
  const online = (online: number, total: number) =>
    `${count(online)} von ${counted(total, { one: "Gerät", other: "Geräten" })} online`;
  return {
    noSites: "Noch keine Standorte",
    noDevices: (total) => `${counted(total, sites)}, noch keine Geräte`,
    allWell: (onlineCount, total) => `${online(onlineCount, total)}, alles in Ordnung`,
    needAttention: (onlineCount, total, attention) =>
      `${online(onlineCount, total)}, ${count(attention)} ${plural(attention, { one: "braucht", other: "brauchen" })} Aufmerksamkeit`,
    attention: "Braucht Aufmerksamkeit",
    worstFirst: (total) => `Das Schlimmste zuerst, ${count(total)} insgesamt`,
    nothingDoes:
      "Nichts. Was schiefgeht, erscheint hier, das Schlimmste zuerst, mit dem Grund und seit wann.",
    totals: "Summen",
    sites: "Standorte",
    sitesWell: "Alles in Ordnung",
    sitesInTrouble: (total) => `${counted(total, sites)} mit Problemen`,
    devicesOnline: "Geräte online",
    of: (total) => ` von ${total}`,
    offline: (total) => `${count(total)} offline`,
    unseen: (total) => `${count(total)} abgeschnitten`,
    noneOffline: "Keines offline",
    simulated: (total) => `${count(total)} simuliert`,
    inTrouble: "Mit Problemen",
    noTrouble: "Keine Fehler, keine Warnungen",
    troubles: (errors, warnings) =>
      `${counted(errors, { one: "Fehler", other: "Fehler" })}, ${counted(warnings, { one: "Warnung", other: "Warnungen" })}`,
    gatewaysConnected: "Gateways verbunden",
    entriesBehind: (total) => `${counted(total, { one: "Eintrag", other: "Einträge" })} im Rückstand`,
    inStep: "Alle auf dem Stand",
    jobs: "Aufträge im Gang",
    stopped: (total) => `${count(total)} durch Fehlschläge gestoppt`,
    paused: (total) => `${count(total)} angehalten`,
    scheduled: (total) => `${count(total)} geplant`,
    noneScheduled: "Keine geplant",
    neverCameText: "Das Gateway ist eingerichtet und hat sich noch nicht verbunden",
    cutOff: "Abgeschnitten",
    andMore: (more) => `Und ${count(more)} weitere`,
    next: {
      cutOff: "Prüfen Sie Strom und Leitung; was es inzwischen misst, kommt später.",
      offline: "Prüfen Sie Strom und Netz.",
      late: "Vielleicht kommt es von selbst wieder; sonst starten Sie es neu.",
      error: "Sehen Sie, was es davor gemessen hat; dann reparieren oder ersetzen Sie es.",
    },
    quick: "Oft gebraucht",
    addGateway: "Gateway hinzufügen",
    wall: "Vollbild",
    leaveWall: "Vollbild verlassen",
    cutOffText: (devices) =>
      devices === 0
        ? "Das Gateway ist nicht verbunden"
        : `Das Gateway ist nicht verbunden; ${counted(devices, { one: "Gerät ist", other: "Geräte sind" })} nicht zu sehen`,
    estate: "Alle Standorte",
    someOf: (shown, total) =>
      `${count(shown)} von ${counted(total, { one: "Standort", other: "Standorten" })}`,
    counted: (total) => counted(total, sites),
    noGatewayYet: "Noch kein Gateway",
    gatewayOffline: "Gateway offline",
    noDevicesYet: "Noch keine Geräte",
    onlineOf: (onlineCount, total) => `${count(onlineCount)} von ${count(total)} online`,
    titled: (site, note) => `${site}: ${note}`,
    first: "Legen Sie den ersten Standort an",
    firstText:
      "Ein Standort ist ein Laden, ein Restaurant oder ein Werk mit einem Gateway. Das Gateway findet seine Geräte und arbeitet weiter, wenn die Leitung ausfällt.",
    addSite: "Standort anlegen",
    lookAround:
      "Um sich erst umzusehen, starten Sie aus einem Klon von HOMEPOT die Demo, ein simuliertes Restaurant:",
    theCommand: "Befehl",
  };
}
