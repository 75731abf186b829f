/**
 * Notifications: the platforms they are sent by, the addresses they are sent to, and what their receivers say of them.
 *
 * Promises: what a platform answers is understood as one of few outcomes, and an address that is of nobody any more is
 * disabled with the reason; credentials are sealed at rest and shown to nobody; an address that somebody chose never
 * leads inside; a receipt is stored in the transaction that moves the cursor of the gateway that brought it.
 * Never decides when or how often to send.
 */
export { createPush, PUSH_NEEDS, type Push } from "./push.ts";
export { createPushParts, type PushParts, type PushSettings } from "./push-parts.ts";
export { ReceiptAge } from "./receipt-age.ts";
export { type ReceivedReceipt, receiptsOf, storeReceipt, type TakeReceipt } from "./receipts.ts";
export { pushRoutes } from "./routes.ts";
export type { Vapid } from "./vapid.ts";
