import type { Forms } from "../forms.ts";
import type { Rich, Slot } from "../rich.ts";

/** Sites: their states, lists, forms and pages. */
export function sites({ count, counted }: Forms) {
  const entries = { one: "entry", other: "entries" };
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
    title: "Sites",
    counted: (total: number) => counted(total, { one: "site", other: "sites" }),
    noneYet: "No sites yet",
    add: "Add site",
    search: "Search sites by name or address",
    anyTag: "Any tag",
    deletedSites: (total: number) => counted(total, { one: "deleted site", other: "deleted sites" }),
    noMatch: "No site matches",
    noMatchText: (q: string) => `There is none whose name or address has “${q}”.`,
    noMatchTag: (tag: string) => `There is none with the tag “${tag}”.`,
    showAll: "Show all sites",
    found: (total: number) => `${counted(total, { one: "site", other: "sites" })} found`,
    site: "Site",
    state: "State",
    devices: "Devices",
    online: "Online",
    gateway: "Gateway",
    noneYetHere: "None yet",
    onlineOf: (online: number, total: number) => `${count(online)} of ${count(total)} online`,
    cannotBeSeen: "Its devices cannot be seen",
    connected: "Connected",
    neverConnected: "Never connected",
    lastSeenAgo: (ago: Slot): Rich => ["Last seen ", ago],
    emptyTitle: "A site is a place with one gateway",
    emptyText:
      "A shop, a restaurant, a plant. Add one, then give its gateway a claim code, and its devices appear by themselves.",
    /** The page of one. */
    localTime: (time: Slot, zone: string): Rich => [time, ` in ${zone}`],
    edit: "Edit",
    noted: "Noted",
    notes: "Notes",
    countedDevices: (total: number) => counted(total, { one: "device", other: "devices" }),
    showAllDevices: (total: number) => `Show all ${count(total)} devices`,
    name: "Name",
    lastSeen: "Last seen",
    never: "Never",
    behind: "Behind",
    entries: (total: number) => counted(total, entries),
    nothingInStep: "Nothing, in step",
    notKnown: "Not known",
    gone: "Gone",
    goneEntries: (total: number) => `${counted(total, entries)}, by a restored cloud`,
    version: "Version",
    needsGateway: "This site needs a gateway",
    needsGatewayText:
      "The gateway is one program at the site. It collects what the devices say and brings it here. Make a claim code and it enrols itself.",
    addGateway: "Add gateway",
    noDevicesYet: "No devices yet",
    noDevicesText:
      "A device appears here as soon as the gateway knows it. On the gateway, make its MQTT credentials; the password is shown once.",
    deviceCommand: "the command that adds a device",
    letPublish: "Then let it publish, or try it by hand:",
    publishCommand: "the command that publishes a reading",
    noGatewayText: "No gateway is enrolled for this site.",
    delete: "Delete",
    deleteQuestion: (name: string) => `Delete ${name}?`,
    deleteEmpty: "It goes out of every list and can be restored.",
    /** `devices` is 0 when it has none; one of the two there is. */
    deleteText: (devices: number, gateway: boolean) =>
      `It goes out of every list with ${[
        ...(devices === 0 ? [] : [counted(devices, { one: "device", other: "devices" })]),
        ...(gateway ? ["its gateway"] : []),
      ].join(
        " and ",
      )}. The devices keep working at the site, and the gateway keeps what they say. All of it comes back when the site is restored, for 30 days.`,
    deleteVerb: "Delete site",
    /** Deleted sites. */
    noDeleted: "No deleted sites",
    deletedText:
      "A site comes back with its gateway, its devices and what they measured. After 30 days it is gone for good.",
    nothingToRestore: "Nothing to restore",
    nothingToRestoreText: "A site that is deleted waits here for 30 days.",
    deleted: "Deleted",
    restore: "Restore",
    restoreOf: (name: string) => `Restore ${name}`,
    /** The form. */
    addTitle: "Add a site",
    addCrumb: "Add",
    editTitle: (name: string) => `Edit ${name}`,
    gatewayNext: "Its gateway comes next: you get a claim code for it.",
    fields: {
      name: "Name",
      address: "Address",
      timeZone: "Time zone",
      latitude: "Latitude",
      longitude: "Longitude",
      description: "Notes",
      tags: "Tags",
      customAttributes: "Attributes",
    },
    namePlaceholder: "Cardiff Bay",
    zoneHint: "Begin to type a city; its local time is shown on the site's page.",
    save: "Save changes",
    tagLink: {
      "/sites": (tag: string) => `${tag}: all sites with this tag`,
      "/devices": (tag: string) => `${tag}: all devices with this tag`,
    },
    tagsHint: "To filter by, with spaces between them: bar floor:2 pilot",
    attributesHint: "What you want to remember, one on each line, as in “Asset number: A-17”.",
  };
}

export type SiteWords = ReturnType<typeof sites>;
