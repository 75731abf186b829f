import type { ServerWebSocket } from "bun";
import { KIB, MIB, SECOND } from "../../../protocol/units.ts";
import type { AcceptWire, Listening, Wire, WireEvents } from "../wire/wire.ts";
import { readTls, type TlsFiles } from "./tls.ts";

/** A frame of a client; packets may be spread over several, or share one [MQTT-6.0.0-2]. */
const FRAME_MAX_BYTES = MIB;
/** Beyond this Bun closes the connection itself; the session ends a slow reader before. */
const UNSENT_MAX_BYTES = 8 * MIB;
const END_WITHIN_MS = 2 * SECOND;
/** The close code for data that is not binary [MQTT-6.0.0-1]. */
const UNSUPPORTED_DATA = 1003;

/**
 * Listens for MQTT over WebSocket (MQTT 3.1.1 section 6), plain or over TLS: binary frames, subprotocol `mqtt`. Rejects
 * with the system's error when the address cannot be had.
 */
export async function listenWebSocket(
  options: { host: string; port: number; tls: TlsFiles | null },
  accept: AcceptWire,
): Promise<Listening> {
  const kind = options.tls === null ? "ws" : "wss";
  const server = Bun.serve<WebSocketWire, never>({
    hostname: options.host,
    port: options.port,
    ...(options.tls === null ? {} : { tls: readTls({ ...options.tls, clientAuthority: null }) }),
    fetch(request, self) {
      const offered = (request.headers.get("sec-websocket-protocol") ?? "").split(",");
      if (!offered.some((protocol) => protocol.trim() === "mqtt")) {
        return new Response("This is an MQTT broker: connect with the WebSocket subprotocol mqtt.\n", {
          status: 426,
        });
      }
      const address = self.requestIP(request)?.address ?? "";
      const upgraded = self.upgrade(request, {
        headers: { "sec-websocket-protocol": "mqtt" },
        data: new WebSocketWire(kind, address),
      });
      return upgraded ? undefined : new Response("This address is for WebSockets.\n", { status: 426 });
    },
    websocket: {
      maxPayloadLength: FRAME_MAX_BYTES,
      backpressureLimit: UNSENT_MAX_BYTES,
      closeOnBackpressureLimit: true,
      // A client's keepalive is MQTT's.
      idleTimeout: 0,
      perMessageDeflate: false,
      open: (socket) => socket.data.opened(socket, accept),
      message: (socket, message) => socket.data.took(message),
      drain: (socket) => socket.data.drained(),
      close: (socket) => socket.data.gone(),
    },
  });
  const stop = (): Promise<void> => server.stop(true);
  return { port: server.port ?? options.port, stop, [Symbol.asyncDispose]: stop };
}

/** What came while the wire was paused, at most: a WebSocket cannot be told to wait. */
const PAUSED_MAX_BYTES = 512 * KIB;

class WebSocketWire implements Wire {
  readonly kind: "ws" | "wss";
  readonly remoteAddress: string;
  readonly certificateName = null;
  #socket: ServerWebSocket<WebSocketWire> | null = null;
  #events: WireEvents | null = null;
  #paused = false;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #ending: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(kind: "ws" | "wss", remoteAddress: string) {
    this.kind = kind;
    this.remoteAddress = remoteAddress;
  }

  get waitingBytes(): number {
    return this.#closed ? 0 : (this.#socket?.getBufferedAmount() ?? 0);
  }

  write(bytes: Uint8Array): void {
    if (!this.#closed && this.#ending === null) this.#socket?.sendBinary(bytes);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    while (!this.#paused && !this.#closed && this.#held.length > 0) {
      const next = this.#held.shift()!;
      this.#heldBytes -= next.length;
      this.#events?.data(next);
    }
  }

  end(): void {
    if (this.#closed || this.#ending !== null) return;
    this.#ending = setTimeout(() => this.destroy(), END_WITHIN_MS);
    this.#socket?.close(1000);
  }

  destroy(): void {
    if (!this.#closed) this.#socket?.terminate();
  }

  /** The server's events, passed on. */
  opened(socket: ServerWebSocket<WebSocketWire>, accept: AcceptWire): void {
    this.#socket = socket;
    socket.binaryType = "nodebuffer";
    this.#events = accept(this);
  }

  took(message: string | Buffer): void {
    if (this.#closed || this.#ending !== null) return;
    if (typeof message === "string") this.#socket?.close(UNSUPPORTED_DATA, "binary frames only");
    else if (!this.#paused && this.#held.length === 0) this.#events?.data(message);
    else this.#hold(message);
  }

  drained(): void {
    this.#events?.drain();
  }

  gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#ending !== null) clearTimeout(this.#ending);
    this.#held = [];
    this.#events?.closed();
  }

  #hold(message: Buffer): void {
    this.#held.push(Buffer.from(message));
    this.#heldBytes += message.length;
    if (this.#heldBytes > PAUSED_MAX_BYTES) this.destroy();
  }
}
