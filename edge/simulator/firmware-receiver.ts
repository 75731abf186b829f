import type { Clock } from "../../protocol/clock.ts";
import type { Json } from "../../protocol/config/device-config.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { FirmwareOffer } from "../../protocol/firmware/transfer.ts";
import { KIB, SECOND } from "../../protocol/units.ts";
import type { Outlet } from "./outlet.ts";

export interface FirmwareReceiverParts {
  key: string;
  clock: Clock;
  outlet: Outlet;
}

/** As large as a device with little memory likes them, and so many of them on their way. */
const PART_BYTES = 16 * KIB;
const PARTS_UNDER_WAY = 4;
/** What did not come is asked for again, and so often before nothing more is expected. */
const ASK_AGAIN_MS = 5 * SECOND;
const SILENCES_MAX = 24;

interface Receiving {
  execution: string;
  sizeBytes: number;
  partBytes: number;
  hash: Bun.CryptoHasher;
  has: number;
  /** Asked for up to here. */
  asked: number;
  silences: number;
  cancel: () => void;
  done(came: Result<Json>): void;
}

/**
 * Takes a firmware from the gateway as a device does: asks for one part after the other, from where it is, and again for what
 * does not come. What it takes it hashes and does not keep.
 */
export class FirmwareReceiver {
  readonly #parts: FirmwareReceiverParts;
  #receiving: Receiving | null = null;

  constructor(parts: FirmwareReceiverParts) {
    this.#parts = parts;
  }

  /** `{sha256, sizeBytes}` of what came. Code: `request.invalid`, when nothing comes any more. */
  receive(execution: string, { sizeBytes, partMaxBytes }: FirmwareOffer): Promise<Result<Json>> {
    return new Promise((done) => {
      this.#receiving = {
        ...{ execution, sizeBytes, partBytes: Math.min(PART_BYTES, partMaxBytes), done },
        ...{ hash: new Bun.CryptoHasher("sha256"), has: 0, asked: 0, silences: 0, cancel: () => undefined },
      };
      this.#ask();
    });
  }

  hear(execution: string, offset: number, bytes: Uint8Array): void {
    const receiving = this.#receiving;
    // Behind a gap it is asked for again, and what is there already may come twice.
    if (receiving?.execution !== execution || offset !== receiving.has) return;
    receiving.hash.update(bytes);
    receiving.has += bytes.length;
    receiving.silences = 0;
    const { has, sizeBytes, hash } = receiving;
    if (has < sizeBytes) this.#ask();
    else this.#end(receiving, accept({ sha256: hash.digest("hex"), sizeBytes: has }));
  }

  stop(): void {
    this.#receiving?.cancel();
    this.#receiving = null;
  }

  #ask(): void {
    const receiving = this.#receiving;
    if (receiving === null) return;
    const { key, clock, outlet } = this.#parts;
    const { execution, has, sizeBytes, partBytes } = receiving;
    receiving.asked = Math.max(receiving.asked, has);
    while (receiving.asked < Math.min(sizeBytes, has + PARTS_UNDER_WAY * partBytes)) {
      const want = JSON.stringify({ offset: receiving.asked, length: partBytes });
      outlet.publish({ channel: "firmware-want", device: key, execution }, want);
      receiving.asked += partBytes;
    }
    receiving.cancel();
    receiving.cancel = clock.after(ASK_AGAIN_MS, () => this.#askAgain(receiving));
  }

  #askAgain(receiving: Receiving): void {
    // Cut off from its broker it waits for as long as that takes.
    if (this.#parts.outlet.up) receiving.silences += 1;
    receiving.asked = receiving.has;
    const { has, sizeBytes, silences } = receiving;
    if (silences <= SILENCES_MAX) this.#ask();
    else this.#end(receiving, refuse("request.invalid", `nothing came after ${has} of ${sizeBytes} bytes`));
  }

  #end(receiving: Receiving, came: Result<Json>): void {
    receiving.cancel();
    this.#receiving = null;
    receiving.done(came);
  }
}
