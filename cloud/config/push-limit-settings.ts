import { numberSetting } from "../../protocol/settings/setting.ts";

/** How much the platforms are handed. What is more waits for its turn, and costs nobody else's platform anything. */

const AT_ONCE_MAX = 4_096;
const PER_SECOND_MAX = 1_000_000;

const perSecond = (name: string, what: string, fallback: number) =>
  numberSetting({
    name,
    about: `${what} a second at most; \`0\` for as fast as it goes.`,
    fallback,
    min: 0,
    max: PER_SECOND_MAX,
  });
const atOnce = (name: string, what: string, fallback: number) =>
  numberSetting({
    name,
    about: `${what} that are under way at the same time at most.`,
    fallback,
    min: 1,
    max: AT_ONCE_MAX,
  });

export const PUSH_LIMIT_SETTINGS = {
  fcmPerSecond: perSecond(
    "push.fcm-per-second",
    "Messages of an organisation to FCM, which takes 600,000 a minute from a project,",
    10_000,
  ),
  fcmAtOnce: atOnce("push.fcm-at-once", "Messages of an organisation to FCM", 256),
  apnsPerSecond: perSecond("push.apns-per-second", "Messages of an organisation to Apple", 0),
  apnsAtOnce: atOnce("push.apns-at-once", "Messages of an organisation to Apple", 1_000),
  webPushPerSecond: perSecond("push.web-push-per-second", "Messages to one push service of browsers", 0),
  webPushAtOnce: atOnce("push.web-push-at-once", "Messages to one push service of browsers", 512),
  wnsPerSecond: perSecond("push.wns-per-second", "Messages of an organisation to WNS", 1_000),
  wnsAtOnce: atOnce("push.wns-at-once", "Messages of an organisation to WNS", 128),
  brokerPerSecond: perSecond("push.mqtt-per-second", "Messages of an organisation to its external broker", 0),
  brokerAtOnce: atOnce("push.mqtt-at-once", "Messages of an organisation to its external broker", 2_048),
  mailPerSecond: perSecond("mail.per-second", "Notifications that are sent by email", 10),
  mailAtOnce: atOnce("mail.at-once", "Connections to the mail server for notifications", 4),
};
