import { type FileHandle, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const EVERY_MS = 50;
const PAGE = Buffer.alloc(4_096, 1);

/** Puts a page on the disk now and then while a bench runs, beside what it measures: its figures are to be read against the disk's. */
export class DiskProbe implements AsyncDisposable {
  /** How long each took, ms. */
  readonly tookMs: number[] = [];
  readonly #path = join(tmpdir(), `homepot-probe-${process.pid}`);
  #running: Promise<void> | null = null;
  #stopped = false;

  async start(): Promise<void> {
    const file = await open(this.#path, "w");
    this.#running = this.#run(file).finally(() => file.close());
  }

  async #run(file: FileHandle): Promise<void> {
    while (!this.#stopped) {
      await file.write(PAGE, 0, PAGE.length, 0);
      const beganMs = performance.now();
      await file.datasync();
      this.tookMs.push(performance.now() - beganMs);
      await Bun.sleep(EVERY_MS);
    }
  }

  /** Resolves when no more are made. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#path, { force: true });
  }
}
