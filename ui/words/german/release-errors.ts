/** Of `protocol/error-kinds-releases.ts`. */
export const RELEASE_ERRORS = {
  "release.untrusted": {
    title: "Die Version ist nicht mit dem Schlüssel unterschrieben, dem hier vertraut wird",
    hint: "Nichts davon wurde verwendet. Holen Sie sie noch einmal von dort, wo Ihre Versionen gemacht werden; hat sich der Schlüssel geändert, installieren Sie zuerst den neuen.",
  },
  "release.invalid": {
    title: "Die Version ist nicht lesbar",
    hint: "Machen Sie sie mit ./scripts/release neu, und kopieren Sie den ganzen Ordner.",
  },
  "release.no-file": {
    title: "Die Version hat kein Programm für diese Maschine",
    hint: "Es gibt Programme für Linux auf x64 und arm64. Bauen Sie das fehlende mit ./scripts/build, und machen Sie die Version neu.",
  },
  "release.damaged": {
    title: "Eine Datei der Version ist nicht, was ihr Verzeichnis sagt",
    hint: "Kopieren oder laden Sie sie noch einmal: Sie wurde unterwegs abgeschnitten oder verändert.",
  },
  "release.older": {
    title: "Die Version ist nicht neuer als das, was hier schon lief",
    hint: "Ein Gateway geht nur vorwärts. Um eine Version zurückzunehmen, machen Sie aus dem älteren Quelltext eine neue.",
  },
} as const;
