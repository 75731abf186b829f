import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { type Outcome, refused, retryable, sent } from "../../protocol/notifications/outcome.ts";
import type { Random } from "../../protocol/random.ts";
import { faultOf } from "./fault.ts";
import {
  type InvitationNews,
  invitationLetter,
  type NotificationNews,
  notificationLetter,
  type ResetNews,
  resetLetter,
} from "./letters.ts";
import { Outbox } from "./outbox.ts";
import type { Mailer } from "./smtp.ts";

export { faultOf } from "./fault.ts";
export { testLetter } from "./letters.ts";
export { SmtpMailer, type SmtpServer } from "./smtp.ts";

/**
 * The letters people get from us.
 *
 * Promises: whoever asks for one never waits for it, nor fails with it; one that the mail server cannot take now is
 * offered to it again for some minutes; one that was given up is logged with what to do. Nothing waits on disk, because
 * the links are ways in and the database keeps only their hashes: what is unsent when the service stops is lost, and
 * logged as such.
 */
export interface Mail {
  /** False when there is no mail server, and links are logged instead. */
  readonly isSending: boolean;
  /** Brings the link to a person who forgot the password. */
  sendResetLink(news: ResetNews): void;
  /** Brings somebody the link with which they join an organisation. */
  sendInvitation(news: InvitationNews): void;
  /** One that whoever asks waits for and tries again by itself: what the mail server said of it. Never rejects. */
  sendNotification(news: NotificationNews): Promise<Outcome>;
  /** Gives letters under way a few seconds, then drops what is left. */
  stop(): Promise<void>;
}

export interface MailParts {
  /** Null when there is no mail server: the links are logged for the administrator. */
  mailer: Mailer | null;
  clock: Clock;
  random: Random;
  log: Logger;
  /** Where people reach the dashboard, without a slash at the end. */
  publicUrl: string;
}

export function createMail({ mailer, publicUrl, ...parts }: MailParts): Mail {
  if (mailer === null) return loggedMail(parts.log);
  const outbox = new Outbox({ ...parts, mailer });
  return {
    isSending: true,
    sendResetLink: (news) => outbox.post(resetLetter(news, publicUrl)),
    sendInvitation: (news) => outbox.post(invitationLetter(news, publicUrl)),
    async sendNotification(news) {
      try {
        await mailer.send(notificationLetter(news, publicUrl));
        return sent();
      } catch (error) {
        const { reason, retryable: mayPass } = faultOf(error);
        return mayPass ? retryable(reason) : refused(reason);
      }
    },
    stop: () => outbox.stop(),
  };
}

function loggedMail(log: Logger): Mail {
  return {
    isSending: false,
    sendResetLink({ email, link }) {
      log.warn("somebody asked to set a new password; give them this link", { email, link });
    },
    sendInvitation({ email, link, organization }) {
      log.warn("somebody was invited; give them this link", { email, organization, link });
    },
    sendNotification: async () => refused("the service has no mail server"),
    stop: async () => undefined,
  };
}
