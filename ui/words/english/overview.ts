import type { Forms } from "../forms.ts";

/** The first page: the whole estate. */
export function overview({ count, counted, plural }: Forms) {
  const sites = { one: "site", other: "sites" };
  const online = (online: number, total: number) =>
    `${count(online)} of ${counted(total, { one: "device", other: "devices" })} online`;
  return {
    noSites: "No sites yet",
    noDevices: (total: number) => `${counted(total, sites)}, no devices yet`,
    allWell: (onlineCount: number, total: number) => `${online(onlineCount, total)}, all is well`,
    needAttention: (onlineCount: number, total: number, attention: number) =>
      `${online(onlineCount, total)}, ${count(attention)} ${plural(attention, { one: "needs", other: "need" })} attention`,
    attention: "Needs attention",
    worstFirst: (total: number) => `Worst first, ${count(total)} in all`,
    nothingDoes:
      "Nothing does. What goes wrong appears here, the worst first, with its reason and since when.",
    totals: "Totals",
    sites: "Sites",
    sitesWell: "All well",
    sitesInTrouble: (total: number) => `${counted(total, sites)} with problems`,
    devicesOnline: "Devices online",
    of: (total: string) => ` of ${total}`,
    offline: (total: number) => `${count(total)} offline`,
    /** Devices behind gateways that are not connected. */
    unseen: (total: number) => `${count(total)} cut off`,
    noneOffline: "None offline",
    simulated: (total: number) => `${count(total)} simulated`,
    inTrouble: "In trouble",
    noTrouble: "No errors, no warnings",
    troubles: (errors: number, warnings: number) =>
      `${counted(errors, { one: "error", other: "errors" })}, ${counted(warnings, { one: "warning", other: "warnings" })}`,
    gatewaysConnected: "Gateways connected",
    entriesBehind: (total: number) => `${counted(total, { one: "entry", other: "entries" })} behind`,
    inStep: "All in step",
    jobs: "Jobs under way",
    stopped: (total: number) => `${count(total)} stopped by failures`,
    paused: (total: number) => `${count(total)} paused`,
    scheduled: (total: number) => `${count(total)} scheduled`,
    noneScheduled: "None scheduled",
    cutOff: "Cut off",
    neverCameText: "Its gateway was set up and has not connected yet",
    andMore: (more: number) => `And ${count(more)} more`,
    /** What to do first about each kind of trouble. */
    next: {
      cutOff: "Check its power and the site’s line; what it measures meanwhile comes later.",
      offline: "Check its power and its network.",
      late: "It may come back by itself; restart it if it does not.",
      error: "See what it measured before; then repair or replace it.",
    },
    quick: "Quick actions",
    addGateway: "Add a gateway",
    wall: "Full screen",
    leaveWall: "Leave the full screen",
    cutOffText: (devices: number) =>
      devices === 0
        ? "Its gateway is not connected"
        : `Its gateway is not connected; ${counted(devices, { one: "device", other: "devices" })} cannot be seen`,
    estate: "Estate",
    someOf: (shown: number, total: number) => `${count(shown)} of ${counted(total, sites)}`,
    counted: (total: number) => counted(total, sites),
    noGatewayYet: "No gateway yet",
    gatewayOffline: "Gateway offline",
    noDevicesYet: "No devices yet",
    onlineOf: (onlineCount: number, total: number) => `${count(onlineCount)} of ${count(total)} online`,
    titled: (site: string, note: string) => `${site}: ${note}`,
    first: "Add your first site",
    firstText:
      "A site is a shop, restaurant or plant with one gateway. The gateway finds its devices and keeps working when the line is down.",
    addSite: "Add a site",
    lookAround: "To look around first, run the demo, a simulated restaurant, from a clone of HOMEPOT:",
    theCommand: "the command",
  };
}

export type OverviewWords = ReturnType<typeof overview>;
