import type { LiveEvent } from "../../protocol/live/event.ts";
import { formatEventId, parseEventId } from "../../protocol/live/event-id.ts";
import type { Random } from "../../protocol/random.ts";
import { KIB } from "../../protocol/units.ts";

/** Text kept of either kind of event of one organisation: some 2,500 changes of state. */
export const RECENT_BYTES = 512 * KIB;

/** An event with its id, and the text that is sent, made once for all browsers. */
export interface Numbered {
  seq: number;
  event: LiveEvent;
  text: string;
  /** Ids of the people it is for; absent: everybody. */
  audience?: ReadonlySet<string>;
}

/**
 * The last events of one organisation, for whoever comes back. Values of devices come far more often than changes of
 * state, so each kind has room of its own: values never push out a state.
 */
export class Recent {
  readonly #epoch: string;
  readonly #states = new Kept();
  readonly #readings = new Kept();
  #seq = 0;

  constructor(random: Random) {
    this.#epoch = random.bytes(8).toHex();
  }

  /** The newest event's number; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  /** Id of the newest event. */
  get head(): string {
    return formatEventId({ epoch: this.#epoch, seq: this.#seq });
  }

  add(event: LiveEvent, audience?: ReadonlySet<string>): Numbered {
    this.#seq += 1;
    const numbered = { ...event, id: this.head };
    const text = JSON.stringify(numbered);
    const entry = { seq: this.#seq, event: numbered, text, ...(audience === undefined ? {} : { audience }) };
    (event.type === "telemetry" ? this.#readings : this.#states).add(entry);
    return entry;
  }

  /**
   * Everything after that event, oldest first, values of devices only when they are wanted; null when some of it is
   * kept no more, or it is of another log.
   */
  since(id: string, withReadings: boolean): Numbered[] | null {
    const last = parseEventId(id);
    if (last?.epoch !== this.#epoch || last.seq > this.#seq) return null;
    const states = this.#states.since(last.seq);
    const readings = withReadings ? this.#readings.since(last.seq) : [];
    if (states === null || readings === null) return null;
    return [...states, ...readings].sort((a, b) => a.seq - b.seq);
  }
}

/** Events up to {@link RECENT_BYTES}; the oldest make room. */
class Kept {
  readonly #entries = new Map<number, Numbered>();
  #bytes = 0;
  /** The newest that made room. */
  #lostSeq = 0;

  add(entry: Numbered): void {
    this.#entries.set(entry.seq, entry);
    this.#bytes += entry.text.length;
    for (const [seq, { text }] of this.#entries) {
      if (this.#bytes <= RECENT_BYTES) return;
      this.#entries.delete(seq);
      this.#bytes -= text.length;
      this.#lostSeq = seq;
    }
  }

  since(seq: number): Numbered[] | null {
    return seq < this.#lostSeq ? null : [...this.#entries.values()].filter((entry) => entry.seq > seq);
  }
}
