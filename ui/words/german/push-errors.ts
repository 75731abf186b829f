/** Of `protocol/error-kinds-push.ts`. */
export const PUSH_ERRORS = {
  "delivery.transition": {
    title: "Die Zustellung ist nicht in einem Zustand dafür",
    hint: "Lesen Sie sie neu: ihr Zustand hat sich inzwischen geändert. Was zugestellt ist, kann nicht noch einmal gesendet werden; was gescheitert ist, schon.",
  },
  "notification.wrong-state": {
    title: "Das geht mit der Benachrichtigung so nicht, wie sie jetzt ist",
    hint: "Sehen Sie sie noch einmal an: vielleicht ist sie schon an alle gesendet, oder jemand hat sie inzwischen abgebrochen.",
  },
  "push.not-configured": {
    title: "Für diese Plattform gibt es keine Zugangsdaten",
    hint: "Geben Sie sie mit PUT /api/v1/push/platforms/{platform}/credentials ein, oder in der Konfiguration des Dienstes; docs/notifications.md sagt, woher man sie bekommt.",
  },
  "push.credentials-invalid": {
    title: "Die Zugangsdaten der Plattform sind nicht zu gebrauchen",
    hint: "Nichts wurde gespeichert. Kopieren Sie sie noch einmal vollständig aus der Konsole der Plattform; die Einzelheiten sagen, was ihnen fehlt.",
  },
  "outbound.forbidden": {
    title: "An eine solche Adresse sendet dieser Dienst nicht",
    hint: "Gesendet wird nur an https-Adressen im öffentlichen Internet. Wer den Dienst betreibt, kann mit outbound.allowed Ausnahmen nennen.",
  },
  "secret.unreadable": {
    title: "Ein gespeichertes Geheimnis lässt sich nicht öffnen",
    hint: "Der Schlüssel, mit dem es versiegelt wurde, fehlt. Legen Sie master.key aus seiner eigenen Sicherung wieder in das Datenverzeichnis, oder geben Sie das Geheimnis neu ein.",
  },
} as const;
