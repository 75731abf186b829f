import type { PlatformName } from "../../../protocol/notifications/address.ts";
import type { Forms } from "../forms.ts";
import type { Rich, Slot } from "../rich.ts";

/** The push platforms: with whose credentials they are sent by, and the key of browsers. */
export function platforms({ count, counted }: Forms) {
  const browsers = { one: "browser", other: "browsers" };
  return {
    settings: "Push platforms",
    title: (ready: number, total: number) => `${count(ready)} of ${count(total)} platforms are ready to send`,
    text: "What is entered here is sealed at once and never shown again. Browsers, and devices of your sites, need none.",
    platform: "Platform",
    state: "State",
    about: "With",
    places: "Addresses",
    updated: "Entered",
    sources: {
      organization: "Your own credentials",
      service: "Of this service's configuration",
      "built-in": "Needs none",
      none: "No credentials yet",
    },
    takesNothing: "Takes no messages",
    noneSince: (when: Slot, messages: number): Rich => [
      `It took none of the last ${count(messages)} messages, the first of them `,
      when,
      ".",
    ],
    whatToDo:
      "Credentials may be wrong or have run out: enter them again with a test. Otherwise the platform or the way to it fails, and what waits is tried again.",
    onlyDevices: "Devices of your sites; no other broker yet",
    disabled: (total: number) => `${count(total)} switched off`,
    enter: "Enter credentials",
    replace: "Replace credentials",
    forget: "Forget them",
    forgetQuestion: (platform: string) => `Forget the credentials of ${platform}?`,
    forgetService: "From then on those of this service's configuration are used, where it has some.",
    forgetVerb: "Forget them",
    ofService:
      "Whoever runs this service has entered credentials for everybody. Yours would be used in their place.",
    from: {
      fcm: "Firebase console, Project settings, Service accounts, Generate new private key.",
      apns: "Apple Developer, Certificates, Identifiers & Profiles, Keys.",
      wns: "Microsoft Entra admin center, App registrations; the app must be linked to your package's identity.",
      mqtt: "An MQTT broker outside your sites. Devices of your sites are reached by their gateways without it.",
    } satisfies Record<Exclude<PlatformName, "web-push">, string>,
    fields: {
      serviceAccount: "The service account's file (JSON)",
      key: "The key file (.p8)",
      keyId: "Key id",
      teamId: "Team id",
      topic: "Bundle id of the app",
      environment: "Environment",
      tenantId: "Directory (tenant) id",
      clientId: "Application (client) id",
      clientSecret: "Client secret",
      url: "Address",
      username: "User name",
      password: "Password",
      version: "MQTT version",
      qos: "Delivery (QoS)",
      project: "Project",
      account: "Account",
      broker: "Broker",
    },
    urlHint: "mqtts://HOST:PORT",
    qosHint: "Only QoS 2 hands each message on once, whatever breaks when. QoS 1 takes fewer steps.",
    choices: {
      environment: { production: "Production", sandbox: "Sandbox (apps from Xcode)" },
      qos: { 2: "2: exactly once", 1: "1: at least once, faster" },
    } as Record<string, Record<string, string>>,
    handedOn: {
      once: "Each message is handed on once (QoS 2), also when this service is killed or the connection breaks in the middle of it. A subscriber sees it once when it subscribes at QoS 2 itself.",
      perhapsTwice:
        "Messages go at QoS 1: those under way when this service is killed or the connection breaks may be seen twice. Their id is the same.",
      refused: "The broker takes no QoS 2.",
      repeated: (messages: number, last: Slot): Rich => [
        `${counted(messages, { one: "message", other: "messages" })} may have been seen twice, because the broker had forgotten what was under way; last `,
        last,
        ".",
      ],
    },
    test: {
      fcm: "Send a test to this registration token",
      apns: "Send a test to this device token",
      wns: "Send a test to this channel",
      mqtt: "Send a test to this topic",
    } satisfies Record<Exclude<PlatformName, "web-push">, string>,
    testHint: "Nothing is saved when the platform refuses it. Empty: saved without a test.",
    secretAgain: "Secrets are not shown again: enter them once more.",
    itSaid: (detail: string) => `It said: ${detail}`,
    save: "Save and test",
    whoMay: "Owners and administrators may change this.",
    vapid: {
      title: "Key of browsers",
      text: "Every browser that gets notifications subscribed with this key (VAPID). Another one takes nothing from those that have the old one.",
      publicKey: "Public key",
      since: "Made",
      subscribers: (total: number) => counted(total, browsers),
      has: "Subscribed with it",
      older: "Older keys that still serve",
      rotate: "Make another key",
      rotateQuestion: "Make another key?",
      rotateText:
        "Browsers subscribe with it from now on. Those that have the present one go on getting messages; it goes when nobody has it any more.",
      rotateVerb: "Make another key",
      notYet: "Nobody has subscribed with it yet, so that there is nothing to replace.",
    },
  };
}

export type PlatformWords = ReturnType<typeof platforms>;
