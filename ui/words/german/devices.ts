import type { DeviceWords } from "../english/devices.ts";

export function devices(): DeviceWords {
  return {
    gatewayAway: "Das Gateway ist nicht verbunden",
    gatewayAwaySince: (ago) => ["Das Gateway ist nicht verbunden, zuletzt gehört ", ago],
    neverHeard: "Registriert, seither nicht gemeldet",
    saidBefore:
      "Was hier steht, wurde früher gemeldet. Was inzwischen gemessen wird, kommt an, wenn es wieder da ist.",
    lastSaid:
      "Was unten steht, ist das zuletzt Gemeldete. Was inzwischen gemessen wird, kommt an, wenn es wieder da ist.",
    since: (state, ago) => [`${state}, `, ago],
    because: (reason) => `: ${reason}`,
    device: "Gerät",
    connection: "Verbindung",
    health: "Gesundheit",
    site: "Standort",
    lastSeen: "Zuletzt gesehen",
    never: "Nie",
    tabs: { overview: "Übersicht", configuration: "Konfiguration" },
    retired: "ist stillgelegt: Es steht in keiner Liste und keiner Zählung, und was es gemessen hat, bleibt.",
    restore: "Wiederherstellen",
    about: "Angaben",
    type: "Typ",
    model: "Modell",
    firmware: "Firmware",
    serial: "Seriennummer",
    key: "Schlüssel",
    registered: "Registriert",
    lifecycle: "Lebenszyklus",
    lifecycles: { pending: "Wartend", active: "Aktiv", suspended: "Ausgesetzt", retired: "Stillgelegt" },
    provenance: "Herkunft",
    saysOfItself: "Was es über sich sagt",
  };
}
