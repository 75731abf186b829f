import { timingSafeEqual } from "node:crypto";
import type { Clock } from "../../protocol/clock.ts";
import type { Random } from "../../protocol/random.ts";
import { HOUR, MINUTE } from "../../protocol/units.ts";

const VISIT_LASTS_MS = 12 * HOUR;
const VISITS_MAX = 50;
const TOKEN_BYTES = 32;

/** Wrong codes that are looked at in {@link WINDOW_MS}: of one address, and of all together. */
const WRONG_PER_ADDRESS = 10;
const WRONG_IN_ALL = 100;
const WINDOW_MS = 10 * MINUTE;

interface Visit {
  /** Hash of the code it was let in by: another code ends it. */
  codeHash: string;
  untilMs: number;
}

/**
 * Who may see the status page: a visit is begun with the access code and lasts half a day, or until the gateway is
 * started anew. Guessing is bounded: 40 bits, at a hundred tries in ten minutes.
 */
export class Visits {
  readonly #parts: { clock: Clock; random: Random; code: () => string | null };
  readonly #visits = new Map<string, Visit>();
  #wrong: { address: string; atMs: number }[] = [];

  constructor(parts: { clock: Clock; random: Random; code: () => string | null }) {
    this.#parts = parts;
  }

  /** Begins a visit. Gives its token, for a cookie. */
  begin(given: string | null, address: string): { token: string } | "wrong" | "too-many" {
    const { clock, random, code } = this.#parts;
    const nowMs = clock.monotonicMs();
    this.#wrong = this.#wrong.filter(({ atMs }) => nowMs - atMs < WINDOW_MS);
    const own = this.#wrong.filter((wrong) => wrong.address === address).length;
    if (own >= WRONG_PER_ADDRESS || this.#wrong.length >= WRONG_IN_ALL) return "too-many";
    const wanted = code();
    if (wanted === null || given === null || !timingSafeEqual(hashed(given), hashed(wanted))) {
      this.#wrong.push({ address, atMs: nowMs });
      return "wrong";
    }
    const token = Buffer.from(random.bytes(TOKEN_BYTES)).toString("base64url");
    if (this.#visits.size >= VISITS_MAX) this.#visits.delete(this.#visits.keys().next().value ?? "");
    this.#visits.set(key(token), { codeHash: key(wanted), untilMs: nowMs + VISIT_LASTS_MS });
    return { token };
  }

  isOpen(token: string | null): boolean {
    const visit = this.#visits.get(key(token ?? ""));
    const code = this.#parts.code();
    if (visit === undefined || code === null) return false;
    return visit.untilMs > this.#parts.clock.monotonicMs() && visit.codeHash === key(code);
  }

  end(token: string | null): void {
    this.#visits.delete(key(token ?? ""));
  }
}

function hashed(text: string): Buffer {
  return Buffer.from(key(text), "hex");
}

function key(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}
