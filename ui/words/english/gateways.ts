import type { Forms } from "../forms.ts";
import type { Rich, Slot } from "../rich.ts";

/** Gateways: their states, the list, and how one is added. */
export function gateways({ count, counted }: Forms) {
  const entries = { one: "entry", other: "entries" };
  const gatewayNoun = { one: "gateway", other: "gateways" };
  return {
    title: "Gateways",
    revoked: "Revoked",
    connected: "Connected",
    neverConnected: "Never connected",
    offline: "Offline",
    noneYet: "No gateways yet",
    counted: (total: number) => counted(total, gatewayNoun),
    connectedOf: (connected: number, total: number) =>
      `${count(connected)} of ${counted(total, gatewayNoun)} connected`,
    clockAdvice: "Readings are shown at corrected times. Check NTP on the gateway.",
    forgottenAdvice:
      "This cloud was restored from a backup, and the gateway no longer held these. What devices are now was told anew.",
    cloned: "Two machines are this gateway",
    clonedAdvice:
      "Its disk was copied, or restored to a second machine, and both run with the same key: they cut each other off, and each has readings the other lacks. Switch one of them off. If you do not know where the other is, use Replace on the right machine: it gets a key of its own, and the other is not let in any more.",
    clonedSeen: (when: Slot): Rich => ["Last noticed ", when, "."],
    search: "Search gateways by name or site",
    noMatch: "No gateway matches",
    noMatchText: "Take a filter away, or look for something else.",
    showAll: "Show all gateways",
    add: "Add gateway",
    gateway: "Gateway",
    state: "State",
    lastSeen: "Last seen",
    behind: "Behind",
    version: "Version",
    actions: "Actions",
    never: "Never",
    entries: (total: number) => counted(total, entries),
    inStep: "In step",
    notKnown: "Not known",
    setAside: (total: number) => `${counted(total, entries)} set aside`,
    gone: (total: number) => `${counted(total, entries)} gone`,
    runs: (version: string) => `runs ${version}`,
    newest: "The newest",
    newer: (version: string) => `${version} is there`,
    updateAll: (total: number) => `Update ${counted(total, gatewayNoun)}`,
    updateThis: "Update",
    updates: "Updates",
    lastUpdate: "Last update",
    updating: (percent: number | null) => (percent === null ? "Updating" : `Updating, ${count(percent)} %`),
    updateWaits: "Waits to be updated",
    updateFailed: "Update did not work",
    allUpdates: "All updates of this site",
    noReleases: "This cloud has no releases to hand on.",
    neverUpdated: "Never updated from here.",
    titled: (site: string, state: string) => `Gateway of ${site}: ${state}`,
    about: "About",
    connectedFor: "Connected for",
    lastConnected: "Last connected",
    clock: "Clock",
    protocol: "Protocol",
    since: "Added",
    id: "Id",
    revoke: "Revoke",
    revokeQuestion: (site: string) => `Revoke the gateway of ${site}?`,
    revokeText:
      "It is cut off at once and cannot come back without a new claim code. Its devices and their history stay.",
    revokeVerb: "Revoke gateway",
    replace: "Replace",
    replaceQuestion: (site: string) => `Let another machine be the gateway of ${site}?`,
    replaceText:
      "You get a claim code for the machine that takes its place. Once it is used, the one before is not let in any more.",
    replaceSteps:
      "The machine that uses this code takes the gateway’s place. Devices, their passwords, configuration and schedules come back from the cloud; readings that the old machine had not sent do not, nor extra topics and certificates of devices.",
    rotateKey: "Rotate key",
    rotateQuestion: (site: string) => `Another key for the gateway of ${site}?`,
    rotateText:
      "The gateway makes a new key pair itself and proves it with the old one; nobody has to be at the site. Until it has used the new one both are good, for a day at most; then the old one is over.",
    rotateVerb: "Ask for another key",
    key: "Key",
    keyUsed: (span: Slot): Rich => ["In use for ", span],
    keyAsked: (when: Slot): Rich => ["Another was asked for ", when, "; the gateway has yet to make it"],
    keyMade: (when: Slot): Rich => ["Another was made ", when, "; the gateway has yet to use it"],
    emptyTitle: "A gateway connects a site",
    emptyText:
      "It is one program on one small machine at the site. It needs no open port: it calls the cloud, and keeps working when it cannot.",
    addTitle: "Add a gateway",
    addText:
      "You get a claim code, good for one gateway and 24 hours. The gateway makes its own key; the code is worth nothing afterwards.",
    site: "Site",
    siteHint: "Choose one, or type a new name and the site is made.",
    makeCode: "Make a claim code",
    codeFor: (site: string) => `Claim code for ${site}`,
    codeText: "It is shown this once. If it gets lost, make another; an unused one runs out by itself.",
    theCode: "the claim code",
    runsOut: (when: Slot): Rich => ["Runs out ", when],
    onGateway: "On the gateway",
    install:
      "Run this on the machine that is to be the gateway. It brings the program, checks it, installs it as a service, enrols it, and ends with what works and what does not. Run again it repairs.",
    installCommand: "the command that installs the gateway",
    qrCode: "QR code with the command",
    qrHint: "The same command, for a phone that is connected to the gateway.",
    byHand: "A gateway that is installed already",
    noRelease:
      "This cloud has no release of the gateway’s program to hand out yet. Whoever runs it makes one with ./scripts/release and puts it into its folder for releases. Until then, bring the program there yourself:",
    enrol: "Enrol it with the code.",
    enrolCommand: "the command that enrols the gateway",
    start: "Start it. It connects by itself and stays connected.",
    startCommand: "the command that starts the gateway",
    credentials: "Give each device its credentials; the password is shown once.",
    deviceCommand: "the command that adds a device",
    goTo: (site: string) => `Go to ${site}`,
  };
}

export type GatewayWords = ReturnType<typeof gateways>;
