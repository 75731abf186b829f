import { filterMatches } from "../../protocol/topics/filter.ts";

/** Filters kept of one device; beyond that all its messages count as wanted. */
const FILTERS_MAX = 100;
const TOPICS_KNOWN = 10_000;

/**
 * Which messages of a device anybody has subscribed to. A device subscribes below its own prefix only, so what it
 * publishes is mostly for nobody on the site, and need not go through the broker's routing. A filter that was ever
 * subscribed to counts until the device is forgotten: too much routing is slow, too little is wrong.
 */
export class Interest {
  readonly #filters = new Map<string, Set<string>>();
  /** Answers given since anybody last subscribed. */
  readonly #known = new Map<string, boolean>();

  subscribed(device: string, filter: string): void {
    const filters = this.#filters.get(device) ?? new Set();
    if (filters.size < FILTERS_MAX) filters.add(filter);
    else filters.add("#");
    this.#filters.set(device, filters);
    this.#known.clear();
  }

  forget(device: string): void {
    this.#filters.delete(device);
    this.#known.clear();
  }

  wanted(device: string, topic: string): boolean {
    const filters = this.#filters.get(device);
    if (filters === undefined) return false;
    let wanted = this.#known.get(topic);
    if (wanted === undefined) {
      wanted = [...filters].some((filter) => filterMatches(filter, topic));
      if (this.#known.size >= TOPICS_KNOWN) this.#known.clear();
      this.#known.set(topic, wanted);
    }
    return wanted;
  }
}
