import * as v from "valibot";
import { deviceKeySchema, idSchema } from "../../ids.ts";
import { messageSchema } from "../../notifications/message.ts";
import { timeMsSchema } from "../../telemetry/reading.ts";

/**
 * A notification for a device: published to it until it is acknowledged, and not beyond `expiresMs`. `id` is the
 * delivery's, and comes back with the acknowledgement.
 */
export const notificationSend = v.object({
  kind: v.literal("notification.send"),
  device: deviceKeySchema,
  id: idSchema,
  expiresMs: timeMsSchema,
  message: messageSchema,
});
export type NotificationSend = v.InferOutput<typeof notificationSend>;
