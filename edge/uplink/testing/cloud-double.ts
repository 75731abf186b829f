import type { Server, ServerWebSocket } from "bun";
import { type Hello, helloSigningText } from "../../../protocol/frames/control.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../../protocol/frames/frame.ts";
import { unpackFrame } from "../../../protocol/frames/packed.ts";
import type { Seq, UplogStream } from "../../../protocol/log/cursor.ts";
import { type Entry, markOf } from "../../../protocol/log/entry.ts";
import { entriesToApply } from "../../../protocol/log/receiver.ts";
import { zstd } from "../../compression/zstd.ts";
import { until } from "./until.ts";

export const GATEWAY_ID = "0190b8e0-7c1a-7000-8000-000000000001";
export const DOWNLOG_EPOCH = "0190b8e0-7c1a-7000-8000-0000000000d0";
const NONCE = "AAECAwQFBgcICQoLDA0ODw";

type Word = Exclude<Frame, { type: "ignorable" }>;

/** One connection of the gateway, as the double sees it. */
export class DoubleConnection {
  readonly heard: Frame[] = [];
  /** Bytes of every message, as they came. */
  readonly sizes: number[] = [];
  closed: { code: number; reason: string } | null = null;
  readonly #socket: ServerWebSocket<Data>;

  constructor(socket: ServerWebSocket<Data>) {
    this.#socket = socket;
  }

  say(frame: Word): void {
    this.#socket.sendBinary(encodeFrame(frame));
  }

  sayRaw(data: Uint8Array<ArrayBuffer> | string): void {
    this.#socket.send(data);
  }

  cut(): void {
    this.#socket.terminate();
  }

  of<Type extends Frame["type"]>(type: Type): Extract<Frame, { type: Type }>[] {
    return this.heard.filter((frame): frame is Extract<Frame, { type: Type }> => frame.type === type);
  }

  seqs(stream: UplogStream): Seq[] {
    return this.of("entries").flatMap((frame) =>
      frame.stream === stream ? frame.entries.map((entry) => entry.seq) : [],
    );
  }
}

interface Data {
  connection: DoubleConnection | null;
}

/**
 * The cloud at its network address, in as many words as a gateway's session needs: real frames over a real WebSocket.
 * It verifies signatures, applies the uplog exactly as a cloud does, and can be told to hold its tongue.
 */
export class CloudDouble implements Disposable {
  readonly connections: DoubleConnection[] = [];
  /** Everything applied of the uplog, by epoch and lane. */
  readonly applied = new Map<string, Entry[]>();
  protocol = { min: 1, max: 1 };
  /** How the double says that it reads packed frames; it does so only when it has said so. */
  packing: string[] | undefined = ["zstd"];
  downlog = { epoch: DOWNLOG_EPOCH, head: 0 };
  /** What answers a hello instead of a welcome. */
  onHello: ((connection: DoubleConnection, hello: Hello) => void) | null = null;
  challenges = true;
  acknowledges = true;
  answersPings = true;
  /** Whether it names the marks of the entries at its cursors, as older ones do not. */
  marks = true;
  /** The double's clock. */
  nowMs: () => number = () => 1;
  enrolAnswer: () => Response = () =>
    Response.json({ gatewayId: GATEWAY_ID, siteId: GATEWAY_ID, site: "Cardiff Bay", organization: "Bistro" });
  readonly enrolRequests: { claim: string; publicKey: string }[] = [];
  readonly #server: Server<Data>;

  constructor(port = 0) {
    this.#server = Bun.serve<Data>({
      hostname: "127.0.0.1",
      port,
      fetch: async (request, server) => {
        const { pathname } = new URL(request.url);
        if (pathname === "/api/v1/gateways/enroll") {
          this.enrolRequests.push((await request.json()) as { claim: string; publicKey: string });
          return this.enrolAnswer();
        }
        if (
          pathname === "/api/v1/gateways/connect" &&
          server.upgrade(request, { data: { connection: null } })
        )
          return undefined;
        if (pathname === "/healthz") return new Response("ok");
        return new Response("<html>", { status: 404, headers: { "content-type": "text/html" } });
      },
      websocket: {
        open: (socket) => {
          const connection = new DoubleConnection(socket);
          socket.data.connection = connection;
          this.connections.push(connection);
          if (this.challenges)
            connection.say({
              type: "challenge",
              protocol: this.protocol,
              nonce: NONCE,
              nowMs: this.nowMs(),
              ...(this.packing === undefined ? {} : { packing: this.packing }),
            });
        },
        message: (socket, data) => this.#hear(socket.data.connection!, data),
        close: (socket, code, reason) => {
          socket.data.connection!.closed = { code, reason };
        },
      },
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  get port(): number {
    return this.#server.port!;
  }

  /** The connection with this number, as soon as it is there. */
  connection(index: number): Promise<DoubleConnection> {
    return until(`connection ${index}`, () => this.connections[index]);
  }

  /** The same, once it has been welcomed or whatever `onHello` does. */
  async greeted(index: number): Promise<DoubleConnection> {
    const connection = await this.connection(index);
    await until(`hello ${index}`, () => connection.of("hello").length > 0);
    return connection;
  }

  appliedSeqs(epoch: string, stream: UplogStream): Seq[] {
    return (this.applied.get(`${epoch} ${stream}`) ?? []).map((entry) => entry.seq);
  }

  cursor(epoch: string, stream: UplogStream): Seq {
    return this.appliedSeqs(epoch, stream).at(-1) ?? 0;
  }

  [Symbol.dispose](): void {
    this.#server.stop(true);
  }

  #hear(connection: DoubleConnection, data: string | Uint8Array): void {
    if (typeof data === "string") throw new TypeError("a gateway sends no text");
    connection.sizes.push(data.length);
    const bytes = unpackFrame(data, zstd);
    if (!bytes.ok) throw new TypeError(bytes.refusal.detail);
    if (this.packing === undefined && bytes.value !== data)
      throw new TypeError("packed, which nobody asked for");
    const read = decodeFrame(bytes.value);
    if (!read.ok) throw new TypeError(`a gateway sends frames: ${read.refusal.detail}`);
    const frame = read.value;
    connection.heard.push(frame);
    if (frame.type === "hello") this.#greet(connection, frame);
    if (frame.type === "ping" && this.answersPings) connection.say({ type: "pong", nowMs: this.nowMs() });
    if (frame.type === "entries" && frame.stream !== "down") {
      const { epoch } = connection.of("hello")[0]!;
      const key = `${epoch} ${frame.stream}`;
      const work = entriesToApply(frame, this.cursor(epoch, frame.stream));
      if (!work.ok) throw new TypeError(work.refusal.detail);
      this.applied.set(key, [...(this.applied.get(key) ?? []), ...work.value.entries]);
      if (this.acknowledges) connection.say({ type: "ack", stream: frame.stream, seq: work.value.ack });
    }
  }

  #greet(connection: DoubleConnection, hello: Hello): void {
    if (this.onHello !== null) this.onHello(connection, hello);
    else this.welcome(connection, hello);
  }

  welcome(connection: DoubleConnection, hello: Hello): void {
    connection.say({
      type: "welcome",
      protocol: 1,
      uplog: { urgent: this.cursor(hello.epoch, "urgent"), bulk: this.cursor(hello.epoch, "bulk") },
      ...(this.marks ? { marks: this.#marksOf(hello.epoch) } : {}),
      downlog: this.downlog,
      nowMs: this.nowMs(),
    });
  }

  #marksOf(epoch: string): { urgent?: number; bulk?: number } {
    const mark = (stream: UplogStream) => {
      const last = this.applied.get(`${epoch} ${stream}`)?.at(-1);
      return last === undefined ? {} : { [stream]: markOf(last) };
    };
    return { ...mark("urgent"), ...mark("bulk") };
  }

  /** Whether the signature of a hello is by the key the gateway enrolled with last. */
  async isGenuine(hello: Hello): Promise<boolean> {
    const raw = Uint8Array.fromBase64(this.enrolRequests.at(-1)!.publicKey, { alphabet: "base64url" });
    const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    const text = new TextEncoder().encode(helloSigningText(NONCE, hello.gateway, hello.epoch));
    const signature = Uint8Array.fromBase64(hello.signature, { alphabet: "base64url" });
    return crypto.subtle.verify("Ed25519", key, signature, text);
  }
}
