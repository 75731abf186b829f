import type { Clock } from "../../../protocol/clock.ts";
import { type Hello, helloSigningText } from "../../../protocol/frames/control.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../../protocol/frames/frame.ts";
import type { UplogStream } from "../../../protocol/log/cursor.ts";
import type { Entry } from "../../../protocol/log/entry.ts";
import type { Connection } from "../connection.ts";

/** What a gateway in a test is: an id, the key it enrolled with, and its uplog's identity. */
export interface TestGateway {
  id: string;
  privateKey: CryptoKey;
  publicKey: string;
  epoch: string;
}

/** The side of the hub a line is plugged into. */
interface Socket {
  open(connection: Connection): void;
  message(connection: Connection, bytes: Uint8Array): void;
  close(connection: Connection): void;
}

export async function makeKeys(): Promise<{ privateKey: CryptoKey; publicKey: string }> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return {
    privateKey: pair.privateKey,
    publicKey: raw.toBase64({ alphabet: "base64url", omitPadding: true }),
  };
}

/** The gateway's end of a line without a network: what it says goes to the hub at once, what it hears is kept. */
export class GatewayLine implements Connection {
  readonly gateway: TestGateway;
  readonly heard: Frame[] = [];
  closed: { code: number; reason: string } | null = null;
  buffered = 0;
  readonly #socket: Socket;
  readonly #clock: Clock;
  #waiters: (() => void)[] = [];

  constructor(socket: Socket, gateway: TestGateway, clock: Clock) {
    this.#socket = socket;
    this.gateway = gateway;
    this.#clock = clock;
    socket.open(this);
  }

  send(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if (!frame.ok) throw new TypeError(`the hub sent a bad frame: ${frame.refusal.detail}`);
    this.heard.push(frame.value);
    this.#wake();
  }

  bufferedAmount(): number {
    return this.buffered;
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason };
    this.#socket.close(this);
    this.#wake();
  }

  /** The line breaks without a word. */
  cut(): void {
    this.#socket.close(this);
  }

  say(frame: Exclude<Frame, { type: "ignorable" }>): void {
    this.#socket.message(this, encodeFrame(frame));
  }

  sayBytes(bytes: Uint8Array): void {
    this.#socket.message(this, bytes);
  }

  sayEntries(stream: UplogStream, after: number, entries: Entry[], head = 0): void {
    this.say({ type: "entries", stream, after, entries, head: Math.max(head, entries.at(-1)?.seq ?? after) });
  }

  /** Waits until the hub has said `count` frames of this type, and returns the last of them. */
  async hear<Type extends Frame["type"]>(type: Type, count = 1): Promise<Frame & { type: Type }> {
    const found = () => this.heard.filter((frame): frame is Frame & { type: Type } => frame.type === type);
    await this.until(() => found().length >= count);
    return found()[count - 1]!;
  }

  /** Waits until the lane is acknowledged up to `seq`. */
  acknowledged(stream: UplogStream, seq: number): Promise<void> {
    return this.until(() =>
      this.heard.some((frame) => frame.type === "ack" && frame.stream === stream && frame.seq >= seq),
    );
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.closed !== null) throw new Error(`closed: ${this.closed.reason}`);
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    while (this.closed === null) await new Promise<void>((resolve) => this.#waiters.push(resolve));
    return this.closed;
  }

  /** Says a good hello, but for what `changes` says. */
  async hello(changes: Partial<Hello> = {}): Promise<void> {
    const { nonce } = await this.hear("challenge");
    const { id, epoch, privateKey } = this.gateway;
    const text = new TextEncoder().encode(helloSigningText(nonce, id, changes.epoch ?? epoch));
    const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, text));
    this.say({
      type: "hello",
      protocol: { min: 1, max: 1 },
      gateway: id,
      signature: signature.toBase64({ alphabet: "base64url", omitPadding: true }),
      epoch,
      uplog: { urgent: { head: 0 }, bulk: { head: 0 } },
      downlog: null,
      version: "0.1.0",
      nowMs: this.#clock.nowMs(),
      ...changes,
    });
  }

  /** The whole greeting. */
  async begin(changes: Partial<Hello> = {}): Promise<Frame & { type: "welcome" }> {
    await this.hello(changes);
    return this.hear("welcome");
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter();
  }
}
