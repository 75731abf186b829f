import type { Forms } from "../forms.ts";
import type { Rich, Slot } from "../rich.ts";

/** The page that a gateway itself shows to whoever stands beside it. */
export function localStatus({ count, counted }: Forms) {
  const devices = { one: "device", other: "devices" };
  const messages = { one: "message", other: "messages" };
  return {
    title: "Gateway",
    titleOf: (site: string) => `Gateway of ${site}`,
    description: "How this gateway is, and what to do about what does not work",
    enterCode: "Access code",
    codeText: (command: Slot): Rich => ["The access code is shown on the gateway by ", command, "."],
    show: "Show the status",
    wrongCode:
      "This is not the code. Look again at what the gateway shows; upper and lower case do not matter.",
    tooMany: "Too many wrong codes came from here. Wait ten minutes, then try again.",
    leave: "Leave",
    again: "Look again",
    asOf: (time: Slot): Rich => ["As of ", time],
    allWell: "Everything works",
    attention: (total: number) =>
      total === 1 ? "One thing needs attention" : `${count(total)} things need attention`,
    todo: "What to do",
    cloud: "Cloud",
    cloudStates: {
      unenrolled: "This gateway belongs to no site yet. It serves its devices, and tells nobody.",
      stopped: "The line to the cloud is not in use.",
      connecting:
        "The cloud is not reached at the moment. Nothing is lost: what comes in is kept, and sent later.",
      refused: "The cloud does not let this gateway in. Nothing is lost: what comes in is kept.",
      connected: (cloud: string, opened: Slot): Rich => [
        `Connected to ${cloud}; the line was opened `,
        opened,
      ],
    },
    enrolAdvice:
      "In the dashboard, choose Gateways, then Add gateway, and run the command that it shows on this machine.",
    connectAdvice:
      "It is tried again by itself. If it lasts, check the site’s line, then run this on the gateway:",
    waiting: (total: number) => `${counted(total, { one: "entry waits", other: "entries wait" })} to be sent`,
    nothingWaits: "Everything was sent",
    broker: "Broker",
    brokerFine: (listen: string, connections: number) =>
      `Takes devices at ${listen}; ${counted(connections, { one: "connection", other: "connections" })} now`,
    brokerAlone: "Only programs on this machine can reach it.",
    brokerAloneAdvice: (setting: Slot): Rich => [
      "To let devices of the site’s network in, set ",
      setting,
      " in /etc/homepot/edge.toml, and restart the gateway.",
    ],
    devices: "Devices",
    devicesOnline: (online: number, total: number) => `${count(online)} of ${counted(total, devices)} online`,
    noDevices: "No devices yet",
    noDevicesAdvice: "Give each device its name and password with this command:",
    neverHeard: "Not heard from yet",
    heard: (when: Slot): Rich => ["Heard ", when],
    moreDevices: (total: number) => `And ${counted(total, devices)} more`,
    offlineAdvice: "For a device that is offline, check its power, its network, and its name and password.",
    rejected: (total: number) => `${counted(total, messages)} refused`,
    rejectedAdvice: (device: string, reason: string) => `The newest is of ${device}: ${reason}`,
    disk: "Disk",
    diskStates: {
      fine: "Takes what is written to it",
      scarce: "Little room is left",
      full: "Full: devices get no acknowledgement, and keep what they send",
      "read-only": "Read-only: nothing can be stored",
      "not-allowed": "The gateway may not write to its directory",
      failing: "The disk reports faults",
    },
    diskAdvice: {
      scarce: "Free some space on this machine, or give it a larger disk.",
      full: "Free some space on this machine. The gateway goes on by itself as soon as there is room.",
      "read-only": "A disk that fails is often made read-only by the system. Replace it.",
      "not-allowed": "Install the gateway again: that puts its directory right.",
      failing: "Replace it soon, and install the gateway anew.",
    },
    diskRoom: (free: string, used: string, budget: string) =>
      `${free} free; the gateway uses ${used} of the ${budget} it may`,
    dropped: (readings: number) =>
      `${counted(readings, { one: "reading was", other: "readings were" })} dropped to make room`,
    clock: "Clock",
    clockRight: "Right, by the cloud’s",
    clockUnknown: "Not compared with the cloud’s yet",
    clockAhead: (span: string) =>
      `${span} ahead of the cloud’s. Readings are shown there at corrected times.`,
    clockBehind: (span: string) => `${span} behind the cloud’s. Readings are shown there at corrected times.`,
    clockAdvice: "Let the machine ask the network for the time:",
    version: "Version",
    running: (version: string, since: Slot): Rich => [`${version}, started `, since],
    noUpdate: "Updates come from the dashboard; there is nothing to do here.",
    updates: {
      downloading: (version: string) => `Version ${version} is being downloaded`,
      staged: (version: string) => `Version ${version} is ready to be switched to`,
      trial: (version: string) => `Version ${version} is on trial: it stays once it has shown that it works`,
      failed: (version: string, reason: string) =>
        `Version ${version} did not work and was taken back: ${reason}`,
    },
    updateAdvice: "The version before runs, and nothing is lost. Tell whoever runs the cloud.",
    values: "Newest values",
    help: "When something does not work",
    helpText: "This examines everything, and says what to do:",
  };
}

export type LocalStatusWords = ReturnType<typeof localStatus>;
