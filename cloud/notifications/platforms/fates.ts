import type { Clock } from "../../../protocol/clock.ts";
import { RefusalError } from "../../../protocol/errors.ts";
import type { MappingNote, Message } from "../../../protocol/notifications/message.ts";
import { type Outcome, refused, retryable, throttled } from "../../../protocol/notifications/outcome.ts";
import { DAY, MINUTE, SECOND } from "../../../protocol/units.ts";

/** What all platforms have in common: how what happened on the way becomes an outcome. */

/** When a platform says that it is too much and not for how long. */
export const THROTTLED_MS = MINUTE;

/** `Retry-After` as RFC 9110 section 10.2.3 has it: seconds or a date. Null when it is neither; a day at most. */
export function readRetryAfter(header: string | null | undefined, clock: Clock): number | null {
  if (header === null || header === undefined || header === "") return null;
  const text = header.trim();
  const delayMs = /^\d+$/.test(text) ? Number(text) * SECOND : Date.parse(text) - clock.nowMs();
  return Number.isNaN(delayMs) ? null : Math.min(Math.max(delayMs, 0), DAY);
}

/** Of a status that says "later": throttled when it says when, or is 429. */
export function later(status: number, reason: string, retryAfterMs: number | null): Outcome {
  if (retryAfterMs !== null) return throttled(reason, retryAfterMs);
  return status === 429 ? throttled(reason, THROTTLED_MS) : retryable(reason);
}

/** Of a connection that failed, or an address that may not be reached. */
export function ofFault(error: unknown): Outcome {
  if (error instanceof RefusalError) return refused(error.refusal.detail);
  return retryable(reasonOf(error));
}

/** In one line, without what it may hold of credentials or addresses. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .split("\n")[0]!
    .replaceAll(/\bhttps?:\/\/\S+/g, "…")
    .slice(0, 200);
}

/** What is left of a message's time, in seconds, for a platform that keeps it so long at most. */
export function timeLeft(
  { expiresMs }: { expiresMs: number },
  clock: Clock,
  { timeToLiveSeconds }: { timeToLiveSeconds: number },
): number {
  return Math.min(Math.max(Math.ceil((expiresMs - clock.nowMs()) / SECOND), 0), timeToLiveSeconds);
}

/** The refusal of a payload that is beyond the platform's limit; null when it is not. */
export function tooLarge(bytes: number, payloadBytes: number): Outcome | null {
  return bytes <= payloadBytes ? null : refused(`${bytes} bytes; the platform takes at most ${payloadBytes}`);
}

export const leftOut = (field: string, note: string): MappingNote => ({ field, loss: "left-out", note });
export const changed = (field: string, note: string): MappingNote => ({ field, loss: "changed", note });

/** Those notes that are about something the message has. */
export function notesOf(
  message: Message,
  rules: readonly (readonly [applies: (message: Message) => boolean, note: MappingNote])[],
): MappingNote[] {
  return rules.filter(([applies]) => applies(message)).map(([, note]) => note);
}

export const utf8Bytes = (text: string): number => Buffer.byteLength(text, "utf8");
