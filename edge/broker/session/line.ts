import { Duplex } from "node:stream";
import type { Wire } from "../wire/wire.ts";

/** What aedes may write before it is told to wait for the other end. */
const HIGH_WATER_BYTES = 64 * 1_024;

/**
 * What aedes takes for the client's socket: it reads the packets the session hands it, and writes to the wire. While
 * aedes sends a durable session its queue it waits for the other end; afterwards it never does, because whoever
 * publishes would wait with it: what is unread then is for the session to bound.
 */
export class Line extends Duplex {
  readonly #wire: Wire;
  readonly #send: (packets: Buffer) => void;
  #waiting: (() => void) | null = null;
  #patient = true;

  /** `send` is given everything aedes writes, in whole packets. */
  constructor(wire: Wire, send: (packets: Buffer) => void) {
    super({ writableHighWaterMark: HIGH_WATER_BYTES, allowHalfOpen: false });
    this.#wire = wire;
    this.#send = send;
  }

  /** Bytes that were written and that the other end has not taken. */
  get unreadBytes(): number {
    return this.writableLength + this.#wire.waitingBytes;
  }

  /** Hands aedes a packet of the client's. Copies it. */
  deliver(firstByte: number, body: Uint8Array): void {
    if (!this.destroyed) this.push(packet(firstByte, body));
  }

  /** The queue of the session was sent: from now on nobody waits for the other end. */
  hurry(): void {
    this.#patient = false;
    this.drained();
  }

  /** The other end took what waited. */
  drained(): void {
    const go = this.#waiting;
    this.#waiting = null;
    go?.();
  }

  override _read(): void {
    // Packets are pushed when they come.
  }

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.#send(bytes);
    if (this.#patient && this.#wire.waitingBytes > 0) this.#waiting = done;
    else done();
  }

  override _writev(parts: { chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(parts.map(({ chunk }) => chunk)), "buffer", done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.drained();
    this.#wire.end();
    done(error);
  }
}

/** A whole packet again, from its first byte and its body. */
function packet(firstByte: number, body: Uint8Array): Buffer {
  const header = [firstByte];
  let length = body.length;
  do {
    header.push(length >= 0x80 ? (length & 0x7f) | 0x80 : length);
    length >>= 7;
  } while (length > 0);
  const bytes = Buffer.allocUnsafe(header.length + body.length);
  bytes.set(header);
  bytes.set(body, header.length);
  return bytes;
}
