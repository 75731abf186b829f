import type { NoticeWords } from "../english/notices.ts";
import type { Forms } from "../forms.ts";

export function notices({ counted }: Forms): NoticeWords {
  const devices = (count: string) => counted(Number(count), { one: "Gerät", other: "Geräte" });
  return {
    undo: "Rückgängig",
    kinds: {
      "site.created": (name) => `${name} wurde angelegt.`,
      "site.saved": (name) => `${name} wurde gespeichert.`,
      "site.removed": (name) => `${name} wurde gelöscht, mit Geräten und Gateways.`,
      "site.restored": (name) => `${name} ist wieder da.`,
      "device.created": (name) => `${name} wurde hinzugefügt und wird erwartet.`,
      "device.removed": (name) => `${name} wurde gelöscht.`,
      "device.retired": (name) => `${name} wurde ausgemustert.`,
      "device.restored": (name) => `${name} ist wieder da.`,
      "device.saved": (name) => `${name} wurde gespeichert.`,
      "bulk.add-tag": (count) => `Tag hinzugefügt: ${devices(count)}.`,
      "bulk.remove-tag": (count) => `Tag entfernt: ${devices(count)}.`,
      "bulk.retire": (count) => `Ausgemustert: ${devices(count)}.`,
      "bulk.delete": (count) => `Gelöscht: ${devices(count)}.`,
      "bulk.restore": (count) => `Wiederhergestellt: ${devices(count)}.`,
      "import.done": (count) =>
        `Importiert: ${counted(Number(count), { one: "Eintrag", other: "Einträge" })}.`,
      "bulk.nothing": (_name) => "Nichts zu ändern: Es war schon so.",
      "bulk.undone": (count) => `Rückgängig gemacht: ${devices(count)}.`,
      "config.saved": (name) =>
        `Gespeichert. Das Gateway bringt es zu ${name}, auch wenn es gerade nicht verbunden ist.`,
      "config.schema": (type) => `Gespeichert. Die Felder von ${type} sind wie beschrieben.`,
      "config.layer": (_name) => "Gespeichert. Geräte erfahren es, wo sich für sie etwas ändert.",
      "gateway.revoked": (_name) => "Das Gateway wurde gesperrt. Es kann sich nicht mehr verbinden.",
      "gateway.key-asked": (_name) =>
        "Das Gateway soll einen neuen Schlüssel machen. Es tut das, sobald es verbunden ist.",
      "member.removed": (name) => `${name} gehört nicht mehr zur Organisation.`,
      "member.role": (name) => `Die Rolle von ${name} wurde geändert.`,
      "invitation.withdrawn": (_name) =>
        "Die Einladung wurde zurückgezogen. Ihr Link funktioniert nicht mehr.",
      "session.ended": (_name) => "Die Sitzung wurde beendet.",
      "sessions.ended": (_name) => "Alle anderen Sitzungen wurden beendet.",
      "password.changed": (_name: string) =>
        "Ihr Passwort wurde geändert. Alle anderen Sitzungen sind beendet.",
      "name.saved": (name) => `Sie heißen ab jetzt ${name}.`,
      "organization.saved": (name) => `Die Organisation heißt ab jetzt ${name}.`,
      "retention.saved": (_name) => "Gespeichert. Älteres wird binnen einer Stunde verdichtet oder gelöscht.",
      "role.created": (name) => `${name} wurde angelegt und kann vergeben werden.`,
      "role.saved": (name) => `${name} wurde gespeichert. Es gilt sofort.`,
      "role.removed": (name) => `${name} wurde gelöscht.`,
      "job.created": (name) => `${name} ist auf dem Weg.`,
      "job.scheduled": (name) => `${name} wurde angelegt und läuft, wenn es Zeit ist.`,
      "job.paused": (name) =>
        `${name} ist angehalten: Es beginnt nichts mehr. Was begonnen hat, läuft weiter.`,
      "job.resumed": (name) => `${name} läuft weiter.`,
      "job.retried": (name) => `${name} wird wiederholt, wo es fehlschlug.`,
      "job.cancelled": (name) => `${name} wurde abgebrochen.`,
      "job.execution-retried": (name) => `${name} versucht es noch einmal.`,
      "job.execution-cancelled": (name) => `${name} soll damit enden.`,
      "firmware.uploaded": (name) => `${name} ist hochgeladen. Aufträge können es jetzt auf Geräte bringen.`,
      "firmware.removed": (name) => `${name} wurde gelöscht.`,
      "firmware.restored": (name) => `${name} ist wieder da.`,
      "notification.made": (name) => `${name} ist unterwegs.`,
      "notification.scheduled": (name) => `${name} wartet auf seine Zeit.`,
      "notification.cancelled": (name) => `${name} wurde abgebrochen.`,
      "notification.replayed": (count) =>
        `Noch einmal gesendet: ${counted(Number(count), { one: "Nachricht", other: "Nachrichten" })}.`,
      "notification-settings.saved": (_name) => "Gespeichert. Es gilt für die nächste Benachrichtigung.",
      "template.saved": (name) => `${name} wurde gespeichert.`,
      "template.removed": (name) => `${name} wurde gelöscht. Was daraus entstanden ist, bleibt.`,
      "endpoint.tested": (_name) => "Der Test ist unterwegs. Er sollte gleich erscheinen.",
      "endpoint.renamed": (name) => `Der Name ist jetzt ${name}.`,
      "endpoint.removed": (_name) => "Dorthin wird nichts mehr geschickt.",
      "platform.saved": (_name) => "Gespeichert und versiegelt. Darüber kann ab sofort gesendet werden.",
      "platform.forgotten": (_name) => "Die Zugangsdaten wurden vergessen.",
      "vapid.rotated": (_name) => "Browser melden sich ab jetzt mit einem neuen Schlüssel an.",
      "simulation.started": (name) => `Das Gateway von ${name} ist beauftragt, sie auszuführen.`,
      "simulation.stopped": (name) => `Das Gateway von ${name} ist beauftragt, sie anzuhalten.`,
      "simulation.injected": (_name) => "Das Gateway weiß Bescheid. Die Störung dauert, bis Sie sie beheben.",
      "simulation.cleared": (_name) => "Das Gateway weiß, dass die Ursache behoben ist.",
    },
  };
}
