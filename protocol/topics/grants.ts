import * as v from "valibot";
import { isSiteTopic } from "./topics.ts";

/**
 * Topics a device may use beyond its own prefix, because an installer said so: an application of the site that hears
 * its devices, or that keeps topics of its own.
 */
export interface TopicGrants {
  /** It may publish to what these filters match. Never below `homepot/`: nobody speaks in a device's name. */
  publish: readonly string[];
  /** It may hear what these filters match. */
  subscribe: readonly string[];
}

/** What a device has as it comes: its own prefix, and nothing else. */
export const NO_GRANTS: TopicGrants = { publish: [], subscribe: [] };

/** Every message is held against them. */
const FILTERS_MAX = 32;
const FILTER_MAX_BYTES = 1_024;
const LEVELS_MAX = 100;

/** A topic filter as MQTT 3.1.1 section 4.7 has it, but for those of the broker's own topics (`$`), which nobody gets. */
const filterSchema = v.pipe(
  v.string(),
  v.nonEmpty("must not be empty"),
  v.check(
    (filter) => new TextEncoder().encode(filter).length <= FILTER_MAX_BYTES,
    `must have at most ${FILTER_MAX_BYTES} bytes`,
  ),
  v.check((filter) => !filter.includes("\0") && filter.isWellFormed(), "must be text without U+0000"),
  v.check((filter) => !filter.startsWith("$"), "must not begin with $: such topics are the broker's own"),
  v.check((filter) => filter.split("/").length <= LEVELS_MAX, `must have at most ${LEVELS_MAX} levels`),
  v.check(
    (filter) =>
      filter.split("/").every((level, index, levels) => {
        if (level.includes("#")) return level === "#" && index === levels.length - 1;
        return !level.includes("+") || level === "+";
      }),
    "must have + alone in its level, and # alone in the last",
  ),
);

const filters = v.pipe(
  v.array(filterSchema),
  v.maxLength(FILTERS_MAX, `must be at most ${FILTERS_MAX} filters`),
);

export const topicGrantsSchema = v.object({
  publish: v.pipe(
    filters,
    v.checkItems(
      (filter) => isSiteTopic(filter),
      "must not begin with homepot/: that a device publishes itself",
    ),
  ),
  subscribe: filters,
});
