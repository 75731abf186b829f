import type { ErrorCode } from "../../../protocol/errors.ts";
import { PUSH_ERRORS } from "./push-errors.ts";
import { RELEASE_ERRORS } from "./release-errors.ts";

/** Every error as a page tells it. The API itself tells it in English. */
export function errors(): Record<ErrorCode, { title: string; hint: string }> {
  return {
    "request.invalid": {
      title: "Die Anfrage hat fehlerhafte Felder",
      hint: "Berichtigen Sie die genannten Felder und senden Sie sie noch einmal.",
    },
    "request.not-json": {
      title: "Der Inhalt ist kein JSON",
      hint: "Senden Sie ein JSON-Objekt, ganz und in UTF-8.",
    },
    "request.media-type": {
      title: "Inhalt dieser Art wird hier nicht angenommen",
      hint: "Senden Sie JSON mit der Kopfzeile Content-Type: application/json; die wenigen Adressen, die etwas anderes annehmen, stehen unter /docs.",
    },
    "request.too-large": {
      title: "Der Inhalt ist zu groß",
      hint: "Senden Sie höchstens die in der Einzelheit genannte Größe; teilen Sie größere Importe auf.",
    },
    "request.cross-site": {
      title: "Die Anfrage kam von einer anderen Website",
      hint: "Öffnen Sie das Dashboard unter seiner eigenen Adresse, oder verwenden Sie einen API-Schlüssel statt des Cookies.",
    },
    "route.unknown": {
      title: "Diese Adresse gibt es nicht",
      hint: "Alle Adressen der API stehen unter /docs.",
    },
    "route.method": {
      title: "Das geht an dieser Adresse nicht",
      hint: "Verwenden Sie eine der Methoden, die im Kopf Allow der Antwort stehen; was jede tut, steht unter /docs.",
    },
    "record.not-found": {
      title: "Diesen Eintrag gibt es nicht, oder er gehört einer anderen Organisation",
      hint: "Sehen Sie noch einmal in seiner Liste nach; vielleicht wurde er gelöscht.",
    },
    "site.deleted": {
      title: "Der Standort des Gateways wurde gelöscht",
      hint: "Stellen Sie ihn im Dashboard in der Liste der gelöschten Standorte wieder her. Bis dahin bewahrt das Gateway auf, was es sammelt.",
    },
    "record.conflict": {
      title: "Einen Eintrag mit diesem Namen gibt es schon",
      hint: "Wählen Sie einen anderen Namen, oder ändern Sie den vorhandenen Eintrag.",
    },
    "job.wrong-state": {
      title: "So, wie es jetzt steht, geht das nicht",
      hint: "Sehen Sie sich den Auftrag noch einmal an: Er kann zu Ende sein, oder jemand hat ihn inzwischen angehalten oder abgebrochen.",
    },
    "record.changed": {
      title: "Jemand anderes hat diesen Eintrag inzwischen geändert",
      hint: "Nichts wurde gespeichert. Lesen Sie den Eintrag neu, und senden Sie die Änderung mit seinem neuen ETag in If-Match.",
    },
    "csv.invalid": {
      title: "Die Datei lässt sich nicht als CSV lesen",
      hint: "Speichern Sie sie als CSV in UTF-8, die erste Zeile mit den Namen der Spalten; docs/csv.md nennt sie.",
    },
    "import.failing": {
      title: "Einige Zeilen lassen sich nicht importieren",
      hint: "Nichts wurde importiert. Berichtigen Sie die Zeilen unter errors, oder senden Sie skip-failing=true, um sie auszulassen.",
    },
    "firmware.damaged": {
      title: "Angekommen ist nicht, was angekündigt war",
      hint: "Nichts wurde behalten. Vergleichen Sie den SHA-256 der Datei mit dem gesendeten, und laden Sie sie noch einmal hoch.",
    },
    "firmware.no-room": {
      title: "Für eine weitere Firmware ist kein Platz",
      hint: "Löschen Sie Firmware, die kein Auftrag braucht, oder lassen Sie firmware.total-mib erhöhen.",
    },
    "firmware.in-use": {
      title: "Ein Auftrag braucht diese Firmware",
      hint: "Brechen Sie die Aufträge ab, die sie auf Geräte bringen, oder warten Sie, bis sie beendet sind, und löschen Sie sie dann.",
    },
    "gateway.proof-required": {
      title: "Das bekommt nur ein Gateway",
      hint: "Unterschreiben Sie die Nonce der Kopfzeile WWW-Authenticate mit dem Schlüssel des Gateways, wie in docs/protocol.md beschrieben.",
    },
    "import.changed": {
      title: "Der Import täte nicht mehr, was die Vorschau gezeigt hat",
      hint: "Nichts wurde importiert: Jemand hat inzwischen einen Eintrag geändert, oder die Datei ist eine andere. Sehen Sie die Vorschau noch einmal an.",
    },
    "idempotency.reused": {
      title: "Dieser Idempotency-Key wurde für eine andere Anfrage verwendet",
      hint: "Nehmen Sie für jede neue Anfrage einen neuen; wiederholt wird er nur mit genau derselben Methode, Adresse und demselben Inhalt.",
    },
    "idempotency.running": {
      title: "Die erste Anfrage mit diesem Idempotency-Key läuft noch",
      hint: "Senden Sie sie nach so vielen Sekunden noch einmal, wie Retry-After nennt, dann bekommen Sie die Antwort der ersten.",
    },
    "idempotency.answer-lost": {
      title: "Die Anfrage wurde ausgeführt, und ihre Antwort ging verloren",
      hint: "Der Dienst hielt dazwischen an. Sie müssen nichts noch einmal senden: Lesen Sie den Eintrag, wie er jetzt ist.",
    },
    "auth.required": {
      title: "Sie sind nicht angemeldet",
      hint: "Melden Sie sich unter /login an, oder senden Sie Authorization: Bearer mit einem API-Schlüssel.",
    },
    "auth.wrong-credentials": {
      title: "E-Mail oder Passwort ist falsch",
      hint: "Prüfen Sie beides; ein vergessenes Passwort können Sie auf der Anmeldeseite neu setzen.",
    },
    "auth.forbidden": {
      title: "Ihre Rolle erlaubt das nicht",
      hint: "Fragen Sie einen Inhaber oder Administrator der Organisation.",
    },
    "auth.signup-closed": {
      title: "Ein Konto gibt es nur auf Einladung",
      hint: "Bitten Sie einen Inhaber oder Administrator Ihrer Organisation um eine Einladung; der Link kommt per E-Mail. Wer den Dienst betreibt, legt mit `homepot-cloud admin create` Inhaber an.",
    },
    "setup.unknown": {
      title: "Dieser Einrichtungslink gilt nicht",
      hint: "Er legt das erste Konto an, einmal, innerhalb eines Tages nach seiner Ausgabe. `homepot-cloud setup-link` gibt einen neuen aus. Gibt es schon ein Konto? Dann melden Sie sich an.",
    },
    "account.exists": {
      title: "Zu dieser E-Mail-Adresse gibt es schon ein Konto",
      hint: "Melden Sie sich damit an, oder nehmen Sie für den Inhaber der neuen Organisation eine andere Adresse. Wer ein Konto hat, kommt durch eine Einladung von dort in eine weitere Organisation: unter Einstellungen, Mitglieder.",
    },
    "setup.done": {
      title: "Es gibt schon ein Konto",
      hint: "Melden Sie sich an, oder lassen Sie sich von einem Inhaber einladen. `homepot-cloud admin create` legt eine weitere Organisation an, mit einem Inhaber, der noch kein Konto hat.",
    },
    "invitation.unknown": {
      title: "Diese Einladung gilt nicht",
      hint: "Sie wurde zurückgezogen, schon verwendet oder ist älter als sieben Tage. Bitten Sie um eine neue.",
    },
    "role.built-in": {
      title: "Mitgelieferte Rollen bleiben, wie sie sind",
      hint: "Legen Sie aus einer Kopie eine eigene Rolle an und ändern Sie diese.",
    },
    "role.in-use": {
      title: "Die Rolle ist vergeben",
      hint: "Geben Sie diesen Mitgliedern eine andere Rolle, ziehen Sie diese Einladungen zurück und löschen Sie sie dann.",
    },
    "organization.last-owner": {
      title: "Eine Organisation braucht einen Inhaber",
      hint: "Machen Sie zuerst jemand anderen zum Inhaber.",
    },
    "rate.limited": {
      title: "Zu viele Anfragen",
      hint: "Warten Sie so viele Sekunden, wie Retry-After nennt; RateLimit in jeder Antwort sagt, was übrig ist.",
    },
    "auth.too-many": {
      title: "Zu viele Versuche",
      hint: "Warten Sie so viele Sekunden, wie Retry-After nennt.",
    },
    "claim.unknown": {
      title: "Diesen Kopplungscode gibt es nicht",
      hint: "Prüfen Sie ihn auf Tippfehler, oder erzeugen Sie einen neuen: Dashboard, Gateways, Gateway hinzufügen; oder `homepot-cloud gateway claim --site NAME`.",
    },
    "claim.used": {
      title: "Dieser Kopplungscode wurde schon verwendet",
      hint: "Ein Code gilt einmal. Erzeugen Sie für dieses Gateway einen neuen.",
    },
    "claim.expired": {
      title: "Dieser Kopplungscode ist abgelaufen",
      hint: "Codes gelten 24 Stunden. Erzeugen Sie einen neuen.",
    },
    "claim.not-replacing": {
      title: "Dieser Kopplungscode ist für ein neues Gateway",
      hint: "Erzeugen Sie einen mit „Ersetzen“ auf der Seite des Gateways, dessen Platz dieser Rechner einnimmt; oder lassen Sie --replace weg.",
    },
    "gateway.unknown": {
      title: "Die Cloud kennt dieses Gateway nicht",
      hint: "Koppeln Sie es noch einmal mit `homepot-edge enroll --cloud URL --claim CODE`.",
    },
    "gateway.bad-signature": {
      title: "Das Gateway konnte seine Identität nicht beweisen",
      hint: "Sein Schlüssel passt nicht zu dem, mit dem es gekoppelt wurde. Koppeln Sie es mit einem neuen Code.",
    },
    "gateway.revoked": {
      title: "Dieses Gateway wurde gesperrt",
      hint: "War das ein Versehen, koppeln Sie es mit einem neuen Code.",
    },
    "gateway.replaced": {
      title: "Ein anderer Rechner hat den Platz dieses Gateways eingenommen",
      hint: "Schalten Sie diesen ab, oder koppeln Sie ihn mit einem neuen Code als eigenes Gateway.",
    },
    "gateway.superseded": {
      title: "Dasselbe Gateway hat sich noch einmal verbunden",
      hint: "Die neueste Verbindung gilt. Wiederholt sich das, laufen zwei Rechner mit demselben Schlüssel: Koppeln Sie einen davon neu.",
    },
    "gateway.overrun": {
      title: "Das Gateway sendete schneller als vereinbart",
      hint: "Es verbindet sich von selbst neu und macht weiter, wo es aufhörte; nichts geht verloren.",
    },
    "cloud.busy": {
      title: "Die Cloud hat zu viel zu tun",
      hint: "Das Gateway kommt in ein paar Sekunden von selbst wieder und macht weiter, wo es aufhörte; nichts geht verloren.",
    },
    "gateway.enrolled": {
      title: "Dieses Gateway ist schon gekoppelt",
      hint: "Es ist nichts zu tun. Für eine neue Identität koppeln Sie es mit einem neuen Code und --force: Die Cloud sieht dann ein neues Gateway.",
    },
    "gateway.key-unusable": {
      title: "Der private Schlüssel des Gateways ist unbrauchbar",
      hint: "Legen Sie gateway.key aus einer Sicherung ins Datenverzeichnis zurück, oder koppeln Sie es mit einem neuen Code und --force.",
    },
    "cloud.unreachable": {
      title: "Die Cloud ist nicht erreichbar",
      hint: "Prüfen Sie die Adresse, die Namensauflösung am Standort, und ob die Firewall ausgehende Verbindungen zur Cloud durchlässt.",
    },
    "cloud.certificate-time": {
      title: "Das Zertifikat der Cloud gilt nicht zur Zeit dieses Rechners",
      hint: "Prüfen Sie Uhr und NTP dieses Rechners (`timedatectl status`). Geht die Uhr richtig, muss das Zertifikat der Cloud erneuert werden.",
    },
    "cloud.unexpected-answer": {
      title: "Die Adresse antwortet nicht wie eine HOMEPOT-Cloud",
      hint: "Prüfen Sie die Adresse; vielleicht antwortet ein Proxy oder eine Anmeldeseite des Netzes am Standort.",
    },
    "protocol.unsupported": {
      title: "Beide Seiten haben keine Protokollversion gemeinsam",
      hint: "Aktualisieren Sie die ältere Seite: `homepot-edge --version` und `homepot-cloud --version` sagen, welche das ist.",
    },
    "frame.invalid": {
      title: "Ein Rahmen war nicht lesbar",
      hint: "Etwas zwischen Gateway und Cloud hat die Verbindung verändert, oder die andere Seite hat einen Fehler. Das Gateway verbindet sich von selbst neu.",
    },
    "frame.too-large": {
      title: "Ein Rahmen ist größer als erlaubt",
      hint: "Rahmen haben höchstens 4 MiB. Das Gateway verbindet sich von selbst neu.",
    },
    "chunk.invalid": {
      title: "Ein Block Messwerte ist beschädigt",
      hint: "Er wird beiseitegelegt und der Rest gezeigt. `homepot-edge doctor` prüft die Platte, von der er kam.",
    },
    "log.gap": {
      title: "Im Protokoll fehlen Einträge",
      hint: "Der Empfänger fragt danach, indem er sich neu verbindet; es ist nichts zu tun.",
    },
    "mqtt.not-authorized": {
      title: "MQTT-Benutzername oder -Passwort ist falsch",
      hint: "Erzeugen Sie Zugangsdaten mit `homepot-edge device add ID`; das Passwort wird einmal gezeigt.",
    },
    "mqtt.foreign-topic": {
      title: "Ein Gerät darf nur Topics unter seinem eigenen Präfix verwenden",
      hint: "Veröffentlichen Sie unter homepot/<device>/…, wobei <device> der MQTT-Benutzername ist.",
    },
    "mqtt.unknown-topic": {
      title: "Dieses Topic hat keine Bedeutung",
      hint: "Welche Topics ein Gerät verwenden darf, steht in docs/mqtt.md.",
    },
    "payload.not-json": {
      title: "Die Nutzlast ist kein JSON",
      hint: 'Senden Sie ein JSON-Objekt wie {"temperature":21.4}.',
    },
    "payload.invalid": {
      title: "Die Nutzlast hat nicht die erwartete Form",
      hint: "Werte sind endliche Zahlen, Wahrheitswerte oder Texte; ts ist eine ganze Zahl von Millisekunden seit 1970.",
    },
    "payload.too-large": {
      title: "Die Nutzlast ist zu groß",
      hint: "Eine Nachricht darf höchstens so groß sein, wie mqtt.max-payload-bytes festlegt.",
    },
    "device.exists": {
      title: "Ein Gerät mit dieser Kennung gibt es schon",
      hint: "Wählen Sie eine andere, oder entfernen Sie das alte mit `homepot-edge device remove ID`.",
    },
    "device.unknown": {
      title: "Ein Gerät mit dieser Kennung gibt es nicht",
      hint: "`homepot-edge device list` zeigt die Geräte dieses Gateways.",
    },
    "config.unknown-setting": {
      title: "Diese Einstellung gibt es nicht",
      hint: "Alle Einstellungen stehen in docs/configuration.md.",
    },
    "config.invalid": {
      title: "Eine Einstellung hat einen falschen Wert",
      hint: "Berichtigen Sie den in der Einzelheit genannten Wert.",
    },
    "mail.not-configured": {
      title: "Es gibt keinen Mailserver",
      hint: "Nennen Sie einen mit mail.host und mail.from; wie, steht in docs/mail.md.",
    },
    "mail.failed": {
      title: "Der Brief konnte nicht verschickt werden",
      hint: "Berichtigen Sie die Einstellung und versuchen Sie es noch einmal; mehr steht in docs/mail.md.",
    },
    "listen.unavailable": {
      title: "An dieser Adresse kann nicht gelauscht werden",
      hint: "Ein anderes Programm belegt den Port, oder die Adresse gehört nicht diesem Rechner. Wählen Sie eine andere mit --listen (homepot-cloud) oder --mqtt-listen (homepot-edge).",
    },
    "database.newer": {
      title: "Die Datenbank wurde von einer neueren Version geschrieben",
      hint: "Starten Sie wieder die neuere Version, oder spielen Sie eine Sicherung von dieser ein.",
    },
    "gateway.running": {
      title: "In diesem Datenverzeichnis läuft schon ein Gateway",
      hint: "Halten Sie es zuerst an, oder geben Sie diesem mit --data ein eigenes Verzeichnis.",
    },
    "store.unavailable": {
      title: "Die Datenbank ist nicht erreichbar",
      hint: "Versuchen Sie es in ein paar Sekunden noch einmal; /readyz sagt, wann sie wieder da ist.",
    },
    ...PUSH_ERRORS,
    ...RELEASE_ERRORS,
    "internal.error": {
      title: "Bei uns ist etwas schiefgegangen",
      hint: "Nichts wurde halb ausgeführt. Versuchen Sie es noch einmal; bleibt es dabei, stehen die Einzelheiten unter der Anfragenummer im Log.",
    },
  };
}
