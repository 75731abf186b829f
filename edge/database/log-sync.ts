import { closeSync, openSync } from "node:fs";
import type { PutOnDisk } from "./put-on-disk.ts";

/** What is done about a disk that refuses. */
export interface Refusing {
  /** Writes the log anew through `fd`, so that the disk has it to take once more. False when it is not whole any more. */
  writeAnew(fd: number): boolean;
  /** What was committed may be lost, and nothing that is done in this process brings it back. */
  lost(error: Error): void;
}

/** So often a log that the disk has refused is written anew, one time after the other. */
const TRIES = 10;

/**
 * Puts SQLite's log on the disk, beside the event loop where that is slow. SQLite itself waits for the disk within the commit (`synchronous=FULL`), and as
 * long as it does no device is heard: with 200 commands a second that was up to 45 % of the gateway's time.
 *
 * A commit that was written with `synchronous=NORMAL` survives a power cut when {@link LogSync.sync} has called back since: with FULL SQLite
 * does the same between the last frame and the answer, and nothing else. Data alone (fdatasync): the log's size is part of it; when it
 * was written is not, and is a write to the file system's journal each time.
 *
 * After an error the kernel takes the pages for written, and a second try would succeed (https://wiki.postgresql.org/wiki/Fsync_Errors): so
 * the log is written anew first, as SQLite itself does with the frames of a commit that has failed.
 */
export class LogSync {
  readonly #path: string;
  readonly #refusing: Refusing;
  readonly #put: PutOnDisk;
  #fd: number | null = null;
  #isRunning = false;
  #isClosed = false;

  /** `path`: of the database. */
  constructor(path: string, refusing: Refusing, put: PutOnDisk) {
    this.#path = path;
    this.#refusing = refusing;
    this.#put = put;
  }

  /** Calls `done` when what is committed now is on the disk; never when the disk has failed. To be called one at a time. */
  sync(done: () => void): void {
    this.#begin((fd) => this.#try(fd, done, TRIES));
  }

  /** The same of what another process has committed, before it ended: the disk may have refused it, and nobody would hear of that any more. */
  adopt(done: () => void): void {
    this.#begin((fd) => {
      this.#refusing.writeAnew(fd);
      this.#try(fd, done, TRIES);
    });
  }

  close(): void {
    this.#isClosed = true;
    // Its number would be another file's while the disk still works on it.
    if (this.#fd === null || this.#isRunning) return;
    closeSync(this.#fd);
    this.#fd = null;
  }

  #begin(work: (fd: number) => void): void {
    this.#isRunning = true;
    const fd = this.#open();
    if (fd !== null) work(fd);
  }

  #open(): number | null {
    try {
      // It is there from the first transaction to the last connection's end, always the same file.
      this.#fd ??= openSync(`${this.#path}-wal`, "r+");
      return this.#fd;
    } catch (error) {
      // What is to be synced is committed: nothing that comes after a commit may make it look undone.
      this.#refusing.lost(error as Error);
      return null;
    }
  }

  #try(fd: number, done: () => void, triesLeft: number): void {
    this.#put(fd, (error) => {
      if (this.#isClosed) {
        this.#isRunning = false;
        this.close();
      } else if (!error) {
        this.#isRunning = false;
        done();
      } else if (triesLeft > 0 && this.#refusing.writeAnew(fd)) {
        this.#try(fd, done, triesLeft - 1);
      } else {
        this.#refusing.lost(error);
      }
    });
  }
}
