import { toTimestamp } from "../../protocol/api/list.ts";
import { accept, type Result } from "../../protocol/errors.ts";
import { PLATFORMS } from "../../protocol/notifications/address.ts";
import type { Channel } from "../../protocol/notifications/channel.ts";
import type { Message } from "../../protocol/notifications/message.ts";
import type { Preview, PreviewInput } from "../../protocol/notifications/notification.ts";
import type { Wording } from "../../protocol/notifications/template.ts";
import type { Scope } from "../accounts/scope.ts";
import { checkCron, nextSlots, wallClock } from "../jobs/jobs.ts";
import { countRecipients } from "./engine/sources.ts";
import { messageTo, type NotificationSpec } from "./engine/spec.ts";
import { utf8Bytes } from "./platforms/fates.ts";
import { platformOf } from "./platforms/platforms.ts";
import { type ReachParts, reachOf } from "./reach/reach.ts";

/** What a notification would be, on every channel. */

/** As long as that of a delivery, which is part of the payload. */
const SOME_ID = "00000000-0000-7000-8000-000000000000";
const RUNS_SHOWN = 5;
/** In the place of what only a recipient has. */
const EXAMPLES = {
  "device.id": SOME_ID,
  "device.name": "Till 1",
  "site.id": SOME_ID,
  "site.name": "High Street",
  "person.name": "Alex Example",
};

export async function previewOf(
  parts: ReachParts,
  { organizationId }: Scope,
  input: PreviewInput,
  wording: Wording,
  nowMs: number,
): Promise<Result<Preview>> {
  const { targets, variables, language, channels, fallback, quietHours, timing = { kind: "now" } } = input;
  const spec: NotificationSpec = {
    ...{ wording, variables, template: null, inbox: true, timing, quietHours, targets: targets ?? null },
    ...{
      channels: channels ?? null,
      fallback: fallback ?? null,
      siteHours: input.siteHours ?? null,
    },
  };
  const message = messageTo(spec, language ?? null, EXAMPLES);
  const timeZone = timing.kind === "cron" ? (timing.timeZone ?? "UTC") : "UTC";
  if (timing.kind === "cron") {
    const comes = checkCron(timing.cron, timeZone, nowMs);
    if (!comes.ok) return comes;
  }
  const runs =
    timing.kind === "cron"
      ? nextSlots(timing.cron, timeZone, nowMs, RUNS_SHOWN)
      : [timing.kind === "at" ? Date.parse(timing.at) : nowMs];
  return accept({
    recipients: targets === undefined ? null : await countRecipients(parts.db, organizationId, targets),
    reach:
      targets === undefined ? null : await reachOf(parts, organizationId, spec, { ...input, targets }, nowMs),
    channels: (channels ?? fallback?.order ?? PLATFORMS).map((channel) => onChannel(channel, message)),
    runs: runs.map((atMs) => ({ at: toTimestamp(atMs), local: wallClock(atMs, timeZone) })),
  });
}

function onChannel(channel: Channel, message: Message): Preview["channels"][number] {
  if (channel === "email") {
    const bytes = utf8Bytes(message.title) + utf8Bytes(message.body);
    return { channel, message, payload: null, bytes, limit: null, fits: true, notes: lettersLose(message) };
  }
  const { payload, limits, notes } = platformOf(channel);
  const made = payload(message, SOME_ID);
  const bytes = utf8Bytes(made);
  const limit = limits.payloadBytes;
  return { channel, message, payload: made, bytes, limit, fits: bytes <= limit, notes: notes(message) };
}

function lettersLose({ actions, image, data }: Message): Preview["channels"][number]["notes"] {
  const leftOut = (field: string, note: string) => ({ field, loss: "left-out" as const, note });
  return [
    ...(actions.length > 0 ? [leftOut("actions", "a letter has one link, and no buttons")] : []),
    ...(image === undefined ? [] : [leftOut("image", "letters load nothing from the web")]),
    ...(Object.keys(data).length === 0 ? [] : [leftOut("data", "there is no app to read it")]),
  ];
}
