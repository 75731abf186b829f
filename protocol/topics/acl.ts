import { accept, type Result, refuse } from "../errors.ts";
import { CHANNEL_DIRECTION, devicePrefix, parseTopic, type Topic } from "./topics.ts";

/** What a device may do at the broker. Pure rules: the broker asks, `edge/broker` enforces. */

/** May `device` publish on `name`? On success the topic in its typed form. */
export function mayPublish(device: string, name: string): Result<Topic> {
  if (!name.startsWith(devicePrefix(device))) {
    return refuse("mqtt.foreign-topic", `${device} may not publish to ${name}`);
  }
  const topic = parseTopic(name);
  if (topic === null || CHANNEL_DIRECTION[topic.channel] === "down") {
    return refuse("mqtt.unknown-topic", `${device} may not publish to ${name}`);
  }
  return accept(topic);
}

/** May `device` subscribe to `filter`? Only to filters that cannot match outside its own prefix. */
export function maySubscribe(device: string, filter: string): boolean {
  return filter.startsWith(devicePrefix(device));
}
