import type { Forms } from "../forms.ts";

/** What was just done, and what the messages at the edge of the page say besides. */
export function notices({ counted }: Forms) {
  const devices = (count: string) => counted(Number(count), { one: "device", other: "devices" });
  return {
    undo: "Undo",
    kinds: {
      "site.created": (name: string) => `${name} was added.`,
      "site.saved": (name: string) => `${name} was saved.`,
      "site.removed": (name: string) => `${name} was deleted, with its devices and gateways.`,
      "site.restored": (name: string) => `${name} is back.`,
      "device.created": (name: string) => `${name} was added. It is expected.`,
      "device.removed": (name: string) => `${name} was deleted.`,
      "device.retired": (name: string) => `${name} was retired.`,
      "device.restored": (name: string) => `${name} is back.`,
      "device.saved": (name: string) => `${name} was saved.`,
      "bulk.add-tag": (count: string) => `Tag added to ${devices(count)}.`,
      "bulk.remove-tag": (count: string) => `Tag removed from ${devices(count)}.`,
      "bulk.retire": (count: string) => `Retired: ${devices(count)}.`,
      "bulk.delete": (count: string) => `Deleted: ${devices(count)}.`,
      "bulk.restore": (count: string) => `Restored: ${devices(count)}.`,
      "import.done": (count: string) =>
        `Imported: ${counted(Number(count), { one: "record", other: "records" })}.`,
      "bulk.nothing": (_name: string) => "Nothing to change: they were so already.",
      "bulk.undone": (count: string) => `Undone for ${devices(count)}.`,
      "config.saved": (name: string) =>
        `Saved. The gateway brings it to ${name}, also when it is offline now.`,
      "config.schema": (type: string) => `Saved. The fields of ${type} are as described.`,
      "config.layer": (_name: string) => "Saved. Devices hear of it where something changes for them.",
      "gateway.revoked": (_name: string) => "The gateway was revoked. It can no longer connect.",
      "gateway.key-asked": (_name: string) =>
        "The gateway was asked for another key. It makes it as soon as it is connected.",
      "member.removed": (name: string) => `${name} was removed from the organisation.`,
      "member.role": (name: string) => `The role of ${name} was changed.`,
      "invitation.withdrawn": (_name: string) => "The invitation was withdrawn. Its link no longer works.",
      "session.ended": (_name: string) => "The session was ended.",
      "sessions.ended": (_name: string) => "Every other session was ended.",
      "password.changed": (_name: string) => "Your password was changed. Every other session was ended.",
      "name.saved": (name: string) => `You are called ${name} from now on.`,
      "organization.saved": (name: string) => `The organisation is called ${name} from now on.`,
      "retention.saved": (_name: string) => "Saved. What is older is thinned or dropped within the hour.",
      "role.created": (name: string) => `${name} was added. It can be given to members now.`,
      "role.saved": (name: string) => `${name} was saved. It counts at once.`,
      "role.removed": (name: string) => `${name} was deleted.`,
      "job.created": (name: string) => `${name} is on its way.`,
      "job.scheduled": (name: string) => `${name} was made. It runs when its time comes.`,
      "job.paused": (name: string) => `${name} is paused: nothing more begins. What has begun goes on.`,
      "job.resumed": (name: string) => `${name} goes on.`,
      "job.retried": (name: string) => `${name} is tried again where it failed.`,
      "job.cancelled": (name: string) => `${name} was cancelled.`,
      "job.execution-retried": (name: string) => `${name} tries again.`,
      "job.execution-cancelled": (name: string) => `${name} is told to end it.`,
      "firmware.uploaded": (name: string) => `${name} was uploaded. Jobs can bring it to devices now.`,
      "firmware.removed": (name: string) => `${name} was deleted.`,
      "firmware.restored": (name: string) => `${name} is back.`,
      "notification.made": (name: string) => `${name} is on its way.`,
      "notification.scheduled": (name: string) => `${name} waits for its time.`,
      "notification.cancelled": (name: string) => `${name} was cancelled.`,
      "notification.replayed": (count: string) =>
        `Sent again: ${counted(Number(count), { one: "message", other: "messages" })}.`,
      "notification-settings.saved": (_name: string) => "Saved. It counts for the next notification.",
      "template.saved": (name: string) => `${name} was saved.`,
      "template.removed": (name: string) => `${name} was deleted. What was made from it stays.`,
      "endpoint.tested": (_name: string) => "The test is on its way. It should appear in a moment.",
      "endpoint.renamed": (name: string) => `It is called ${name} now.`,
      "endpoint.removed": (_name: string) => "Nothing is sent there any more.",
      "platform.saved": (_name: string) => "Saved and sealed. It can be sent by it at once.",
      "platform.forgotten": (_name: string) => "The credentials were forgotten.",
      "vapid.rotated": (_name: string) => "Browsers subscribe with another key from now on.",
      "simulation.started": (name: string) => `The gateway of ${name} is told to run it.`,
      "simulation.stopped": (name: string) => `The gateway of ${name} is told to stop it.`,
      "simulation.injected": (_name: string) =>
        "The gateway is told. The fault lasts until you take it away.",
      "simulation.cleared": (_name: string) => "The gateway is told that the cause is gone.",
    },
  };
}

export type NoticeWords = ReturnType<typeof notices>;
