import type { PlatformName } from "../../../protocol/notifications/address.ts";
import type { Forms } from "../forms.ts";
import type { Rich, Slot } from "../rich.ts";

/** Where messages for a person arrive: their browsers and apps. */
export function endpoints({ counted }: Forms) {
  return {
    settings: "Your notifications",
    title: (total: number) =>
      total === 0
        ? "Notifications reach you nowhere but here yet"
        : `Notifications reach you in ${counted(total, { one: "place", other: "places" })}`,
    text: "Messages for you are in your inbox in any case. Here you say which browsers and apps show them at once.",
    thisBrowser: "This browser",
    looking: "Looking whether this browser gets notifications…",
    off: "It does not show notifications of HOMEPOT yet. It will ask you whether it may.",
    subscribe: "Notify me in this browser",
    on: "Notifications come to this browser, also while no page of HOMEPOT is open. A log-out ends that.",
    denied:
      "You or your browser forbade notifications of this address. Allow them in the settings of the page, beside its address, and load the page again.",
    insecure: "Browsers take notifications only over https, and this page came over plain http.",
    install:
      "An iPhone or iPad gets notifications only as an app: Share, Add to Home Screen, and open HOMEPOT from there.",
    unsupported:
      "This browser cannot get notifications: it has no push, or a private window keeps it from having any.",
    noScript: "Notifications in this browser need script, which is switched off here.",
    failed: "This browser could not be subscribed.",
    itSaid: "It said:",
    again: "Try again",
    subscribed: "Notifications come to this browser from now on.",
    all: "Where you are reached",
    none: "No browser or app is registered for you yet.",
    noneText: "Subscribe this browser above. Apps register themselves.",
    place: "Browser or app",
    platform: "By",
    state: "State",
    lastSent: "Last used",
    never: "Not yet",
    works: "Works",
    ended: "Switched off",
    lasting: (span: Slot): Rich => ["for ", span],
    test: "Test",
    rename: "Rename",
    newName: "Name",
    renameQuestion: (name: string) => `What is ${name} called?`,
    save: "Save",
    remove: "Remove",
    removeQuestion: (name: string) => `Remove ${name}?`,
    removeText: "Nothing is sent there any more. It can be subscribed again from there.",
    removeVerb: "Remove it",
    unnamed: (platform: string) => `${platform}, no name`,
    testFailed: "The test was not taken",
    testFailedText: (reason: string) => `The push service said: ${reason}`,
    testGone: "It is not reached any more and is switched off. Subscribe it again from there, or remove it.",
    platforms: {
      fcm: "Android and others (FCM)",
      apns: "Apple (APNs)",
      "web-push": "Browsers (Web Push)",
      wns: "Windows (WNS)",
      mqtt: "Devices and brokers (MQTT)",
    } satisfies Record<PlatformName, string>,
  };
}

export type EndpointWords = ReturnType<typeof endpoints>;
