import type { Forms } from "../forms.ts";
import type { Rich, Slot } from "../rich.ts";

/** Firmware that jobs bring to devices: the list, and the form that uploads one. */
export function firmware({ counted }: Forms) {
  const devices = { one: "device", other: "devices" };
  const jobs = { one: "job", other: "jobs" };
  return {
    title: "Firmware",
    noneYet: "No firmware yet",
    counted: (total: number) => counted(total, { one: "firmware version", other: "firmware versions" }),
    found: (total: number) => counted(total, { one: "firmware version", other: "firmware versions" }),
    emptyTitle: "Nothing to bring to devices yet",
    emptyText:
      "Upload a firmware once. A job then brings it to the devices you choose, checks that it came whole, and goes back to the one before when a device is not well with it.",
    upload: "Upload firmware",
    search: "Search by name or version",
    searchShort: "Search firmware",
    anyType: "Any type",
    forType: (type: string) => `For ${type}`,
    noMatch: "No firmware matches",
    noMatchText: "Take a filter away, or look for something else.",
    showAll: "Show all firmware",
    firmware: "Firmware",
    size: "Size",
    checksum: "SHA-256",
    uploaded: "Uploaded",
    by: (when: Slot, who: string): Rich => [when, ` by ${who}`],
    use: "In use",
    actions: "Actions",
    anyDevice: "Any device",
    moreJobs: (total: number) => `and ${counted(total, jobs)} more`,
    noJobs: "No job needs it",
    run: (total: number) => `${counted(total, devices)} ${total === 1 ? "reports" : "report"} it`,
    noneRun: "No device reports it",
    rollOut: "Roll out",
    rollOutOf: (name: string) => `Roll out ${name}`,
    delete: "Delete",
    deleteOf: (name: string) => `Delete ${name}`,
    deleteQuestion: (name: string) => `Delete ${name}?`,
    deleteText:
      "Devices that run it keep it. You can take this back for a day, unless another upload needs the room.",
    inUse: (name: string) => `${name} is needed`,
    inUseText: (total: number) =>
      `${counted(total, jobs)} ${total === 1 ? "brings" : "bring"} it to devices. Cancel ${total === 1 ? "it" : "them"}, or wait until ${total === 1 ? "it has" : "they have"} ended.`,
    close: "Close",
    uploadTitle: "Upload a firmware",
    uploadText: "It is kept as it is, and brought to devices by jobs only.",
    name: "Name",
    nameHint: "What it is called in lists and jobs, such as terminal.",
    version: "Version",
    versionHint:
      "What the device reports as its firmware once it runs it: that is how a job knows it worked.",
    type: "Type of device",
    typeHint: "Devices of another type refuse it. Empty: any device.",
    sha256Hint: "64 hexadecimal digits, if you know them. What came is compared with it.",
    file: "File",
    fileHint: (most: string) => `${most} at most.`,
    again: "Choose the file once more: a browser does not keep it.",
    send: "Upload",
    refused: {
      tooLarge: (most: string) => `must have at most ${most}`,
      noRoom: "has no room any more: delete firmware that no job needs, or have the limit raised",
      damaged: "is not the SHA-256 of the file that came",
      empty: "choose a file that is not empty",
    },
    /** What the script says; what it is given stands as a name in braces. */
    script: {
      sending: "Sending {sent} of {total}",
      left: "{time} left",
      seconds: "{count} s",
      minutes: "{count} min",
      keeping: "All sent. The cloud writes it to its disk.",
      stop: "Stop the upload",
      stopped: "Stopped. Nothing was kept; what you typed is still here.",
      broken: "The line broke, and nothing was kept. What you typed is still here: try again.",
      tooLarge: "must have at most {most}",
    },
  };
}

export type FirmwareWords = ReturnType<typeof firmware>;
