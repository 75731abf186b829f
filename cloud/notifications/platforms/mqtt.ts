import * as v from "valibot";
import { accept } from "../../../protocol/errors.ts";
import { deviceNotification } from "../../../protocol/notifications/device-notification.ts";
import type { Message } from "../../../protocol/notifications/message.ts";
import { type Outcome, refused } from "../../../protocol/notifications/outcome.ts";
import { DAY, KIB, SECOND } from "../../../protocol/units.ts";
import { changed, leftOut, notesOf, ofFault, timeLeft, tooLarge, utf8Bytes } from "./fates.ts";
import { ExternalBroker } from "./mqtt-broker.ts";
import type { Handing, Platform, PlatformParts } from "./platform.ts";

/** Devices of the sites through their gateway's broker, and topics of a broker elsewhere (mqtt.js). */

const credentials = v.pipe(
  v.strictObject({
    url: v.pipe(
      v.string("must be a text"),
      v.regex(/^mqtts?:\/\/[^/?#@\s]+:\d{1,5}$/, "must be mqtts://HOST:PORT"),
    ),
    username: v.optional(v.pipe(v.string(), v.maxLength(200))),
    password: v.optional(v.pipe(v.string(), v.maxLength(500))),
    /** 5 tells the broker when a message expires; 3.1.1 cannot. */
    version: v.optional(v.picklist(["3.1.1", "5"], "must be 3.1.1 or 5"), "5"),
    /** 2: each message is seen once, whatever is killed when. 1: with fewer steps, and what was under way then may come twice. */
    qos: v.optional(v.picklist(["1", "2"], "must be 1 or 2"), "2"),
  }),
  v.metadata({ ref: "MqttCredentials" }),
);
export type MqttCredentials = v.InferOutput<typeof credentials>;

const limits = { payloadBytes: 64 * KIB, timeToLiveSeconds: (28 * DAY) / SECOND };

export const mqtt: Platform<"mqtt", MqttCredentials | null> = {
  name: "mqtt",
  limits,
  credentials: v.nullable(credentials),
  describe: (given) =>
    given === null ? {} : { broker: given.url, version: given.version, qos: given.qos ?? "2" },

  notes: (message: Message) =>
    notesOf(message, [
      [
        ({ priority }) => priority !== "normal",
        changed("priority", "told to the device, which decides what it does with it"),
      ],
      [({ windows }) => windows !== "toast", leftOut("windows", "only for Windows")],
    ]),

  payload: (message, id) => deviceNotification(id, message, 0),

  open(given, parts) {
    const broker = given === null ? null : new ExternalBroker(given, parts);
    return accept({
      send: (handing) => send(handing, broker, parts),
      written: (ids) => broker?.written(ids),
      qos: () => (broker?.isConnected ? broker.qos : null),
      resume: () => broker?.resume(),
      close: () => broker?.close(),
    });
  },
};

function send(
  handing: Handing<"mqtt">,
  broker: ExternalBroker | null,
  parts: PlatformParts,
): Promise<Outcome> {
  const { id, message, expiresMs, address } = handing;
  const payload = deviceNotification(id, message, expiresMs);
  const large = tooLarge(utf8Bytes(payload), limits.payloadBytes);
  if (large !== null) return Promise.resolve(large);
  if (address.topic === undefined) return parts.toDevice(handing).catch(ofFault);
  if (broker === null)
    return Promise.resolve(refused("there are no credentials for an external MQTT broker"));
  const leftSeconds = timeLeft(handing, parts.clock, limits);
  return broker.publish(id, { topic: address.topic, payload, leftSeconds });
}
