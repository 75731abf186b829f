import { type Words, wordsOf } from "../../ui/words/catalogues.ts";
import { isLanguage, LANGUAGES } from "../../ui/words/languages.ts";
import { letterPage } from "./letter-page.ts";
import type { Letter } from "./smtp.ts";

/** What our letters say: every one as plain text and as HTML, from the same sentences. */

export interface ResetNews {
  email: string;
  link: string;
  /** What the account belongs to. */
  organizations: readonly string[];
  /** Of the dashboard's catalogues; one that there is not is English. */
  language: string;
}

export interface InvitationNews {
  email: string;
  link: string;
  organization: string;
  invitedBy: string;
  /** As that of {@link ResetNews}. */
  language: string;
}

/** What somebody is notified of. */
export interface NotificationNews {
  /** Of the delivery: the same however often it is sent. */
  id: string;
  email: string;
  title: string;
  body: string;
  /** A page of the dashboard (`/…`) or an address of the web; null: there is nothing to open. */
  link: string | null;
  /** As that of {@link ResetNews}. */
  language: string;
}

export interface Content {
  /** BCP 47 */
  language: string;
  to: string;
  subject: string;
  /** Why the letter comes. */
  reason: string;
  /** What to do, when there is something to do. */
  action: { label: string; link: string } | null;
  /** For how long it is good, what to do when it was not oneself. */
  notes: readonly string[];
  /** Who wrote it. */
  sender: string;
}

export function resetLetter(news: ResetNews, publicUrl: string): Letter {
  const { email, link, organizations } = news;
  const { letters, language } = letterWords(news.language);
  const at = new Intl.ListFormat(LANGUAGES[language].locale).format(organizations);
  return compose({
    language,
    to: email,
    subject: letters.resetSubject,
    reason: at === "" ? letters.resetReason(email) : letters.resetReasonAt(email, at),
    action: { label: letters.resetAction, link },
    notes: [letters.resetGood, letters.resetNotYou],
    sender: senderAt(publicUrl),
  });
}

export function invitationLetter(news: InvitationNews, publicUrl: string): Letter {
  const { email, link, organization, invitedBy } = news;
  const { letters, language } = letterWords(news.language);
  return compose({
    language,
    to: email,
    subject: letters.invitationSubject(organization),
    reason: letters.invitationReason(invitedBy, organization),
    action: { label: letters.invitationAction, link },
    notes: [letters.invitationGood, letters.invitationNotYou(invitedBy, organization)],
    sender: senderAt(publicUrl),
  });
}

export function notificationLetter(news: NotificationNews, publicUrl: string): Letter {
  const { id, email, title, body, link } = news;
  const { letters, language } = letterWords(news.language.split("-")[0] ?? "");
  const target = link?.startsWith("/") ? `${publicUrl}${link}` : link;
  const letter = compose({
    language,
    to: email,
    subject: title,
    reason: body === "" ? title : body,
    action:
      target === null || target === undefined ? null : { label: letters.notificationAction, link: target },
    notes: [letters.notificationWhy],
    sender: senderAt(publicUrl),
  });
  return { ...letter, id };
}

/** What `homepot-cloud mail-test` sends. */
export function testLetter(to: string, publicUrl: string): Letter {
  const { letters, language } = letterWords("en");
  return compose({
    language,
    to,
    subject: letters.testSubject,
    reason: letters.testReason,
    action: null,
    notes: [letters.testNotYou],
    sender: senderAt(publicUrl),
  });
}

function letterWords(language: string): Words {
  return wordsOf(isLanguage(language) ? language : "en");
}

const senderAt = (publicUrl: string): string => `HOMEPOT, ${publicUrl}`;

function compose(content: Content): Letter {
  const { to, subject, reason, action, notes, sender } = content;
  const lines = [reason, ...(action === null ? [] : [`${action.label}:\n${action.link}`]), ...notes];
  return { to, subject, text: `${lines.join("\n\n")}\n\n-- \n${sender}\n`, html: letterPage(content) };
}
