import type { StateTexts } from "../english/states.ts";
import type { Forms } from "../forms.ts";

export function states({ count }: Forms): StateTexts {
  return {
    connectivity: { online: "Online", late: "Verspätet", offline: "Offline", never: "Nie gesehen" },
    health: {
      healthy: "In Ordnung",
      warning: "Warnung",
      error: "Fehler",
      maintenance: "Wartung",
      unknown: "Unbekannt",
    },
    notKnown: "Nicht bekannt",
    simulated: "Simuliert",
    simulatedName: (name) => `${name} (simuliert)`,
    device: {
      never: (name) => `${name} hat sich noch nie gemeldet`,
      gatewayAway: (name) => `${name}: Das Gateway ist nicht verbunden`,
      well: (name) => `${name} ist online und in Ordnung`,
      where: { online: "online", late: "verspätet", offline: "offline" },
      plain: (name, where) => `${name} ist ${where}`,
      error: (name, where) => `${name} ist ${where} mit einem Fehler`,
      warning: (name, where) => `${name} ist ${where} mit einer Warnung`,
      maintenance: (name, where) => `${name} ist ${where}, in Wartung`,
    },
    noDevices: "noch keine Geräte",
    online: (online, total, noun) => `${count(online)} von ${count(total)} ${noun} online`,
    healthy: (healthy, total, noun) => `${count(healthy)} von ${count(total)} ${noun} in Ordnung`,
    gatewayAway: "Das Gateway ist nicht verbunden",
    titled: (name, sentence) => `${name}: ${sentence}`,
    devices: "Geräten",
    types: {
      "payment-terminal": { one: "Zahlungsterminal", many: "Zahlungsterminals" },
      thermostat: { one: "Thermostat", many: "Thermostaten" },
      "energy-meter": { one: "Energiezähler", many: "Energiezählern" },
      "door-sensor": { one: "Türsensor", many: "Türsensoren" },
      kiosk: { one: "Kiosk", many: "Kiosken" },
      camera: { one: "Kamera", many: "Kameras" },
      controller: { one: "Steuerung", many: "Steuerungen" },
      unknown: { one: "Gerät", many: "Geräten" },
    },
    plainPlural: (type) => type,
    unknownType: "Unbekannter Typ",
  };
}
