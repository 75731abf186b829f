import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../../protocol/clock.ts";
import type { LiveEvent } from "../../../protocol/live/event.ts";
import type { Outcome } from "../../../protocol/notifications/outcome.ts";
import type { Random } from "../../../protocol/random.ts";
import type { Note } from "../../audit/audit.ts";
import type { CloudDatabase } from "../../database/database.ts";
import type { DeviceOutbox } from "../device-outbox.ts";
import type { Senders } from "../senders.ts";
import type { Gates } from "./gates.ts";

/** What the engine needs of the rest of the cloud. */
export interface EngineParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  log: Logger;
  /** `Audit.note` */
  note: Note;
  senders: Pick<Senders, "hand" | "written" | "resume">;
  outbox: Pick<DeviceOutbox, "sendWithin">;
  gates: Gates;
  /** `Mail.sendNotification` */
  sendLetter(letter: NotificationLetter): Promise<Outcome>;
  live: {
    publish(organizationId: string, event: LiveEvent, audience?: ReadonlySet<string>): void;
    isHeard(organizationId: string): boolean;
  };
  /** The unguessable word with which the receiver of a delivery tells what became of it. */
  receiptToken(deliveryId: string): string;
}

/** One notification as a letter. */
export interface NotificationLetter {
  /** Of the delivery. */
  id: string;
  email: string;
  title: string;
  body: string;
  /** Of the dashboard (`/…`) or of the web; null: there is nothing to open. */
  link: string | null;
  language: string;
}
