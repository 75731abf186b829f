import type { Reading, Value } from "../../protocol/telemetry/reading.ts";

/** How a metric was in the newest chunk of its device. */
interface Known {
  value: Value;
  /** How often it changed in that chunk; from the value before it on. */
  changes: number;
}

/** Of a chunk so many readings are looked at, the newest: of more it is known that they vary, or it does not matter. */
const LOOKED_AT = 100;
/** A number that changed no more often than this in a chunk says how something stands; others measure. */
const STANDING_CHANGES = 1;

/**
 * What would be news to the cloud: a metric it has not seen, a boolean or a text that is another than in the newest
 * chunk, or a number that stood still there, as a fault's code does, and a meter's power does not.
 */
export class News {
  readonly #known = new Map<string, Map<string, Known>>();

  isIn(device: string, readings: readonly Reading[]): boolean {
    const known = this.#known.get(device);
    return readings.some(({ values }) =>
      Object.entries(values).some(([metric, value]) => {
        const before = known?.get(metric);
        if (before === undefined) return true;
        return before.value !== value && (typeof value !== "number" || before.changes <= STANDING_CHANGES);
      }),
    );
  }

  /** These readings are in a chunk. */
  sealed(device: string, readings: readonly Reading[]): void {
    const known = this.#known.get(device) ?? new Map<string, Known>();
    const changes = new Map<string, number>();
    for (const { values } of readings.slice(-LOOKED_AT)) {
      for (const [metric, value] of Object.entries(values)) {
        const before = known.get(metric);
        const changed = before !== undefined && before.value !== value ? 1 : 0;
        const count = (changes.get(metric) ?? 0) + changed;
        changes.set(metric, count);
        known.set(metric, { value, changes: count });
      }
    }
    this.#known.set(device, known);
  }
}
