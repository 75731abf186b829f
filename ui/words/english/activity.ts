import type { HappeningKind } from "../../../protocol/activity/activity.ts";
import type { Forms } from "../forms.ts";
import type { Rich, Slot } from "../rich.ts";

/** What happened lately. `actor` is a name; `target` what it was done to. */
export function activity({ counted }: Forms) {
  const devices = (count: number) => counted(count, { one: "device", other: "devices" });
  const gateways = (count: number) => counted(count, { one: "gateway", other: "gateways" });
  return {
    title: "Activity",
    note: "Newest first",
    nothing:
      "Nothing has happened yet. Devices and gateways that come and go appear here, and what people do.",
    all: "Audit log",
    aCommand: "A command on the server",
    theGateway: "The gateway",
    /** One device or gateway, by name. */
    one: {
      "device.added": (name: Slot): Rich => [name, " was added"],
      "device.removed": (name: Slot): Rich => [name, " was removed"],
      "device.online": (name: Slot): Rich => [name, " came online"],
      "device.late": (name: Slot): Rich => [name, " is late"],
      "device.offline": (name: Slot): Rich => [name, " went offline"],
      "gateway.connected": (name: Slot): Rich => [name, " connected"],
      "gateway.lost": (name: Slot): Rich => [name, " lost its connection"],
    } satisfies Record<HappeningKind, (name: Slot) => Rich>,
    many: {
      "device.added": (count: number) => `${devices(count)} were added`,
      "device.removed": (count: number) => `${devices(count)} were removed`,
      "device.online": (count: number) => `${devices(count)} came online`,
      "device.late": (count: number) => `${devices(count)} are late`,
      "device.offline": (count: number) => `${devices(count)} went offline`,
      "gateway.connected": (count: number) => `${gateways(count)} connected`,
      "gateway.lost": (count: number) => `${gateways(count)} lost their connection`,
    } satisfies Record<HappeningKind, (count: number) => string>,
    /** By the audit log's name of it; what is not here is told by that name. */
    deeds: {
      "site.create": (actor: Slot, target: Slot): Rich => [actor, " added the site ", target],
      "site.update": (actor: Slot, target: Slot): Rich => [actor, " changed the site ", target],
      "site.delete": (actor: Slot, target: Slot): Rich => [actor, " deleted the site ", target],
      "site.restore": (actor: Slot, target: Slot): Rich => [actor, " restored the site ", target],
      "site.import": (actor: Slot, target: Slot): Rich => [actor, " imported ", target],
      "device.update": (actor: Slot, target: Slot): Rich => [actor, " changed ", target],
      "organization.configure": (actor: Slot, target: Slot): Rich => [
        actor,
        " configured all devices of ",
        target,
      ],
      "site.configure": (actor: Slot, target: Slot): Rich => [actor, " configured the devices of ", target],
      "type.schema": (actor: Slot, target: Slot): Rich => [
        actor,
        " said what settings devices of the type ",
        target,
        " have",
      ],
      "type.configure": (actor: Slot, target: Slot): Rich => [
        actor,
        " configured the devices of the type ",
        target,
      ],
      "device.configure": (actor: Slot, target: Slot): Rich => [actor, " configured ", target],
      "device.import": (actor: Slot, target: Slot): Rich => [actor, " imported ", target],
      "device.bulk": (actor: Slot, target: Slot): Rich => [actor, " changed ", target],
      "device.bulk-undo": (actor: Slot, target: Slot): Rich => [actor, " took back a change of ", target],
      "job.create": (actor: Slot, target: Slot): Rich => [actor, " made the job ", target],
      "job.pause": (actor: Slot, target: Slot): Rich => [actor, " paused ", target],
      "job.resume": (actor: Slot, target: Slot): Rich => [actor, " let ", target, " go on"],
      "job.retry": (actor: Slot, target: Slot): Rich => [
        actor,
        " had what failed of ",
        target,
        " tried again",
      ],
      "job.cancel": (actor: Slot, target: Slot): Rich => [actor, " cancelled ", target],
      "job.retry-execution": (actor: Slot, target: Slot): Rich => [actor, " had ", target, " tried again"],
      "firmware.upload": (actor: Slot, target: Slot): Rich => [actor, " uploaded the firmware ", target],
      "firmware.delete": (actor: Slot, target: Slot): Rich => [actor, " deleted the firmware ", target],
      "firmware.restore": (actor: Slot, target: Slot): Rich => [actor, " restored the firmware ", target],
      "firmware.purge": (actor: Slot, target: Slot): Rich => [
        actor,
        " deleted the firmware ",
        target,
        " for good",
      ],
      "job.cancel-execution": (actor: Slot, target: Slot): Rich => [actor, " cancelled ", target],
      "job.order": (actor: Slot, target: Slot): Rich => [actor, " moved ", target, " in the queue"],
      "gateway.claim": (actor: Slot, target: Slot): Rich => [actor, " made a claim code for ", target],
      "gateway.replace": (actor: Slot, target: Slot): Rich => [
        actor,
        " made a claim code to replace the gateway of ",
        target,
      ],
      "gateway.rotate-key": (actor: Slot, target: Slot): Rich => [
        actor,
        " asked the gateway ",
        target,
        " for another key",
      ],
      "gateway.key-rotated": (actor: Slot, target: Slot): Rich => [
        actor,
        " took another key from the gateway ",
        target,
        ", and the one before is over",
      ],
      "gateway.revoke": (actor: Slot, target: Slot): Rich => [actor, " revoked the gateway ", target],
      "invitation.create": (actor: Slot, target: Slot): Rich => [actor, " invited ", target],
      "invitation.withdraw": (actor: Slot, target: Slot): Rich => [
        actor,
        " withdrew the invitation of ",
        target,
      ],
      "member.join": (_actor: Slot, target: Slot): Rich => [target, " joined"],
      "member.update": (actor: Slot, target: Slot): Rich => [actor, " changed the role of ", target],
      "member.remove": (actor: Slot, target: Slot): Rich => [actor, " removed ", target],
      "notification.create": (actor: Slot, target: Slot): Rich => [actor, " sent ", target],
      "notification.cancel": (actor: Slot, target: Slot): Rich => [actor, " cancelled ", target],
      "notification.replay": (actor: Slot, target: Slot): Rich => [
        actor,
        " had what failed of ",
        target,
        " sent again",
      ],
      "notification.subscribe": (actor: Slot, target: Slot): Rich => [actor, " subscribed to ", target],
      "notification.unsubscribe": (actor: Slot, target: Slot): Rich => [actor, " left the topic ", target],
      "notification.settings": (actor: Slot, _target: Slot): Rich => [actor, " changed their notifications"],
      "notification-template.create": (actor: Slot, target: Slot): Rich => [
        actor,
        " made the template ",
        target,
      ],
      "notification-template.update": (actor: Slot, target: Slot): Rich => [
        actor,
        " changed the template ",
        target,
      ],
      "notification-template.delete": (actor: Slot, target: Slot): Rich => [
        actor,
        " deleted the template ",
        target,
      ],
      "push.send": (actor: Slot, target: Slot): Rich => [actor, " sent ", target],
      "push.send-bulk": (actor: Slot, target: Slot): Rich => [actor, " sent ", target, " to many"],
      "push.publish": (actor: Slot, target: Slot): Rich => [actor, " sent ", target],
      "push.subscribe": (actor: Slot, target: Slot): Rich => [
        actor,
        " registered ",
        target,
        " for notifications",
      ],
      "push.rename": (actor: Slot, target: Slot): Rich => [actor, " renamed a browser or app to ", target],
      "push.unsubscribe": (actor: Slot, target: Slot): Rich => [
        actor,
        " removed ",
        target,
        " from notifications",
      ],
      "push.credentials": (actor: Slot, target: Slot): Rich => [actor, " entered credentials for ", target],
      "push.credentials-remove": (actor: Slot, target: Slot): Rich => [
        actor,
        " removed the credentials for ",
        target,
      ],
      "push.rotate-vapid": (actor: Slot, _target: Slot): Rich => [actor, " made another key of browsers"],
      "role.create": (actor: Slot, target: Slot): Rich => [actor, " made the role ", target],
      "role.update": (actor: Slot, target: Slot): Rich => [actor, " changed the role ", target],
      "role.delete": (actor: Slot, target: Slot): Rich => [actor, " deleted the role ", target],
      "retention.update": (actor: Slot, _target: Slot): Rich => [
        actor,
        " changed how long telemetry is kept",
      ],
    },
    other: (actor: Slot, action: Slot, target: Slot): Rich => [actor, ": ", action, " ", target],
  };
}

export type ActivityWords = ReturnType<typeof activity>;
