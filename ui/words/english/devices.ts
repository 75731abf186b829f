import type { Rich, Slot } from "../rich.ts";

/** Devices: lists, and the pages of one. */
export function devices() {
  return {
    gatewayAway: "Its gateway is not connected",
    gatewayAwaySince: (ago: Slot): Rich => ["Its gateway is not connected and was last heard ", ago],
    neverHeard: "Registered, and not heard from since",
    saidBefore: "What is shown here was said before. What is measured meanwhile arrives when it is back.",
    lastSaid: "What is shown below is the last it said. What it measures meanwhile arrives when it is back.",
    since: (state: string, ago: Slot): Rich => [`${state} since `, ago],
    because: (reason: string) => `: ${reason}`,
    device: "Device",
    connection: "Connection",
    health: "Health",
    site: "Site",
    lastSeen: "Last seen",
    never: "Never",
    tabs: { overview: "Overview", configuration: "Configuration" },
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
  };
}

export type DeviceWords = ReturnType<typeof devices>;
