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
  "release.beyond-end": {
    title: "Die Datei der Version endet vor dem Teil, um den gebeten wurde",
    hint: "Holen Sie die ganze Datei. Ein Herunterladen, das weitergeht, fragt mit If-Range, damit eine andere Datei ganz kommt.",
  },
  "install.not-root": {
    title: "Nur root kann einen Dienst installieren",
    hint: "Starten Sie es noch einmal mit sudo; --dry-run zeigt auch ohne, was es tun würde.",
  },
  "install.no-systemd": {
    title: "Auf dieser Maschine läuft kein systemd",
    hint: "Starten Sie `homepot-edge run` mit dem, was hier Programme startet; docs/gateway.md sagt, was es braucht.",
  },
  "install.not-compiled": {
    title: "Nur das kompilierte Programm kann installiert werden",
    hint: "Bauen Sie es mit ./scripts/build, und starten Sie auf dem Gateway dist/homepot-edge-linux-x64 install.",
  },
  "install.failed": {
    title: "Ein Schritt der Installation ist gescheitert",
    hint: "Was davor geschah, bleibt. Beheben Sie, was die Einzelheit sagt, und starten Sie es noch einmal: Es macht dort weiter.",
  },
  "install.packaged": {
    title: "Das Gateway ist ein Paket dieses Systems",
    hint: "Entfernen Sie es, wie es kam: `apt-get remove homepot-edge` behält Daten und Einstellungen, `apt-get purge homepot-edge` behält nichts.",
  },
  "install.not-enrolled": {
    title: "Das Gateway ist installiert und läuft, aber gehört noch zu keinem Standort",
    hint: "Beheben Sie, was die Einzelheit sagt, und starten Sie es noch einmal mit einem guten Code: Was getan ist, bleibt.",
  },
  "install.not-started": {
    title: "Das Gateway ist installiert, startet aber nicht",
    hint: "Beheben Sie, was die Einzelheit sagt, und starten Sie es noch einmal; `homepot-edge logs` zeigt mehr.",
  },
  "release.older": {
    title: "Die Version ist nicht neuer als das, was hier schon lief",
    hint: "Ein Gateway geht nur vorwärts. Um eine Version zurückzunehmen, machen Sie aus dem älteren Quelltext eine neue.",
  },
  "update.wrong-phase": {
    title: "Die Aktualisierung ist nicht in einem Schritt dafür",
    hint: "Warten Sie, bis sie zu Ende ist; der Auftrag sagt, wie weit sie ist.",
  },
  "update.not-possible": {
    title: "Dieses Gateway lässt sich nicht aus der Ferne aktualisieren",
    hint: "Installieren Sie es mit `homepot-edge install` aus einer unterschriebenen Version; docs/updates.md sagt, was es braucht.",
  },
  "update.download-failed": {
    title: "Die Version konnte nicht heruntergeladen werden",
    hint: "Was da ist, bleibt, und der nächste Versuch geht von dort weiter. Sehen Sie sich die Leitung des Gateways zur Cloud an.",
  },
} as const;
