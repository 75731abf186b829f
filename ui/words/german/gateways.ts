import type { GatewayWords } from "../english/gateways.ts";
import type { Forms } from "../forms.ts";

export function gateways({ count, counted }: Forms): GatewayWords {
  const entries = { one: "Eintrag", other: "Einträge" };
  return {
    title: "Gateways",
    revoked: "Gesperrt",
    connected: "Verbunden",
    neverConnected: "Nie verbunden",
    offline: "Offline",
    noneYet: "Noch keine Gateways",
    counted: (total) => counted(total, { one: "Gateway", other: "Gateways" }),
    connectedOf: (connected, total) =>
      `${count(connected)} von ${counted(total, { one: "Gateway", other: "Gateways" })} verbunden`,
    clockAdvice: "Messwerte werden zu berichtigten Zeiten gezeigt. Prüfen Sie NTP auf dem Gateway.",
    forgottenAdvice:
      "Diese Cloud wurde aus einer Sicherung wiederhergestellt, und das Gateway hatte diese nicht mehr. Wie die Geräte jetzt sind, wurde neu gemeldet.",
    search: "Gateways suchen, nach Name oder Standort",
    noMatch: "Kein Gateway passt",
    noMatchText: "Nehmen Sie einen Filter weg, oder suchen Sie etwas anderes.",
    showAll: "Alle Gateways zeigen",
    add: "Gateway hinzufügen",
    gateway: "Gateway",
    state: "Zustand",
    lastSeen: "Zuletzt gesehen",
    behind: "Rückstand",
    version: "Version",
    actions: "Aktionen",
    never: "Nie",
    entries: (total) => counted(total, entries),
    inStep: "Auf dem Stand",
    notKnown: "Nicht bekannt",
    setAside: (total) => `${counted(total, entries)} beiseitegelegt`,
    gone: (total) => `${counted(total, entries)} verloren`,
    revoke: "Sperren",
    revokeQuestion: (site) => `Das Gateway von ${site} sperren?`,
    revokeText:
      "Es wird sofort getrennt und kann ohne neuen Kopplungscode nicht wiederkommen. Seine Geräte und ihre Geschichte bleiben.",
    revokeVerb: "Gateway sperren",
    emptyTitle: "Ein Gateway verbindet einen Standort",
    emptyText:
      "Es ist ein Programm auf einem kleinen Rechner am Standort. Es braucht keinen offenen Port: Es ruft die Cloud, und arbeitet weiter, wenn es das nicht kann.",
    addTitle: "Gateway hinzufügen",
    addText:
      "Sie bekommen einen Kopplungscode, der für ein Gateway und 24 Stunden gilt. Das Gateway macht seinen eigenen Schlüssel; danach ist der Code nichts mehr wert.",
    site: "Standort",
    siteHint: "Wählen Sie einen, oder tippen Sie einen neuen Namen, und der Standort wird angelegt.",
    makeCode: "Kopplungscode erzeugen",
    cancel: "Abbrechen",
    codeFor: (site) => `Kopplungscode für ${site}`,
    codeText:
      "Er wird nur dieses eine Mal gezeigt. Geht er verloren, erzeugen Sie einen neuen; ein ungenutzter läuft von selbst ab.",
    theCode: "Kopplungscode",
    runsOut: (when) => ["Läuft ab ", when],
    onGateway: "Auf dem Gateway",
    install:
      "Führen Sie dies auf dem Rechner aus, der das Gateway werden soll. Es bringt das Programm, prüft es, installiert es als Dienst, koppelt es, und endet damit, was geht und was nicht. Noch einmal ausgeführt, repariert es.",
    installCommand: "Befehl zum Installieren des Gateways",
    qrCode: "QR-Code mit dem Befehl",
    qrHint: "Derselbe Befehl, für ein Telefon, das mit dem Gateway verbunden ist.",
    byHand: "Ein Gateway, das schon installiert ist",
    noRelease:
      "Diese Cloud hat noch keine Version des Gateway-Programms weiterzugeben. Wer sie betreibt, macht eine mit ./scripts/release und legt sie in ihren Ordner für Versionen. Bis dahin bringen Sie das Programm selbst dorthin:",
    enrol: "Koppeln Sie es mit dem Code.",
    enrolCommand: "Befehl zum Koppeln des Gateways",
    start: "Starten Sie es. Es verbindet sich von selbst und bleibt verbunden.",
    startCommand: "Befehl zum Starten des Gateways",
    credentials: "Geben Sie jedem Gerät seine Zugangsdaten; das Passwort wird einmal gezeigt.",
    deviceCommand: "Befehl zum Hinzufügen eines Geräts",
    goTo: (site) => `Zu ${site}`,
  };
}
