import type { Forms } from "../forms.ts";

/** Sites: their states, lists, forms and pages. */
export function sites({ count, counted }: Forms) {
  return {
    /** The worst that is true of a site. */
    states: {
      noGateway: "No gateway",
      gatewayOffline: "Gateway offline",
      noDevices: "No devices",
      error: "Error",
      deviceOffline: "Device offline",
      warning: "Warning",
      deviceLate: "Device late",
      neverSeen: "Device never seen",
      well: "All well",
    },
    /** What is wrong with its devices. */
    troubles: {
      error: (total: number) => `${count(total)} in error`,
      offline: (total: number) => `${count(total)} offline`,
      warning: (total: number) => counted(total, { one: "warning", other: "warnings" }),
      late: (total: number) => `${count(total)} late`,
      maintenance: (total: number) => `${count(total)} in maintenance`,
      never: (total: number) => `${count(total)} never seen`,
    },
    well: "all well",
  };
}

export type SiteWords = ReturnType<typeof sites>;
