import type { SiteWords } from "../english/sites.ts";
import type { Forms } from "../forms.ts";

export function sites({ count, counted }: Forms): SiteWords {
  return {
    states: {
      noGateway: "Kein Gateway",
      gatewayOffline: "Gateway offline",
      noDevices: "Keine Geräte",
      error: "Fehler",
      deviceOffline: "Gerät offline",
      warning: "Warnung",
      deviceLate: "Gerät verspätet",
      neverSeen: "Gerät nie gesehen",
      well: "Alles in Ordnung",
    },
    troubles: {
      error: (total) => `${count(total)} mit Fehler`,
      offline: (total) => `${count(total)} offline`,
      warning: (total) => counted(total, { one: "Warnung", other: "Warnungen" }),
      late: (total) => `${count(total)} verspätet`,
      maintenance: (total) => `${count(total)} in Wartung`,
      never: (total) => `${count(total)} nie gesehen`,
    },
    well: "alles in Ordnung",
  };
}
