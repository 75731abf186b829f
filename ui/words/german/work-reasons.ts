import type { KnownReason } from "../known-reasons.ts";

type Fact = string | undefined;

const runs = (firmware: Fact) =>
  firmware === undefined ? "" : `; zuletzt meldete es, dass ${firmware} auf ihm läuft`;

/** Why a job or a delivery did not work. What goes on in somebody else's words ends with a colon. */
export const WORK: Record<KnownReason, (...facts: Fact[]) => string> = {
  cancelled: () => "abgebrochen",
  wentDown: () => "das Gateway ging aus, während es lief; was daraus wurde, ist nicht bekannt",
  notInTime: () => "es konnte nicht rechtzeitig beginnen",
  unknownKind: (kind) => `dieses Gateway kennt keine Aufträge der Art ${kind}; aktualisieren Sie es`,
  noDevice: (key) => `ein Gerät ${key} gibt es hier nicht`,
  tooLong: (seconds, more) => `es dauerte länger als ${seconds} s${more === undefined ? "" : ": "}`,
  answered: () => "das Gerät antwortete: ",
  rolledBack: () => "zurückgenommen: ",
  notFetched: () => "das Gateway konnte sie nicht holen: ",
  notFetchedInTime: () => "das Gateway konnte sie nicht aus der Cloud holen",
  notTaken: (firmware) => `das Gerät hat noch nicht alles davon${runs(firmware)}`,
  notStarted: (firmware) => `das Gerät hat alles davon und startete es nicht${runs(firmware)}`,
  notConfirmed: (firmware) =>
    `das Gerät begann damit und hat es weder bestätigt noch zurückgenommen${runs(firmware)}`,
  otherType: (firmware, wanted, type) =>
    `${firmware} ist für ${wanted}, und dies ist ein Gerät des Typs ${type}`,
  noService: () => "nichts würde das Gateway wieder starten: Es läuft nicht als Dienst",
  neverConnected: () => "das Gerät war noch nie verbunden",
  deaf: (when) => `das Gerät ist nicht verbunden${when === undefined ? "" : `; zuletzt gehört ${when}`}`,
  notListening: (when) =>
    `das Gerät ist verbunden und hört nicht auf Befehle${when === undefined ? "" : `; zuletzt gehört ${when}`}`,
  noScripts: (folder) => `auf diesem Gateway gibt es keine Skripte: ${folder} ist nicht da`,
  notAScript: (script, folder) => `${script} ist nicht in ${folder}`,
  endedWith: (code) => `es endete mit ${code}`,
  endedBy: (signal) => `es wurde durch ${signal} beendet`,
  lost: () =>
    "das Gateway weiß nichts mehr davon: Seine Platte wurde ersetzt, oder es kam aus einer Sicherung wieder",
  revoked: () => "das Gateway wurde gesperrt oder gelöscht, bevor es sagte, was daraus wurde",
  onTrial: () => "eine andere Aktualisierung ist noch auf Probe",
  stopped: () => "es wurde angehalten",
  takenBack: (version, before) => `${version} wurde zurückgenommen, ${before} läuft: `,
  notReleased: () => "es wurde nicht aus einer veröffentlichten Version installiert",
  ended: () => "beendet: ",
  givenUp: (attempts) => `nach ${attempts} Versuchen aufgegeben: `,
  switchedOff: () => "diese Adresse ist abgeschaltet: ",
  removed: () => "diese Adresse wurde entfernt",
  noMember: () => "gehört nicht mehr zur Organisation",
  overBefore: () => "ihre Zeit war um, bevor sie ankommen konnte",
  notificationCancelled: () => "die Benachrichtigung wurde abgebrochen",
  otherWay: () => "ein anderer Weg wurde genommen",
  newer: () => "eine neuere ist an ihre Stelle getreten",
  noAnswer: (seconds) => `keine Antwort innerhalb von ${seconds} s`,
  slow: () => "die Plattform kommt nicht nach; sie wartet, bis sie an der Reihe ist",
  noAddress: () => "es gibt keine Adresse",
  deviceRetired: () => "das Gerät ist stillgelegt",
  deviceGone: () => "dieses Gerät gibt es nicht",
  gatewayRevoked: () => "das Gateway des Geräts ist gesperrt",
  noBroker: () => "für einen MQTT-Broker außerhalb gibt es keine Zugangsdaten",
  noCredentials: (platform) => `für ${platform} gibt es keine Zugangsdaten`,
  onlyQosZero: () => "der Broker nimmt Nachrichten nur mit QoS 0, die er nie bestätigt",
  notAcknowledged: () => "der Broker hat nicht rechtzeitig bestätigt",
  notOfWindows: (host) => `der Kanal ist keiner von Windows: Sein Host muss auf ${host} enden`,
  noBrowserKey: () => "der Schlüssel ist keiner der Kurve P-256",
  channelEnded: (code) => `der Kanal der App hat geendet (${code})`,
  subscriptionEnded: (code) => `die Anmeldung des Browsers hat geendet (${code})`,
  registrationEnded: (code) => `die Registrierung der App hat geendet (${code})`,
  unknownToApple: (code) => `Apple kennt das Gerät nicht mehr (${code})`,
  dropped: () => "Windows hat sie verworfen: ",
  brokerAnswered: (code) => `der Broker antwortete ${code}: `,
  tokenAnswered: () => "die Ausgabestelle der Token antwortete ",
  tooLarge: (bytes, most) => `${bytes} Bytes; die Plattform nimmt höchstens ${most}`,
  tooLargeForBroker: (bytes, most) => `${bytes} Bytes; der Broker nimmt höchstens ${most}`,
};
