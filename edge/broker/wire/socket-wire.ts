import type { Socket } from "bun";
import { MINUTE, SECOND } from "../../../protocol/units.ts";
import type { Wire, WireEvents } from "./wire.ts";

/** Of a socket whose other end may have lost power. A keepalive of MQTT's own is up to the device. */
const TCP_KEEPALIVE_MS = MINUTE;
/** What waits is sent for so long after the end was asked for; then the other end is not reading. */
const END_WITHIN_MS = 2 * SECOND;

/** A wire over one of Bun's own sockets, plain or TLS. */
export class SocketWire implements Wire {
  readonly kind: "tcp" | "tls";
  readonly certificateName: string | null;
  readonly remoteAddress: string;
  readonly #socket: Socket<SocketWire>;
  #events: WireEvents | null = null;
  /** What the socket has not taken, oldest first; of the first one only what is left. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #ending: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(socket: Socket<SocketWire>, kind: "tcp" | "tls", certificateName: string | null) {
    this.#socket = socket;
    this.kind = kind;
    this.certificateName = certificateName;
    this.remoteAddress = socket.remoteAddress;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, TCP_KEEPALIVE_MS);
  }

  /** Who hears of this wire from now on. */
  listen(events: WireEvents): void {
    this.#events = events;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  write(bytes: Uint8Array): void {
    if (this.#closed || this.#ending !== null) return;
    let taken = 0;
    if (this.#waiting.length === 0) taken = Math.max(0, this.#socket.write(bytes));
    if (taken === bytes.length) return;
    this.#waiting.push(bytes.slice(taken));
    this.#waitingBytes += bytes.length - taken;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#closed) this.#socket.resume();
  }

  end(): void {
    if (this.#closed || this.#ending !== null) return;
    if (this.#waiting.length === 0) this.#socket.end();
    this.#ending = setTimeout(() => this.destroy(), END_WITHIN_MS);
  }

  destroy(): void {
    if (!this.#closed) this.#socket.terminate();
  }

  /** The socket's own events, passed on by whoever listens on it. */
  took(bytes: Uint8Array): void {
    if (!this.#closed && this.#ending === null) this.#events?.data(bytes);
  }

  drained(): void {
    while (this.#waiting.length > 0) {
      const next = this.#waiting[0]!;
      const taken = Math.max(0, this.#socket.write(next));
      this.#waitingBytes -= taken;
      if (taken < next.length) {
        this.#waiting[0] = next.subarray(taken);
        return;
      }
      this.#waiting.shift();
    }
    if (this.#ending !== null) this.#socket.end();
    else this.#events?.drain();
  }

  gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#ending !== null) clearTimeout(this.#ending);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#events?.closed();
  }
}
