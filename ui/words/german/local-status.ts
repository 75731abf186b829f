import type { LocalStatusWords } from "../english/local-status.ts";
import type { Forms } from "../forms.ts";

export function localStatus({ count, counted }: Forms): LocalStatusWords {
  const devices = { one: "Gerät", other: "Geräte" };
  const ofDevices = { one: "Gerät", other: "Geräten" };
  return {
    title: "Gateway",
    titleOf: (site) => `Gateway von ${site}`,
    description: "Wie es diesem Gateway geht, und was zu tun ist, wenn etwas nicht geht",
    enterCode: "Zugangscode",
    codeText: (command) => ["Den Zugangscode zeigt auf dem Gateway ", command, "."],
    show: "Zustand zeigen",
    wrongCode:
      "Das ist nicht der Code. Sehen Sie noch einmal nach, was das Gateway zeigt; Groß- und Kleinschreibung sind gleich.",
    tooMany:
      "Von hier kamen zu viele falsche Codes. Warten Sie zehn Minuten, und versuchen Sie es dann wieder.",
    leave: "Verlassen",
    again: "Noch einmal nachsehen",
    asOf: (time) => ["Stand ", time],
    allWell: "Alles geht",
    attention: (total) =>
      total === 1 ? "Um eines muss sich jemand kümmern" : `Um ${count(total)} Dinge muss sich jemand kümmern`,
    todo: "Was zu tun ist",
    cloud: "Cloud",
    cloudStates: {
      unenrolled:
        "Dieses Gateway gehört noch zu keinem Standort. Es bedient seine Geräte und meldet niemandem etwas.",
      stopped: "Die Leitung zur Cloud wird nicht benutzt.",
      connecting:
        "Die Cloud ist im Augenblick nicht erreichbar. Verloren geht nichts: Was ankommt, wird aufbewahrt und später gesendet.",
      refused:
        "Die Cloud lässt dieses Gateway nicht ein. Verloren geht nichts: Was ankommt, wird aufbewahrt.",
      connected: (cloud, opened) => [`Verbunden mit ${cloud}; die Leitung wurde aufgebaut `, opened],
    },
    enrolAdvice:
      "Wählen Sie im Dashboard Gateways, dann Gateway hinzufügen, und führen Sie den Befehl, den es zeigt, auf diesem Rechner aus.",
    connectAdvice:
      "Es wird von selbst wieder versucht. Wenn es dauert, prüfen Sie die Leitung des Standorts, und führen Sie dies auf dem Gateway aus:",
    waiting: (total) =>
      `${counted(total, { one: "Eintrag wartet", other: "Einträge warten" })} auf das Senden`,
    nothingWaits: "Alles wurde gesendet",
    broker: "Broker",
    brokerFine: (listen, connections) =>
      `Nimmt Geräte an auf ${listen}; jetzt ${counted(connections, { one: "Verbindung", other: "Verbindungen" })}`,
    brokerAlone: "Nur Programme auf diesem Rechner erreichen ihn.",
    brokerAloneAdvice: (setting) => [
      "Um Geräte aus dem Netz des Standorts einzulassen, setzen Sie ",
      setting,
      " in /etc/homepot/edge.toml, und starten Sie das Gateway neu.",
    ],
    devices: "Geräte",
    devicesOnline: (online, total) => `${count(online)} von ${counted(total, ofDevices)} online`,
    noDevices: "Noch keine Geräte",
    noDevicesAdvice: "Geben Sie jedem Gerät Namen und Passwort mit diesem Befehl:",
    neverHeard: "Noch nichts gehört",
    heard: (when) => ["Gehört ", when],
    moreDevices: (total) => `Und ${counted(total, devices)} mehr`,
    offlineAdvice:
      "Prüfen Sie bei einem Gerät, das offline ist, Strom, Netz, und seinen Namen mit dem Passwort.",
    rejected: (total) => `${counted(total, { one: "Nachricht", other: "Nachrichten" })} abgewiesen`,
    rejectedAdvice: (device, reason) => `Die neueste ist von ${device}: ${reason}`,
    disk: "Platte",
    diskStates: {
      fine: "Nimmt an, was auf sie geschrieben wird",
      scarce: "Es ist wenig Platz übrig",
      full: "Voll: Geräte bekommen keine Bestätigung und behalten, was sie senden",
      "read-only": "Nur lesbar: Nichts kann gespeichert werden",
      "not-allowed": "Das Gateway darf nicht in sein Verzeichnis schreiben",
      failing: "Die Platte meldet Fehler",
    },
    diskAdvice: {
      scarce: "Schaffen Sie auf diesem Rechner Platz, oder geben Sie ihm eine größere Platte.",
      full: "Schaffen Sie auf diesem Rechner Platz. Das Gateway macht von selbst weiter, sobald welcher da ist.",
      "read-only": "Eine Platte, die ausfällt, macht das System oft nur lesbar. Ersetzen Sie sie.",
      "not-allowed": "Installieren Sie das Gateway noch einmal: Das bringt sein Verzeichnis in Ordnung.",
      failing: "Ersetzen Sie sie bald, und installieren Sie das Gateway neu.",
    },
    diskRoom: (free, used, budget) => `${free} frei; das Gateway belegt ${used} von ${budget}, die es darf`,
    dropped: (readings) =>
      `${counted(readings, { one: "Messwert wurde", other: "Messwerte wurden" })} aufgegeben, um Platz zu schaffen`,
    clock: "Uhr",
    clockRight: "Richtig, nach der Uhr der Cloud",
    clockUnknown: "Noch nicht mit der Uhr der Cloud verglichen",
    clockAhead: (span) => `${span} vor der Uhr der Cloud. Messwerte zeigt sie zu berichtigten Zeiten.`,
    clockBehind: (span) => `${span} hinter der Uhr der Cloud. Messwerte zeigt sie zu berichtigten Zeiten.`,
    clockAdvice: "Lassen Sie den Rechner das Netz nach der Zeit fragen:",
    version: "Version",
    running: (version, since) => [`${version}, gestartet `, since],
    noUpdate: "Neue Versionen kommen aus dem Dashboard; hier ist nichts zu tun.",
    updates: {
      downloading: (version) => `Version ${version} wird geladen`,
      staged: (version) => `Version ${version} ist da, gleich wird auf sie umgeschaltet`,
      trial: (version) =>
        `Version ${version} ist auf Probe: Sie bleibt, sobald sie gezeigt hat, dass sie geht`,
      failed: (version, reason) => `Version ${version} ging nicht und wurde zurückgenommen: ${reason}`,
    },
    updateAdvice: "Die Version davor läuft, verloren ist nichts. Sagen Sie es dem Betreiber der Cloud.",
    values: "Neueste Werte",
    help: "Wenn etwas nicht geht",
    helpText: "Dies prüft alles und sagt, was zu tun ist:",
  };
}
