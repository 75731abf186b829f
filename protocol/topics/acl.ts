import { accept, type Result, refuse } from "../errors.ts";
import { filterMatches, filtersOverlap } from "./filter.ts";
import { NO_GRANTS, type TopicGrants } from "./grants.ts";
import { CHANNEL_DIRECTION, devicePrefix, isSiteTopic, parseTopic, type Topic } from "./topics.ts";

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

/** May somebody with these grants publish to `name`, a topic that means nothing to the gateway? */
export function mayPublishBeyond(name: string, { publish }: TopicGrants): boolean {
  return isSiteTopic(name) && publish.some((granted) => filterMatches(granted, name));
}

/**
 * May `device` subscribe to `filter`? To filters that cannot match outside its own prefix; and to those that may match
 * something it was granted: of these it gets what {@link mayHear} lets through.
 */
export function maySubscribe(device: string, filter: string, grants: TopicGrants = NO_GRANTS): boolean {
  return (
    filter.startsWith(devicePrefix(device)) ||
    grants.subscribe.some((granted) => filtersOverlap(granted, filter))
  );
}

/** May `device` be sent a message published to `name`? */
export function mayHear(device: string, name: string, grants: TopicGrants = NO_GRANTS): boolean {
  return (
    name.startsWith(devicePrefix(device)) || grants.subscribe.some((granted) => filterMatches(granted, name))
  );
}
