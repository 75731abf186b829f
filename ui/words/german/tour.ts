import type { TourWords } from "../english/tour.ts";

export function tour(): TourWords {
  return {
    again: "Rundgang zeigen",
    start: "Rundgang beginnen",
    skip: "Nein, danke",
    end: "Beenden",
    back: "Zurück",
    next: "Weiter",
    done: "Fertig",
    count: "{step} von {steps}",
    welcome: { title: "Willkommen bei HOMEPOT", text: "Ein Rundgang dauert eine halbe Minute." },
    first: {
      title: "Beginnen Sie mit einem Standort",
      text: "Ein Standort ist ein Laden, ein Restaurant, ein Werk. Danach kommt sein Gateway, und die Geräte erscheinen von selbst.",
    },
    totals: {
      title: "Alles in einer Zeile",
      text: "Jede Zahl führt zu ihrer Liste. Die Form daneben sagt, wie es steht: eine Scheibe ist gut, ein Dreieck eine Warnung, ein Quadrat ein Fehler, ein Ring offline.",
    },
    attention: {
      title: "Was Sie braucht",
      text: "Das Schlimmste zuerst, jedes mit Grund und seit wann. Wenn hier nichts steht, fehlt nichts.",
    },
    estate: {
      title: "Jeder Standort ist eine Kachel",
      text: "In der Farbe seines schlechtesten Zustands. Ein Klick zeigt sein Gateway und seine Geräte.",
    },
    connection: {
      title: "Wie frisch das ist",
      text: "Live heißt: wie es geschieht. Ist die Leitung unterbrochen, steht es hier, und seit wann.",
    },
    account: {
      title: "Sie, und alles Weitere",
      text: "Farben, Sprache, Mitglieder, Ihre Sitzungen. Auch diesen Rundgang finden Sie hier wieder.",
    },
  };
}
