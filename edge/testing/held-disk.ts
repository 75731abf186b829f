import { fdatasync } from "node:fs";
import type { PutOnDisk } from "../database/put-on-disk.ts";

/** A disk that can be told to stand still: what is put on it then is not there until it goes on. */
export class HeldDisk {
  #held: (() => void)[] | null = null;

  /** What waits for it. */
  get waiting(): number {
    return this.#held?.length ?? 0;
  }

  readonly put: PutOnDisk = (fd, done) => {
    if (this.#held === null) fdatasync(fd, done);
    else this.#held.push(() => fdatasync(fd, done));
  };

  hold(): void {
    this.#held ??= [];
  }

  goOn(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const put of held) put();
  }

  /** Takes what waits, and nothing that comes after it. */
  takeOne(): void {
    this.goOn();
    this.hold();
  }
}
