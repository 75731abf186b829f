/**
 * Notifications: the platforms they are sent by, the addresses they are sent to, and what their receivers say of them.
 *
 * Promises: what a platform answers is understood as one of few outcomes, and an address that is of nobody any more is
 * disabled with the reason; credentials are sealed at rest and shown to nobody; an address that somebody chose never
 * leads inside; a receipt is stored in the transaction that moves the cursor of the gateway that brought it.
 * The engine (`engine/`) decides when and to whom: what is to do stands in the database alone, each delivery goes from state
 * to state in one place, and one that is slow or broken never delays another.
 */
export { Engine } from "./engine/engine.ts";
export { createNotifications, NOTIFICATION_NEEDS, type Notifications } from "./notifying.ts";
export { createPush, PUSH_NEEDS, type Push } from "./push.ts";
export { createPushParts, type PushParts, type PushSettings } from "./push-parts.ts";
export { ReceiptAge } from "./receipt-age.ts";
export { receiptToken } from "./receipt-token.ts";
export { type ReceivedReceipt, receiptsOf, storeReceipts, type TakeReceipt } from "./receipts.ts";
export { pushRoutes } from "./routes.ts";
export type { Vapid } from "./vapid.ts";
