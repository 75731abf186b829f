import { assertNever } from "../errors.ts";
import { isDeviceKey } from "../ids.ts";

/**
 * The MQTT topics of a site: the only place in the project where a topic is written as text.
 * `formatTopic` and `parseTopic` are inverses (tested as such); everything else uses their typed form.
 */

const ROOT = "homepot";

/** What a topic is about. `device` is the device's key; `execution` the id of a job execution; `offset` a byte's place. */
export type Topic =
  | { channel: "telemetry"; device: string }
  | { channel: "state"; device: string }
  | { channel: "status"; device: string }
  | { channel: "command"; device: string; execution: string }
  | { channel: "command-progress"; device: string; execution: string }
  | { channel: "command-log"; device: string; execution: string }
  | { channel: "command-result"; device: string; execution: string }
  | { channel: "firmware-want"; device: string; execution: string }
  | { channel: "firmware-part"; device: string; execution: string; offset: number }
  | { channel: "config-desired"; device: string }
  | { channel: "config-reported"; device: string }
  | { channel: "notification"; device: string }
  | { channel: "notification-ack"; device: string };

export type Channel = Topic["channel"];

/** Who publishes on a channel: the device upward, or the edge downward. */
export const CHANNEL_DIRECTION: Record<Channel, "up" | "down"> = {
  telemetry: "up",
  state: "up",
  status: "up",
  command: "down",
  "command-progress": "up",
  "command-log": "up",
  "command-result": "up",
  "firmware-want": "up",
  "firmware-part": "down",
  "config-desired": "down",
  "config-reported": "up",
  notification: "down",
  "notification-ack": "up",
};

export function formatTopic(topic: Topic): string {
  const base = `${ROOT}/${topic.device}`;
  switch (topic.channel) {
    case "telemetry":
    case "state":
    case "status":
    case "notification":
      return `${base}/${topic.channel}`;
    case "command":
      return `${base}/command/${topic.execution}`;
    case "command-progress":
      return `${base}/command/${topic.execution}/progress`;
    case "command-log":
      return `${base}/command/${topic.execution}/log`;
    case "command-result":
      return `${base}/command/${topic.execution}/result`;
    case "firmware-want":
      return `${base}/firmware/${topic.execution}/want`;
    case "firmware-part":
      return `${base}/firmware/${topic.execution}/part/${topic.offset}`;
    case "config-desired":
      return `${base}/config/desired`;
    case "config-reported":
      return `${base}/config/reported`;
    case "notification-ack":
      return `${base}/notification/ack`;
    default:
      return assertNever(topic);
  }
}

/** Reads a topic name; `null` when it is not one of ours (unknown channel, bad device key, wildcard, extra level). */
export function parseTopic(name: string): Topic | null {
  const [root, device, channel, ...rest] = name.split("/");
  if (root !== ROOT || device === undefined || channel === undefined || !isDeviceKey(device)) return null;
  switch (channel) {
    case "telemetry":
    case "state":
    case "status":
      return rest.length === 0 ? { channel, device } : null;
    case "command":
      return parseCommand(device, rest);
    case "firmware":
      return parseFirmware(device, rest);
    case "config":
      if (rest.length !== 1) return null;
      if (rest[0] === "desired") return { channel: "config-desired", device };
      return rest[0] === "reported" ? { channel: "config-reported", device } : null;
    case "notification":
      if (rest.length === 0) return { channel, device };
      return rest.length === 1 && rest[0] === "ack" ? { channel: "notification-ack", device } : null;
    default:
      return null;
  }
}

function parseCommand(device: string, rest: string[]): Topic | null {
  const [execution, tail, ...extra] = rest;
  if (execution === undefined || !isDeviceKey(execution) || extra.length > 0) return null;
  if (tail === undefined) return { channel: "command", device, execution };
  if (tail === "progress") return { channel: "command-progress", device, execution };
  if (tail === "log") return { channel: "command-log", device, execution };
  return tail === "result" ? { channel: "command-result", device, execution } : null;
}

function parseFirmware(device: string, [execution, tail, offset, ...extra]: string[]): Topic | null {
  if (execution === undefined || !isDeviceKey(execution) || extra.length > 0) return null;
  if (tail === "want") return offset === undefined ? { channel: "firmware-want", device, execution } : null;
  // As it is written, so that a topic is written in one way only.
  if (tail !== "part" || offset === undefined || !/^(0|[1-9]\d{0,14})$/.test(offset)) return null;
  return { channel: "firmware-part", device, execution, offset: Number(offset) };
}

/** The prefix below which a device may publish and subscribe, with its closing slash. */
export function devicePrefix(device: string): string {
  return `${ROOT}/${device}/`;
}

/** A topic of the site's own applications: the gateway gives it no meaning, and it is not one of the broker's (`$`). */
export function isSiteTopic(name: string): boolean {
  return name !== ROOT && !name.startsWith(`${ROOT}/`) && !isBrokerTopic(name);
}

/** Topics that begin with `$` are the broker's: clients exchange nothing by them (MQTT 3.1.1 section 4.7.2). */
export function isBrokerTopic(name: string): boolean {
  return name.startsWith("$");
}

/** The subscription by which a device gets the parts of firmware that it asks for. */
export function firmwareParts(device: string): string {
  return `${ROOT}/${device}/firmware/+/part/+`;
}

/** The subscription that covers everything the edge sends to one device. */
export function deviceSubscription(device: string): string {
  return `${ROOT}/${device}/#`;
}
