/**
 * Notifications: the platforms they are sent by, and what their receivers say of them.
 *
 * Promises: a receipt is stored in the transaction that moves the cursor of the gateway that brought it.
 */
export { type ReceivedReceipt, receiptsOf, storeReceipt, type TakeReceipt } from "./receipts.ts";
