import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Random } from "../../protocol/random.ts";
import { DAY } from "../../protocol/units.ts";
import type { CloudDatabase } from "../database/database.ts";
import { hashLinkToken, makeLinkToken } from "./link-token.ts";

/** How long the link is good for; a start gives another, and so does `homepot-cloud setup-link`. */
export const SETUP_MS = 1 * DAY;
/** There is one such link at most: its row among the library's links that are good once. */
const ROW_ID = "homepot-setup";

/**
 * The way in while nobody has an account: a link that a start prints, good for making the first one and nothing else.
 * The database has its hash only, so that a backup or a look at it gives nobody a way in; and it is in the database, so
 * that a command beside the service can make another.
 */
export class Setup {
  readonly #db: CloudDatabase;
  readonly #clock: Clock;
  readonly #random: Random;
  #isUsed = false;

  constructor(parts: { db: CloudDatabase; clock: Clock; random: Random }) {
    this.#db = parts.db;
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  /** A new token, in the place of the one before. */
  async begin(): Promise<string> {
    const token = makeLinkToken(this.#random);
    const nowMs = this.#clock.nowMs();
    const row = {
      id: ROW_ID,
      identifier: ROW_ID,
      value: await hashLinkToken(token),
      createdAt: new Date(nowMs).toISOString(),
      updatedAt: new Date(nowMs).toISOString(),
      expiresAt: new Date(nowMs + SETUP_MS).toISOString(),
    };
    await this.#db.write((trx) =>
      trx
        .insertInto("verification")
        .values(row)
        .onConflict((same) => same.column("id").doUpdateSet(row))
        .execute(),
    );
    return token;
  }

  /** Code: `setup.unknown`. */
  async check(token: string): Promise<Result<void>> {
    const found = await this.#db.read
      .selectFrom("verification")
      .select("id")
      .where("id", "=", ROW_ID)
      .where("value", "=", await hashLinkToken(token))
      .where("expiresAt", ">", new Date(this.#clock.nowMs()).toISOString())
      .executeTakeFirst();
    if (found !== undefined) return accept(undefined);
    return refuse("setup.unknown", "this is not the link that was printed last, or it was used");
  }

  /** Runs `make` with a good token, once at a time; when it has made the first account the token is used up. */
  async use<T>(token: string, make: () => Promise<Result<T>>): Promise<Result<T>> {
    if (this.#isUsed) return refuse("setup.unknown", "somebody is using this link right now");
    this.#isUsed = true;
    try {
      const good = await this.check(token);
      if (!good.ok) return good;
      const made = await make();
      if (made.ok) await this.end();
      return made;
    } finally {
      this.#isUsed = false;
    }
  }

  /** There is an account. */
  async end(): Promise<void> {
    await this.#db.write((trx) => trx.deleteFrom("verification").where("id", "=", ROW_ID).execute());
  }
}
