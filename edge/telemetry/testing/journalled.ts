import type { EdgeDatabase } from "../../database/database.ts";
import { Journal } from "../journal.ts";

/** The messages that a restart would find taken in and in no chunk yet, in the order they came. */
export function journalled(db: EdgeDatabase): { device: string; payload: string }[] {
  return [...new Journal(db).replay(() => undefined)].map(({ message }) => ({
    device: message.device,
    payload: Buffer.from(message.payload).toString(),
  }));
}
