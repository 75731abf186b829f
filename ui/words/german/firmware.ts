import type { FirmwareWords } from "../english/firmware.ts";
import type { Forms } from "../forms.ts";

export function firmware({ counted }: Forms): FirmwareWords {
  const devices = { one: "Gerät", other: "Geräte" };
  const jobs = { one: "Auftrag", other: "Aufträge" };
  return {
    title: "Firmware",
    noneYet: "Noch keine Firmware",
    counted: (total) => counted(total, { one: "Firmware-Version", other: "Firmware-Versionen" }),
    found: (total) => counted(total, { one: "Firmware-Version", other: "Firmware-Versionen" }),
    emptyTitle: "Noch nichts, was auf Geräte könnte",
    emptyText:
      "Laden Sie eine Firmware einmal hoch. Ein Auftrag bringt sie dann auf die Geräte, die Sie wählen, prüft, ob sie ganz ankam, und kehrt zur vorigen zurück, wenn es einem Gerät mit ihr nicht gut geht.",
    upload: "Firmware hochladen",
    search: "Nach Name oder Version suchen",
    searchShort: "Firmware suchen",
    anyType: "Jede Geräteart",
    forType: (type) => `Für ${type}`,
    noMatch: "Keine Firmware passt",
    noMatchText: "Nehmen Sie einen Filter weg, oder suchen Sie etwas anderes.",
    showAll: "Alle Firmware zeigen",
    firmware: "Firmware",
    size: "Größe",
    checksum: "SHA-256",
    uploaded: "Hochgeladen",
    by: (when, who) => [when, ` von ${who}`],
    use: "In Gebrauch",
    actions: "Aktionen",
    anyDevice: "Jedes Gerät",
    moreJobs: (total) => `und ${counted(total, { one: "weiterer Auftrag", other: "weitere Aufträge" })}`,
    noJobs: "Kein Auftrag braucht sie",
    run: (total) => `${counted(total, devices)} ${total === 1 ? "meldet" : "melden"} sie`,
    noneRun: "Kein Gerät meldet sie",
    rollOut: "Verteilen",
    rollOutOf: (name) => `${name} verteilen`,
    delete: "Löschen",
    deleteOf: (name) => `${name} löschen`,
    deleteQuestion: (name) => `${name} löschen?`,
    deleteText:
      "Geräte, die mit ihr laufen, behalten sie. Sie können es einen Tag lang zurücknehmen, solange nichts Neues ihren Platz braucht.",
    inUse: (name) => `${name} wird gebraucht`,
    inUseText: (total) =>
      total === 1
        ? `${counted(total, jobs)} bringt sie auf Geräte. Brechen Sie ihn ab, oder warten Sie, bis er geendet hat.`
        : `${counted(total, jobs)} bringen sie auf Geräte. Brechen Sie sie ab, oder warten Sie, bis sie geendet haben.`,
    close: "Schließen",
    uploadTitle: "Firmware hochladen",
    uploadText: "Sie wird aufbewahrt, wie sie ist, und nur durch Aufträge auf Geräte gebracht.",
    name: "Name",
    nameHint: "Wie sie in Listen und Aufträgen heißt, etwa terminal.",
    version: "Version",
    versionHint:
      "Was das Gerät als Firmware meldet, sobald es mit ihr läuft: Daran erkennt ein Auftrag, dass es gelang.",
    type: "Geräteart",
    typeHint: "Geräte anderer Art weisen sie ab. Leer: jedes Gerät.",
    sha256Hint: "64 hexadezimale Ziffern, falls Sie sie kennen. Was ankommt, wird damit verglichen.",
    file: "Datei",
    fileHint: (most) => `Höchstens ${most}.`,
    again: "Wählen Sie die Datei noch einmal: Ein Browser behält sie nicht.",
    send: "Hochladen",
    refused: {
      tooLarge: (most) => `darf höchstens ${most} haben`,
      noRoom:
        "hat keinen Platz mehr: Löschen Sie Firmware, die kein Auftrag braucht, oder lassen Sie die Grenze erhöhen",
      damaged: "ist nicht die SHA-256 der Datei, die ankam",
      empty: "wählen Sie eine Datei, die nicht leer ist",
    },
    script: {
      sending: "{sent} von {total} gesendet",
      left: "noch {time}",
      seconds: "{count} s",
      minutes: "{count} min",
      keeping: "Alles gesendet. Die Cloud schreibt es auf ihre Platte.",
      stop: "Hochladen anhalten",
      stopped: "Angehalten. Nichts wurde behalten; was Sie eingegeben haben, ist noch hier.",
      broken:
        "Die Verbindung brach ab, und nichts wurde behalten. Was Sie eingegeben haben, ist noch hier: Versuchen Sie es noch einmal.",
      tooLarge: "darf höchstens {most} haben",
    },
  };
}
