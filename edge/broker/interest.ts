import { filterMatches } from "../../protocol/topics/filter.ts";
import { devicePrefix } from "../../protocol/topics/topics.ts";

/** Filters kept of one device, and of all that reach further; beyond that all its messages, or all, count as wanted. */
const FILTERS_MAX = 100;
const TOPICS_KNOWN = 10_000;

/**
 * Which messages of a device anybody has subscribed to. Most devices subscribe below their own prefix only, so what one
 * publishes is mostly for nobody on the site, and need not go through the broker's routing. A filter that was ever
 * subscribed to counts until the device is forgotten, one that reaches beyond its prefix until the gateway stops: too
 * much routing is slow, too little is wrong.
 */
export class Interest {
  readonly #filters = new Map<string, Set<string>>();
  /** Filters that may match what other devices publish. */
  readonly #beyond = new Set<string>();
  /** Answers given since anybody last subscribed. */
  readonly #known = new Map<string, boolean>();

  subscribed(device: string, filter: string): void {
    const isOwn = filter.startsWith(devicePrefix(device));
    const filters = isOwn ? (this.#filters.get(device) ?? new Set()) : this.#beyond;
    if (filters.size < FILTERS_MAX) filters.add(filter);
    else filters.add("#");
    if (isOwn) this.#filters.set(device, filters);
    this.#known.clear();
  }

  forget(device: string): void {
    this.#filters.delete(device);
    this.#known.clear();
  }

  wanted(device: string, topic: string): boolean {
    const filters = this.#filters.get(device);
    if (filters === undefined && this.#beyond.size === 0) return false;
    let wanted = this.#known.get(topic);
    if (wanted === undefined) {
      wanted = [...(filters ?? []), ...this.#beyond].some((filter) => filterMatches(filter, topic));
      if (this.#known.size >= TOPICS_KNOWN) this.#known.clear();
      this.#known.set(topic, wanted);
    }
    return wanted;
  }
}
