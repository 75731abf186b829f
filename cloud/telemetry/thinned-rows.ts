import type { ThinRow } from "../../protocol/chunks/chunk.ts";
import type { Buckets } from "./buckets.ts";

/** One metric of a chunk, as it is kept for the next chart. */
export interface Column {
  readonly sizeBytes: number;
  /** Its points are as fine as its rows are, and not as the readings were. */
  readonly isThinned: boolean;
  addTo(buckets: Buckets): void;
}

/** What an object and its numbers take in memory. */
const ROW_BYTES = 100;

/**
 * One metric of a chunk that the gateway had thinned. A row that crosses a border counts where its first reading lies,
 * as a thinned digest does, so that it counts once, whatever is asked.
 */
export class ThinnedRows implements Column {
  readonly isThinned = true;
  readonly #rows: readonly ThinRow[];

  constructor(rows: readonly ThinRow[]) {
    this.#rows = rows;
  }

  get sizeBytes(): number {
    return this.#rows.length * ROW_BYTES;
  }

  addTo(buckets: Buckets): void {
    for (const row of this.#rows) {
      const index = buckets.indexOf(row.firstMs);
      if (index !== null) buckets.addSummary(index, row);
    }
  }
}
