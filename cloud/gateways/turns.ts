/**
 * Who is served next: round robin, so that a gateway with a long backlog cannot starve the others; those with
 * something urgent before those with bulk, so that an alarm does not wait behind anybody's telemetry; of the bulk those
 * with little before those with much, so that a crowd that catches up costs the others nothing. After {@link URGENT_RUN}
 * turns of a kind one of the next, so that nobody stands still either.
 */
export class Turns<Item> {
  readonly #urgent = new Set<Item>();
  readonly #modest = new Set<Item>();
  readonly #heavy = new Set<Item>();
  #urgentRun = 0;
  #modestRun = 0;

  /**
   * Puts an item at the end of its line; one that stands there already keeps its place. `modest`: it has little
   * waiting; who has become a heavy one goes to the end of that line.
   */
  offer(item: Item, stream: "urgent" | "bulk", modest: boolean): void {
    if (stream === "urgent") this.#urgent.add(item);
    else if (!modest) {
      this.#modest.delete(item);
      this.#heavy.add(item);
    } else if (!this.#heavy.has(item)) this.#modest.add(item);
  }

  remove(item: Item): void {
    this.#urgent.delete(item);
    this.#modest.delete(item);
    this.#heavy.delete(item);
  }

  get isWaiting(): boolean {
    return this.#urgent.size + this.#modest.size + this.#heavy.size > 0;
  }

  /** Takes the next one out of its line; null when nobody waits. */
  next(): { item: Item; stream: "urgent" | "bulk" } | null {
    const bulkWaits = this.#modest.size + this.#heavy.size > 0;
    const urgent = !bulkWaits || this.#urgentRun < URGENT_RUN ? take(this.#urgent) : undefined;
    if (urgent !== undefined) {
      this.#urgentRun += 1;
      return { item: urgent.item, stream: "urgent" };
    }
    this.#urgentRun = 0;
    const modest = this.#heavy.size === 0 || this.#modestRun < MODEST_RUN ? take(this.#modest) : undefined;
    this.#modestRun = modest === undefined ? 0 : this.#modestRun + 1;
    const bulk = modest ?? take(this.#heavy);
    return bulk === undefined ? null : { item: bulk.item, stream: "bulk" };
  }
}

/** Urgent turns in a row while bulk waits. */
export const URGENT_RUN = 8;
/** Turns of those with little in a row while others have much. */
export const MODEST_RUN = 64;

function take<Item>(line: Set<Item>): { item: Item } | undefined {
  for (const item of line) {
    line.delete(item);
    return { item };
  }
  return undefined;
}
