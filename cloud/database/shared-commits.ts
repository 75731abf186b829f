import { CompiledQuery, type Kysely, type Transaction } from "kysely";
import type { CommitHooks } from "./database.ts";
import type { Tables } from "./tables.ts";

type Trx = Transaction<Tables>;

interface Turn {
  /** Whether it waits no longer for another to go with. */
  isDue: boolean;
  run(trx: Trx): Promise<unknown>;
  resolve(result: never): void;
  reject(error: unknown): void;
}

/** Those that share a commit hear of it after the last of them: so many that it is not long. */
const TURNS_MAX = 16;

const [SAVEPOINT, RELEASE, ROLL_BACK] = ["savepoint turn", "release turn", "rollback to turn"].map((sql) =>
  CompiledQuery.raw(sql),
) as [CompiledQuery, CompiledQuery, CompiledQuery];

/**
 * Many writes, one wait for the disk. A write waits for the end of the event loop's turn, so that all that came with it, or while
 * the disk was waited for, share its commit; one that has time waits longer, and goes with the first that has none. They run one
 * after the other, each in a savepoint of its own: one that throws is undone alone. Nobody is answered before the commit.
 *
 * A request that commits within its own turn has the runtime find the next connection waiting, take it and run its request, and so on: as
 * long as they come faster than the disk takes commits nothing else is heard, gateways least of all.
 */
export class SharedCommits {
  readonly #writer: Kysely<Tables>;
  readonly #hooks: CommitHooks;
  readonly #waiting: Turn[] = [];
  #running = false;

  constructor(writer: Kysely<Tables>, hooks: CommitHooks) {
    this.#writer = writer;
    this.#hooks = hooks;
  }

  /** `CloudDatabase.writeTogether` */
  write<T>(run: (trx: Trx) => Promise<T>, atTheLatest?: Promise<void>): Promise<T> {
    return new Promise((resolve, reject) => {
      const turn: Turn = { isDue: false, run, resolve, reject };
      this.#waiting.push(turn);
      const due = (): void => {
        turn.isDue = true;
        if (!this.#running) void this.#serve();
      };
      if (atTheLatest === undefined) due();
      else void atTheLatest.then(due);
    });
  }

  async #serve(): Promise<void> {
    this.#running = true;
    while (this.#waiting.some(({ isDue }) => isDue)) {
      await new Promise((resolve) => setImmediate(resolve));
      await this.#commit(this.#waiting.splice(0, TURNS_MAX));
    }
    this.#running = false;
  }

  /** Never throws: who asked for a write hears what came of it. */
  async #commit(turns: readonly Turn[]): Promise<void> {
    let done: (() => void)[];
    try {
      done = await this.#writer.transaction().execute(async (trx) => {
        const ends: (() => void)[] = [];
        for (const turn of turns)
          ends.push(turns.length === 1 ? await this.#take(trx, turn) : await this.#takeApart(trx, turn));
        return ends;
      });
    } catch (error) {
      for (const { reject } of turns) reject(error);
      return;
    }
    for (const end of done) end();
  }

  /** Runs a turn. Gives what is to follow the commit. */
  async #take(trx: Trx, { run, resolve, reject }: Turn): Promise<() => void> {
    this.#hooks.begin(trx);
    let result: unknown;
    let after: (() => void)[] = [];
    try {
      result = await run(trx);
    } finally {
      after = this.#hooks.end(trx);
    }
    return () => {
      try {
        for (const hook of after) hook();
        resolve(result as never);
      } catch (error) {
        reject(error);
      }
    };
  }

  /** The same so that, when it throws, its writes are undone and those before it are not. */
  async #takeApart(trx: Trx, turn: Turn): Promise<() => void> {
    await trx.executeQuery(SAVEPOINT);
    try {
      const end = await this.#take(trx, turn);
      await trx.executeQuery(RELEASE);
      return end;
    } catch (error) {
      // A full disk may have ended the whole transaction: then this throws, and nothing of it can be kept.
      await trx.executeQuery(ROLL_BACK);
      await trx.executeQuery(RELEASE);
      return () => turn.reject(error);
    }
  }
}
