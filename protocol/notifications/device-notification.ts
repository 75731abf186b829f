import * as v from "valibot";
import type { Result } from "../errors.ts";
import { idSchema } from "../ids.ts";
import { parseJson } from "../json.ts";
import { check } from "../validate.ts";
import type { Message } from "./message.ts";
import { RECEIPTS } from "./outcome.ts";

/** What a device gets on its topic `notification`, and what it answers on `notification/ack`. */

/** What all who get a message get, from its second field on: made once for each message, however many there are. */
const bodies = new WeakMap<Message, string>();

/** The payload. `expiresAt`: ms since 1970; after it the device should not show it any more. */
export function deviceNotification(id: string, message: Message, expiresMs: number): string {
  const known = bodies.get(message) ?? bodyOf(message);
  bodies.set(message, known);
  return `{"id":${JSON.stringify(id)},"expiresAt":${expiresMs},${known}`;
}

function bodyOf(message: Message): string {
  const {
    title,
    body,
    data,
    priority,
    image,
    link,
    actions,
    category,
    collapseKey,
    sound,
    badge,
    localization,
  } = message;
  return JSON.stringify({
    ...{ title, body, data, priority },
    ...{ image, link, category, collapseKey, sound, badge, localization },
    ...(actions.length === 0 ? {} : { actions }),
  }).slice(1);
}

const ackSchema = v.object({
  id: idSchema,
  action: v.picklist(RECEIPTS, `must be one of ${RECEIPTS.join(", ")}`),
});
export type DeviceAck = v.InferOutput<typeof ackSchema>;

/** Codes: `payload.not-json`, `payload.invalid`. */
export function parseDeviceAck(text: string): Result<DeviceAck> {
  const json = parseJson(text);
  return json.ok ? check(ackSchema, json.value, "payload.invalid") : json;
}
