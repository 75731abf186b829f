import type { LiveWords } from "../english/live.ts";

export function live(): LiveWords {
  return {
    connecting: "Verbinden",
    connectingTitle: "Die Verbindung zur Cloud wird aufgebaut",
    live: "Live",
    liveTitle: "Sie sehen, was gerade geschieht",
    reconnecting: "Neu verbinden",
    reconnectingTitle: "Die Live-Verbindung riss ab; neuer Versuch läuft",
    polling: "Abfragen",
    pollingTitle: "Es kommt keine Live-Verbindung zustande; die Seite fragt alle paar Sekunden nach Neuem",
    offline: "Offline",
    offlineTitle: "Die Cloud ist nicht erreichbar",
    ended: "Abgemeldet",
    endedTitle: "Ihre Sitzung ist beendet",
    since: (time) => ` seit ${time}`,
    logIn: "Anmelden",
    copy: (what) => `${what} kopieren`,
    copyShort: "Kopieren",
    cloudBack: "Die Cloud ist wieder da.",
    unread: "ungelesen",
    trying: "Versuch läuft…",
  };
}
