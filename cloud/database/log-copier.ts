/** In pages: what the log has, and how many of them are in the database by now. */
export interface Copied {
  log: number;
  checkpointed: number;
}

/** Commits between one look at how much there is and the next. */
const LOOKS_EVERY = 16;
/** What comes while the rest is copied is that much less each time. */
const ROUNDS = 3;
/** So little is copied in a moment, for which writers are kept. */
const LITTLE_PAGES = 500;

/**
 * What the thread runs: told the path of a database it opens it, and at each further message copies what it can and answers with
 * `Copied`. As text, for a compiled program has no file to start a thread from.
 */
const THREAD = `
import { Database } from "bun:sqlite";
let copy;
self.onmessage = ({ data: { path } }) => {
  if (path !== undefined) copy = new Database(path).query("PRAGMA wal_checkpoint(PASSIVE)");
  else self.postMessage(copy.get());
};
`;

export interface LogCopierParts {
  path: string;
  /** From how many pages on that are not copied yet. */
  fromPages: number;
  /** How much there is, at once. */
  look(): Copied;
  /** Runs `run` while nobody writes. */
  alone(run: () => Promise<unknown>): Promise<unknown>;
}

/**
 * Copies SQLite's log into the database from a thread of its own. On the thread that answers it took 45 ms about every second while
 * gateways report, most of it waiting for the disk. Whoever writes appends to the log meanwhile, so the last of it is copied while
 * nobody does, and the next write begins the log anew; only writers wait for that.
 */
export class LogCopier implements AsyncDisposable {
  readonly #parts: LogCopierParts;
  #worker: Worker | null = null;
  #answer: PromiseWithResolvers<Copied> | null = null;
  #running: Promise<void> | null = null;
  #stopped = false;
  #commits = 0;

  constructor(parts: LogCopierParts) {
    this.#parts = parts;
  }

  /** Something was committed: begins to copy when there is enough. Never waits and never throws. */
  committed(): void {
    this.#commits += 1;
    if (this.#commits % LOOKS_EVERY !== 0 || this.#running !== null || this.#stopped) return;
    const { log, checkpointed } = this.#parts.look();
    if (log - checkpointed < this.#parts.fromPages) return;
    this.#running = this.#run().then(
      () => {
        this.#running = null;
      },
      () => {
        // The log grows until SQLite copies it itself, as it does without this (`LOG_PAGES_MAX`).
        this.#stopped = true;
        this.#running = null;
      },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await this.#running;
    this.#worker?.terminate();
    this.#worker = null;
  }

  async #run(): Promise<void> {
    for (let round = 0; round < ROUNDS && !this.#stopped; round += 1) {
      await this.#copy();
      const { log, checkpointed } = this.#parts.look();
      if (log - checkpointed <= LITTLE_PAGES) break;
    }
    if (!this.#stopped) await this.#parts.alone(() => this.#copy());
  }

  #copy(): Promise<Copied> {
    this.#answer = Promise.withResolvers<Copied>();
    this.#worker ??= this.#start(this.#parts.path);
    this.#worker.postMessage({});
    return this.#answer.promise;
  }

  #start(path: string): Worker {
    const source = URL.createObjectURL(new Blob([THREAD], { type: "text/javascript" }));
    const worker = new Worker(source, { smol: true });
    worker.onmessage = ({ data }: MessageEvent<Copied>) => this.#answer?.resolve(data);
    worker.onerror = ({ message }) => this.#answer?.reject(new Error(message));
    worker.postMessage({ path });
    return worker;
  }
}
