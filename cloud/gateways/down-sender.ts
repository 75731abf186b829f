import type { Result } from "../../protocol/errors.ts";
import type { Entries } from "../../protocol/frames/entries.ts";
import type { Seq } from "../../protocol/log/cursor.ts";
import type { Entry } from "../../protocol/log/entry.ts";
import { StreamSender } from "../../protocol/log/sender.ts";

/** Reads the downlog after a seq: see `readDown`. */
export type ReadDownlog = (after: Seq, maxBytes: number) => Promise<{ entries: Entry[]; head: Seq }>;

/** Sends one gateway its downlog during one session: as much as the window allows, whenever there is more. */
export class DownSender {
  readonly #sender: StreamSender;
  readonly #read: ReadDownlog;
  readonly #send: (frame: Entries) => void;
  #pumping = false;
  /** There may be entries that were not read. */
  #more = false;
  #stopped = false;

  /** `cursor`: last seq the gateway has applied. */
  constructor(cursor: Seq, read: ReadDownlog, send: (frame: Entries) => void) {
    this.#sender = new StreamSender({ stream: "down", cursor });
    this.#read = read;
    this.#send = send;
  }

  /** Sends what there is. Calls while it runs make it look once more; it rejects when the log cannot be read. */
  async pump(): Promise<void> {
    this.#more = true;
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#more && !this.#stopped) {
        const want = this.#sender.next();
        if (want === null) break;
        this.#more = false;
        const { entries, head } = await this.#read(want.after, want.maxBytes);
        if (this.#stopped) break;
        const frame = this.#sender.sent(entries, head);
        if (frame === null) continue;
        this.#send(frame);
        if (this.#sender.sentTo < head) this.#more = true;
      }
    } finally {
      this.#pumping = false;
    }
  }

  /** There is room again: sends what had to wait for it. */
  async resume(): Promise<void> {
    if (this.#more) await this.pump();
  }

  /** The gateway has applied up to `seq`: there is room for more. */
  acknowledged(seq: Seq): Result<Seq> {
    return this.#sender.acknowledged(seq);
  }

  stop(): void {
    this.#stopped = true;
  }
}
