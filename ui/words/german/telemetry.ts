import type { TelemetryWords } from "../english/telemetry.ts";
import type { Forms } from "../forms.ts";

/** What everybody measures; what a device calls in its own way stays as it is called. */
const METRICS: Record<string, string> = {
  temperature: "Temperatur",
  setpoint: "Sollwert",
  humidity: "Luftfeuchte",
  battery: "Batterie",
  memory: "Speicher",
  disk: "Platte",
  power: "Leistung",
  energy: "Energie",
  voltage: "Spannung",
  current: "Strom",
  frequency: "Frequenz",
  latency: "Latenz",
  latencyMs: "Latenz",
  uptime: "Laufzeit",
  illuminance: "Beleuchtung",
  pressure: "Druck",
  heating: "Heizung",
  cooling: "Kühlung",
  open: "Offen",
  fault: "Störung",
  errorCode: "Fehlercode",
  transactions: "Zahlungen",
  paperOut: "Papier leer",
  state: "Zustand",
};

export function telemetry({ count, counted, number }: Forms): TelemetryWords {
  return {
    metric: (metric, plain) => (Object.hasOwn(METRICS, metric) ? METRICS[metric]! : plain),
    yes: "ja",
    no: "nein",
    none: "leer",
    latest: "Neueste Werte",
    latestNote: "Linien zeigen die letzten 15 Minuten",
    needsScript: "Das Diagramm braucht Skript; die Werte darüber nicht.",
    span: "Zeitspanne",
    ranges: { "15m": "15 min", "1h": "1 h", "24h": "24 h", "7d": "7 d" },
    within: {
      "15m": "den letzten 15 Minuten",
      "1h": "der letzten Stunde",
      "24h": "den letzten 24 Stunden",
      "7d": "den letzten 7 Tagen",
    },
    byItsClock: (span) => `${span} nach der Uhr des Geräts`,
    asking: "Das Gateway wird gefragt…",
    nothing: (span) => `In ${span} wurde nichts gemessen. Wählen Sie oben eine längere Spanne.`,
    between: (low, high) => ` zwischen ${low} und ${high}`,
    byUtc: (time) => `${time} UTC`,
    marks: "Was inzwischen getan wurde",
    asTable: "Als Tabelle zeigen",
    tableName: "Werte des Diagramms",
    time: "Zeit",
    mean: (unit) => (unit === "" ? "Mittel" : `Mittel, ${unit}`),
    lowest: "Tiefster",
    highest: "Höchster",
    readings: "Messwerte",
    everyOf: (every, total) => `Jeder ${count(every)}. von ${count(total)} Punkten.`,
    notMeasured: "Es hat noch nichts gemessen",
    notMeasuredText:
      "Der erste Messwert zeichnet das Diagramm, hier und sofort. Probieren Sie es am Gateway mit den Zugangsdaten des Geräts:",
    theCommand: "Befehl zum Veröffentlichen eines Messwerts",
    unreachable: "Die Cloud ist nicht erreichbar. Das Diagramm geht weiter, wenn sie wieder da ist.",
    answered: (status) => `Die Cloud antwortete mit ${status}.`,
    refused: (title, detail) => `${title}: ${detail}.`,
    saysNothing: (metric, span) => `${metric}: In ${span} wurde nichts gemessen.`,
    saysYes: (metric, span, percent, total) =>
      `${metric} in ${span}: ja bei ${number(percent)} % von ${counted(total, { one: "Messwert", other: "Messwerten" })}.`,
    saysAlways: (metric, span, value) => `${metric} in ${span}: immer ${value}.`,
    says: (of) =>
      `${of.metric} in ${of.span}: im Mittel ${of.mean}, am tiefsten ${of.lowest} um ${of.lowestAt}, am höchsten ${of.highest} um ${of.highestAt}.`,
    dropped: (readingCount) =>
      `Das Gateway hat ${counted(readingCount, { one: "Messwert", other: "Messwerte" })} aus etwa dieser Zeit verworfen: Sein Plattenbudget war verbraucht.`,
    damaged: (readingCount) =>
      `Bis zu ${counted(readingCount, { one: "Messwert", other: "Messwerte" })} können nicht gezeigt werden: Ihre Bytes sind beschädigt.`,
    thinned: "Ältere Teile sind als Zeilen mit Anzahl, kleinstem, größtem und mittlerem Wert aufbewahrt.",
    corrected: (skews) => `Die Zeiten sind berichtigt: Die Uhr des Gateways ging ${skews.join(", dann ")}.`,
    clockAhead: (span) => `${span} vor`,
    clockBehind: (span) => `${span} nach`,
  };
}
