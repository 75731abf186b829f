import * as v from "valibot";
import type { Result } from "../errors.ts";
import { idSchema } from "../ids.ts";
import { parseJson } from "../json.ts";
import { check } from "../validate.ts";
import type { Message } from "./message.ts";
import { RECEIPTS } from "./outcome.ts";

/** What a device gets on its topic `notification`, and what it answers on `notification/ack`. */

/** The payload. `expiresAt`: ms since 1970; after it the device should not show it any more. */
export function deviceNotification(id: string, message: Message, expiresMs: number): string {
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
    ...{ id, title, body, data, priority, expiresAt: expiresMs },
    ...{ image, link, category, collapseKey, sound, badge, localization },
    ...(actions.length === 0 ? {} : { actions }),
  });
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
