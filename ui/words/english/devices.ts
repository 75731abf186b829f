import type { Forms } from "../forms.ts";
import type { Rich, Slot } from "../rich.ts";

const CHIPS = {
  q: "Search",
  site: "Site",
  type: "Type",
  connectivity: "Connection",
  health: "Health",
  tag: "Tag",
  firmware: "Firmware",
  lifecycle: "Lifecycle",
};
type ChipKey = keyof typeof CHIPS;

/** Devices: lists, and the pages of one. */
export function devices({ count, counted }: Forms) {
  const nouns = { one: "device", other: "devices" };
  return {
    title: "Devices",
    counted: (total: number) => counted(total, nouns),
    noneYet: "No devices yet",
    search: "Search devices by name, key, type or serial number",
    searchShort: "Name, key, type or serial number",
    any: {
      connectivity: "Connection",
      health: "Health",
      type: "Type",
      site: "Site",
      tag: "Tag",
      firmware: "Firmware",
      config: "Configuration",
    },
    found: (total: number) => `${counted(total, nouns)} found`,
    noMatch: "No device matches",
    noMatchText: "Take a filter away, or look for something else.",
    showAll: "Show all devices",
    chip: (key: ChipKey, value: string) => `${CHIPS[key]}: ${value}`,
    unknownSite: "unknown",
    simulatedOnly: "Simulated only",
    realOnly: "Real only",
    drifted: "Not as wanted",
    provenances: { real: "Real", simulated: "Simulated" },
    emptyTitle: "Devices come with their gateway",
    emptyText:
      "Add a gateway to a site first. A device appears here as soon as its gateway knows it; on the gateway:",
    addCommand: "the command that adds a device",
    addGateway: "Add gateway",
    /** A device made by hand. */
    add: "Add device",
    addTitle: "Add a device",
    addText:
      "It is expected from now on, and comes alive as soon as its gateway knows it. What you leave empty it says itself.",
    siteHint: "Sites without a gateway are not offered.",
    noGateways: "No site has a gateway yet",
    noGatewaysText: "A device is known by the gateway of its site. Add one first.",
    keyHint: "What the device is called on its gateway: its MQTT user name, such as till-1.",
    nameHint: "What people call it.",
    expected: "It is expected, and was not heard from yet. Make its credentials on the gateway of its site:",
    /** Deleted devices. */
    deleteText:
      "For a device that should not be there at all. It goes out of everything with what it measured, and can be restored for 30 days.",
    deleteConsequence:
      "It goes out of every list, its history with it. For 30 days it can be restored, with what it says meanwhile; then it is gone for good, and its gateway lets it connect no more.",
    deleteVerb: "Delete device",
    noDeleted: "No deleted devices",
    deletedDevices: (total: number) => counted(total, { one: "deleted device", other: "deleted devices" }),
    deletedText:
      "A device comes back with what it measured, also meanwhile. After 30 days it is gone for good.",
    nothingToRestoreText: "A device that is deleted waits here for 30 days.",
    /** The page of its configuration. */
    configurationOf: (name: string) => `${name}: configuration`,
    nothingWanted: "Nothing wanted",
    inStep: "In step",
    waiting: "Waiting for the device",
    refusing: "Refused by the device",
    /** Above the charts of a device with a wrong clock. */
    ownTimesAhead: (span: string) =>
      `The charts go by the device’s own clock, which is ${span} ahead: what it measures now is at their right edge, ${span} after the time here.`,
    ownTimesBehind: (span: string) =>
      `The charts go by the device’s own clock, which is ${span} behind: what it measures now is at their right edge, ${span} before the time here.`,
    compare: "Wanted and reported",
    noConfig: (topic: Slot): Rich => [
      "The device has reported no settings, and none are wanted of it. Settings saved below are published to ",
      topic,
      ", retained, and stay wanted until the device reports them.",
    ],
    wanted: "Wanted",
    reported: "Reported",
    version: (version: string) => `Version ${version}`,
    asJson: "Settings as JSON",
    changeWanted: "Change what is wanted",
    saveAndSend: "Save and send",
    retire: "Retire",
    retireText: (command: Slot): Rich => [
      "Takes it out of every list and count. What it measured stays, and it can be restored at any time. To stop it from connecting, remove it at its gateway as well: ",
      command,
    ],
    retireVerb: (name: string) => `Retire ${name}`,
    details: "Details",
    name: "Name",
    typeHint: "Lower case with hyphens, such as payment-terminal.",
    save: "Save",
    noted: "Noted",
    gatewayAway: "Its gateway is not connected",
    gatewayAwaySince: (ago: Slot): Rich => ["Its gateway is not connected and was last heard ", ago],
    neverHeard: "Registered, and not heard from since",
    saidBefore: "What is shown here was said before. What is measured meanwhile arrives when it is back.",
    lastSaid: "What is shown below is the last it said. What it measures meanwhile arrives when it is back.",
    lasting: (state: string, span: Slot): Rich => [`${state} for `, span],
    because: (reason: string) => `: ${reason}`,
    device: "Device",
    connection: "Connection",
    health: "Health",
    site: "Site",
    lastSeen: "Last seen",
    never: "Never",
    tabs: {
      overview: "Overview",
      jobs: "Jobs",
      notifications: "Notifications",
      configuration: "Configuration",
    },
    retired: "is retired: it is in no list and no count, and what it measured stays.",
    restore: "Restore",
    about: "About",
    type: "Type",
    model: "Model",
    firmware: "Firmware",
    serial: "Serial",
    key: "Key",
    registered: "Registered",
    lifecycle: "Lifecycle",
    lifecycles: { pending: "Pending", active: "Active", suspended: "Suspended", retired: "Retired" },
    provenance: "Provenance",
    saysOfItself: "What it says about itself",
    /** What was done, in a chart. */
    jobMark: (job: string, state: string) => `${job}: ${state}`,
    layerMark: (layer: string, version: number) =>
      `Configuration changed: ${layer}, version ${count(version)}`,
  };
}

export type DeviceWords = ReturnType<typeof devices>;
