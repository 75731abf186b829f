import { provenanceOf } from "../../protocol/devices/provenance.ts";
import type { DeliveryState } from "../../protocol/notifications/delivery.ts";
import type { Priority } from "../../protocol/notifications/message.ts";
import type { DeliveryCounts, Notification } from "../../protocol/notifications/notification.ts";
import type { Words } from "./catalogues.ts";
import { roleTitle } from "./roles.ts";
import { markedName, type StateWords } from "./states.ts";

type Look = Omit<StateWords, "word">;

const STATE_LOOKS: Record<DeliveryState, Look> = {
  queued: { shape: "dotted", tone: "offline" },
  sent: { shape: "half", tone: "info" },
  delivered: { shape: "disc", tone: "ok" },
  opened: { shape: "disc", tone: "ok" },
  failed: { shape: "square", tone: "error" },
  expired: { shape: "triangle", tone: "warning" },
  dropped: { shape: "diamond", tone: "offline" },
};

const PRIORITY_LOOKS: Record<Priority, Look> = {
  low: { shape: "dotted", tone: "offline" },
  normal: { shape: "ring", tone: "offline" },
  high: { shape: "triangle", tone: "warning" },
  critical: { shape: "square", tone: "error" },
};

export function deliveryState({ notifications }: Words, state: DeliveryState): StateWords {
  return { ...STATE_LOOKS[state], word: notifications.states[state] };
}

export function priorityState({ notifications }: Words, priority: Priority): StateWords {
  return { ...PRIORITY_LOOKS[priority], word: notifications.priorities[priority] };
}

export const totalOf = (counts: DeliveryCounts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
const sentOf = ({ sent, delivered, opened }: DeliveryCounts) => sent + delivered + opened;
const receivedOf = ({ delivered, opened }: DeliveryCounts) => delivered + opened;

/** `118 of 120 sent · 90 delivered · 12 opened · 2 failed`; what is none is left out. */
export function resultOf({ notifications: words }: Words, counts: DeliveryCounts): string[] {
  const total = totalOf(counts);
  if (total === 0) return [words.nobody];
  const [received, { opened, failed }] = [receivedOf(counts), counts];
  return [
    words.result(sentOf(counts), total),
    ...(received === 0 ? [] : [words.received(received)]),
    ...(opened === 0 ? [] : [words.opened(opened)]),
    ...(failed === 0 ? [] : [words.failed(failed)]),
  ];
}

/** What went well is not said of one that partly failed. */
export function notificationState({ notifications }: Words, { status, counts }: Notification): StateWords {
  const word = notifications.statuses[status];
  if (status === "scheduled") return { shape: "dotted", tone: "offline", word };
  if (status === "sending") return { shape: "half", tone: "info", word };
  if (status === "cancelled") return { shape: "diamond", tone: "offline", word };
  return counts.failed > 0
    ? { shape: "triangle", tone: "warning", word: notifications.history.withFailures }
    : { shape: "disc", tone: "ok", word };
}

/** The title of its page. */
export function notificationSentence(words: Words, { name, status, counts }: Notification): string {
  const { titleOf } = words.notifications;
  return titleOf[status](name, resultOf(words, counts).slice(0, 1).join(""));
}

/** Of more than so many it is said how many they are. */
const NAMED_MAX = 3;

/** Whom it is for, in words; empty for what was handed over at once. */
export function targetsText(
  words: Words,
  {
    targets,
    targetNames,
    simulatedTargets,
  }: Pick<Notification, "targets" | "targetNames" | "simulatedTargets">,
): string {
  if (targets === null) return "";
  const { targets: told } = words.notifications;
  const { devices, sites, tags, filter, people, roles, everyone, topics, endpoints, addresses } = targets;
  const named = (ids: readonly string[]): string | null => {
    const names = ids
      .filter((id) => targetNames[id] !== undefined)
      .map((id) =>
        markedName(words, {
          name: targetNames[id]!,
          provenance: provenanceOf(simulatedTargets.includes(id)),
        }),
      );
    return ids.length <= NAMED_MAX && names.length === ids.length ? names.join(", ") : null;
  };
  const those = (
    ids: readonly string[] | undefined,
    how: { all: (total: number) => string; some: (names: string) => string },
  ): string[] => {
    if (ids === undefined || ids.length === 0) return [];
    const names = named(ids);
    return [names === null ? how.all(ids.length) : how.some(names)];
  };
  const some = (list: readonly unknown[] | undefined, say: (total: number) => string) =>
    (list?.length ?? 0) === 0 ? [] : [say(list!.length)];
  return [
    ...(everyone === true ? [told.everyone] : []),
    ...some(roles, () =>
      told.roles(
        roles!
          .map((role) => roleTitle(words, { role, roleName: targetNames[role] ?? told.roleGone }))
          .join(", "),
      ),
    ),
    ...those(people, { all: told.people, some: (names) => names }),
    ...some(topics, () => told.topics(topics!.join(", "))),
    ...those(sites, { all: told.sites, some: told.sitesNamed }),
    ...some(tags, () => told.tags(tags!.join(", "))),
    ...those(devices, { all: told.devices, some: (names) => names }),
    ...(filter === undefined ? [] : [told.filter]),
    ...some(endpoints, told.endpoints),
    ...some(addresses, told.addresses),
  ].join(", ");
}
