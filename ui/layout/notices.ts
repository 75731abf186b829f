import * as v from "valibot";
import type { NoticeWords } from "../words/english/notices.ts";

const KINDS = [
  "site.created",
  "site.saved",
  "site.removed",
  "site.restored",
  "device.created",
  "device.removed",
  "device.retired",
  "device.restored",
  "device.saved",
  "bulk.add-tag",
  "bulk.remove-tag",
  "bulk.retire",
  "bulk.restore",
  "bulk.delete",
  "bulk.nothing",
  "import.done",
  "bulk.undone",
  "config.saved",
  "config.layer",
  "config.schema",
  "gateway.revoked",
  "gateway.key-asked",
  "member.removed",
  "member.role",
  "invitation.withdrawn",
  "session.ended",
  "sessions.ended",
  "password.changed",
  "name.saved",
  "organization.saved",
  "retention.saved",
  "role.created",
  "role.saved",
  "role.removed",
  "job.created",
  "job.scheduled",
  "job.paused",
  "job.resumed",
  "job.retried",
  "job.cancelled",
  "job.execution-cancelled",
  "job.execution-retried",
  "firmware.uploaded",
  "firmware.removed",
  "firmware.restored",
  "notification.made",
  "notification.scheduled",
  "notification.cancelled",
  "notification.replayed",
  "notification-settings.saved",
  "template.saved",
  "template.removed",
  "endpoint.tested",
  "endpoint.renamed",
  "endpoint.removed",
  "platform.saved",
  "platform.forgotten",
  "vapid.rotated",
  "simulation.started",
  "simulation.stopped",
  "simulation.injected",
  "simulation.cleared",
] as const satisfies readonly (keyof NoticeWords["kinds"])[];

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

/** Null for what cannot be taken back. */
export function undoOf({ kind, id, role }: Notice): Undo | null {
  if (id === undefined) return null;
  if (kind === "site.removed") return { action: `/sites/${id}/restore`, fields: {} };
  if (kind.startsWith("bulk.")) return { action: `/devices/bulk/${id}/undo`, fields: {} };
  if (kind === "firmware.removed") return { action: `/firmware/${id}/restore`, fields: {} };
  if (kind === "job.paused") return { action: `/jobs/${id}/resume`, fields: {} };
  if (kind === "job.resumed") return { action: `/jobs/${id}/pause`, fields: {} };
  if (kind === "device.retired" || kind === "device.removed")
    return { action: `/devices/${id}/restore`, fields: {} };
  if (kind === "member.role" && role !== undefined) {
    return { action: `/settings/members/${id}/role`, fields: { role } };
  }
  return null;
}
