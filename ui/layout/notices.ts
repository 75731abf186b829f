import * as v from "valibot";

/** What was just done, each with the words for it. The list is closed: a notice never carries words of its own. */
const WORDS = {
  "site.created": (name: string) => `${name} was added.`,
  "site.saved": (name: string) => `${name} was saved.`,
  "site.removed": (name: string) => `${name} was removed.`,
  "device.retired": (name: string) => `${name} was retired.`,
  "device.restored": (name: string) => `${name} is back.`,
  "device.saved": (name: string) => `${name} was saved.`,
  "config.saved": () => "Saved. The gateway brings it to the device, also when it is offline now.",
  "gateway.revoked": () => "The gateway was revoked. It can no longer connect.",
  "member.removed": (name: string) => `${name} was removed from the organisation.`,
  "member.role": (name: string) => `The role of ${name} was changed.`,
  "invitation.withdrawn": () => "The invitation was withdrawn. Its link no longer works.",
  "session.ended": () => "The session was ended.",
  "sessions.ended": () => "Every other session was ended.",
  "retention.saved": () => "Saved. What is older is thinned or dropped within the hour.",
} as const;

type NoticeKind = keyof typeof WORDS;
const KINDS = Object.keys(WORDS) as NoticeKind[];

/**
 * What the next page tells the person who did something. It travels in a cookie, so it is checked like any input: a kind
 * of the list above, the name of what it is about, and what an undo needs.
 */
export const noticeSchema = v.object({
  kind: v.picklist(KINDS),
  name: v.optional(v.pipe(v.string(), v.maxLength(200)), ""),
  /** It becomes a part of an address. Those of accounts have a form of their own. */
  id: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))),
  /** The role somebody had before. */
  role: v.optional(v.pipe(v.string(), v.maxLength(100))),
});
export type Notice = v.InferOutput<typeof noticeSchema>;

/** The form that takes it back. */
export interface Undo {
  action: string;
  fields: Record<string, string>;
}

export function noticeText({ kind, name }: Notice): string {
  return WORDS[kind](name);
}

/** Null for what cannot be taken back. */
export function undoOf({ kind, id, role }: Notice): Undo | null {
  if (id === undefined) return null;
  if (kind === "device.retired") return { action: `/devices/${id}/restore`, fields: {} };
  if (kind === "member.role" && role !== undefined) {
    return { action: `/settings/members/${id}/role`, fields: { role } };
  }
  return null;
}
