import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Random } from "../../protocol/random.ts";
import { DAY } from "../../protocol/units.ts";

/** How long the link of a start is good for; the next start gives another. */
export const SETUP_MS = 1 * DAY;
const TOKEN_BYTES = 32;

/**
 * The way in while nobody has an account: a link that a start prints, good for making the first one and nothing else.
 * It is kept in memory only, so that a backup or a look at the database gives nobody a way in.
 */
export class Setup {
  readonly #clock: Clock;
  readonly #random: Random;
  #token: Uint8Array | null = null;
  #untilMs = 0;
  #isUsed = false;

  constructor(parts: { clock: Clock; random: Random }) {
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  /** A new token, in the place of the one before. */
  begin(): string {
    this.#token = this.#random.bytes(TOKEN_BYTES);
    this.#untilMs = this.#clock.monotonicMs() + SETUP_MS;
    return this.#token.toBase64({ alphabet: "base64url", omitPadding: true });
  }

  /** Code: `setup.unknown`. */
  check(token: string): Result<void> {
    const given = new TextEncoder().encode(token);
    const known = new TextEncoder().encode(
      this.#token?.toBase64({ alphabet: "base64url", omitPadding: true }) ?? "",
    );
    const fits = known.length > 0 && given.length === known.length && crypto.timingSafeEqual(given, known);
    if (fits && this.#clock.monotonicMs() < this.#untilMs) return accept(undefined);
    return refuse("setup.unknown", "this is not the link of the last start, or it was used");
  }

  /** Runs `make` with a good token, once at a time; when it has made the first account the token is used up. */
  async use<T>(token: string, make: () => Promise<Result<T>>): Promise<Result<T>> {
    const good = this.check(token);
    if (!good.ok) return good;
    if (this.#isUsed) return refuse("setup.unknown", "somebody is using this link right now");
    this.#isUsed = true;
    try {
      const made = await make();
      if (made.ok) this.end();
      return made;
    } finally {
      this.#isUsed = false;
    }
  }

  /** There is an account. */
  end(): void {
    this.#token = null;
  }
}
