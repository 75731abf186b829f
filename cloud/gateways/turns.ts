/**
 * Who is served next: round robin, so that a gateway with a long backlog cannot starve the others; those with
 * something urgent before those with bulk, so that an alarm does not wait behind anybody's telemetry; and after
 * {@link URGENT_RUN} urgent turns one of bulk, so that telemetry does not stand still either.
 */
export class Turns<Item> {
  readonly #urgent = new Set<Item>();
  readonly #bulk = new Set<Item>();
  #run = 0;

  /** Puts an item at the end of its line; one that stands there already keeps its place. */
  offer(item: Item, stream: "urgent" | "bulk"): void {
    (stream === "urgent" ? this.#urgent : this.#bulk).add(item);
  }

  remove(item: Item): void {
    this.#urgent.delete(item);
    this.#bulk.delete(item);
  }

  /** Takes the next one out of its line; null when nobody waits. */
  next(): { item: Item; stream: "urgent" | "bulk" } | null {
    const urgent = this.#bulk.size === 0 || this.#run < URGENT_RUN ? take(this.#urgent) : undefined;
    if (urgent !== undefined) {
      this.#run += 1;
      return { item: urgent.item, stream: "urgent" };
    }
    this.#run = 0;
    const bulk = take(this.#bulk);
    return bulk === undefined ? null : { item: bulk.item, stream: "bulk" };
  }
}

/** Urgent turns in a row while bulk waits. */
export const URGENT_RUN = 8;

function take<Item>(line: Set<Item>): { item: Item } | undefined {
  for (const item of line) {
    line.delete(item);
    return { item };
  }
  return undefined;
}
