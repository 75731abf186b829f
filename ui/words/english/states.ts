import type { Connectivity, Health } from "../../../protocol/devices/device.ts";
import type { Forms } from "../forms.ts";

/** The states of devices, gateways and sites, and the sentences that title pages with them. */
export function states({ count }: Forms) {
  return {
    connectivity: {
      online: "Online",
      late: "Late",
      offline: "Offline",
      never: "Never seen",
    } satisfies Record<Connectivity, string>,
    health: {
      healthy: "Healthy",
      warning: "Warning",
      error: "Error",
      maintenance: "Maintenance",
      unknown: "Unknown",
    } satisfies Record<Health, string>,
    notKnown: "Not known",
    simulated: "Simulated",
    /** Of a simulated device where only a text has room. */
    simulatedName: (name: string) => `${name} (simulated)`,
    /** Of one device, by name. */
    device: {
      never: (name: string) => `${name} has not been heard from yet`,
      gatewayAway: (name: string) => `${name}: its gateway is not connected`,
      well: (name: string) => `${name} is online and healthy`,
      where: { online: "online", late: "late", offline: "offline" },
      plain: (name: string, where: string) => `${name} is ${where}`,
      error: (name: string, where: string) => `${name} is ${where} with an error`,
      warning: (name: string, where: string) => `${name} is ${where} with a warning`,
      maintenance: (name: string, where: string) => `${name} is ${where}, in maintenance`,
    },
    /** Of a site: `4 of 5 terminals healthy`. */
    noDevices: "no devices yet",
    online: (online: number, total: number, noun: string) =>
      `${count(online)} of ${count(total)} ${noun} online`,
    healthy: (healthy: number, total: number, noun: string) =>
      `${count(healthy)} of ${count(total)} ${noun} healthy`,
    gatewayAway: "its gateway is not connected",
    titled: (name: string, sentence: string) => `${name}: ${sentence}`,
    devices: "devices",
    /** Kinds of devices, one and many. A type that is not here is its own words. */
    types: {
      "payment-terminal": { one: "payment terminal", many: "payment terminals" },
      thermostat: { one: "thermostat", many: "thermostats" },
      "energy-meter": { one: "energy meter", many: "energy meters" },
      "door-sensor": { one: "door sensor", many: "door sensors" },
      kiosk: { one: "kiosk", many: "kiosks" },
      camera: { one: "camera", many: "cameras" },
      controller: { one: "controller", many: "controllers" },
      unknown: { one: "device", many: "devices" },
    },
    /** The plural of a type that is not in the list. */
    plainPlural: (type: string) => `${type}s`,
    unknownType: "Unknown type",
  };
}

export type StateTexts = ReturnType<typeof states>;
