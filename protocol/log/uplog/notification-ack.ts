import * as v from "valibot";
import { deviceKeySchema, idSchema } from "../../ids.ts";
import { RECEIPTS } from "../../notifications/outcome.ts";
import { timeMsSchema } from "../../telemetry/reading.ts";

/**
 * What became of a notification at its device, by the gateway's clock: what the device said of it, or that it expired
 * at the gateway before the device had it.
 */
export const notificationAck = v.object({
  kind: v.literal("notification.ack"),
  device: deviceKeySchema,
  id: idSchema,
  action: v.picklist([...RECEIPTS, "expired"]),
  atMs: timeMsSchema,
});
export type NotificationAck = v.InferOutput<typeof notificationAck>;
