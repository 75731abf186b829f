import type { FrameWords } from "../english/frame.ts";
import type { Forms } from "../forms.ts";

export function frame({ count }: Forms): FrameWords {
  return {
    tagline: "Jeder Standort, jedes Gerät, eine Seite.",
    description: "Jeder Standort, jedes Gerät, eine Seite: das Dashboard von HOMEPOT.",
    skip: "Zum Inhalt springen",
    home: "HOMEPOT, Übersicht",
    crumbs: "Brotkrumen",
    main: "Hauptmenü",
    mainBottom: "Hauptmenü, unten",
    sections: {
      overview: "Übersicht",
      sites: "Standorte",
      devices: "Geräte",
      jobs: "Aufträge",
      notifications: "Benachrichtigungen",
      gateways: "Gateways",
      simulation: "Simulation",
    },
    apiReference: "API-Referenz",
    account: "Konto",
    yourAccount: "Ihr Konto",
    members: "Mitglieder",
    auditLog: "Protokoll",
    logOut: "Abmelden",
    keepIt: "Behalten",
    cancel: "Abbrechen",
    theme: "Farben",
    themes: { system: "Auto", light: "Hell", dark: "Dunkel" },
    language: "Sprache",
    roles: {
      owner: "Inhaber",
      administrator: "Administrator",
      operator: "Bediener",
      viewer: "Betrachter",
      installer: "Installateur",
    },
    filters: "Filter",
    apply: "Anwenden",
    pages: "Seiten",
    range: (from, to, total) => `${count(from)} bis ${count(to)} von ${count(total)}`,
    firstPage: "Erste Seite",
    nextPage: "Nächste Seite",
    roleIn: (role, organization) => `${role} bei ${organization}`,
  };
}
