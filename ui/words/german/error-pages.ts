import type { ErrorPageWords } from "../english/error-pages.ts";

export function errorPages(): ErrorPageWords {
  return {
    noPage: "Diese Seite gibt es nicht",
    noPageText:
      "Vielleicht ist die Adresse vertippt, oder die Seite ist umgezogen. Von der Übersicht aus ist alles erreichbar.",
    notHere: "Das ist nicht hier",
    notHereText:
      "Es wurde vielleicht entfernt, oder es gehört einer anderen Organisation. Die Liste zeigt alles, was da ist.",
    tryAgain: "Noch einmal versuchen",
    toOverview: "Zur Übersicht",
    request: "Anfrage",
    offline: "Die Cloud ist nicht erreichbar",
    offlineText: (cloud) => [
      "Von hier führt gerade kein Weg zu ",
      cloud,
      ". Die Standorte berührt das nicht: Ihre Gateways arbeiten weiter und senden, was sie aufbewahrt haben, sobald die Leitung wieder da ist.",
    ],
    lastReached: (ago) => ["Zuletzt erreicht ", ago],
    comesBack: "Die gewünschte Seite kommt von selbst, sobald die Cloud wieder da ist.",
    tryNow: "Jetzt versuchen",
  };
}
