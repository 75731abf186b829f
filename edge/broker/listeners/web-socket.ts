import type { ServerWebSocket } from "bun";
import { MIB, SECOND } from "../../../protocol/units.ts";
import type { AcceptWire, Listening, Wire, WireEvents } from "../wire/wire.ts";
import type { TlsMaterial, TlsMaterials } from "./tls-material.ts";

/** A frame of a client; packets may be spread over several, or share one [MQTT-6.0.0-2]. */
const FRAME_MAX_BYTES = MIB;
/** A client that does not answer pings for so long is gone. Its keepalive, if it has one, is MQTT's. */
const IDLE_SECONDS = 120;
const END_WITHIN_MS = 2 * SECOND;
/** The close code for data that is not binary [MQTT-6.0.0-1]. */
const UNSUPPORTED_DATA = 1003;

/**
 * Listens for MQTT over WebSocket (MQTT 3.1.1 section 6), plain or over TLS: binary frames, subprotocol `mqtt`. Bun's
 * server does not tell of client certificates, so none are asked for. Rejects with the system's error when the address
 * cannot be had.
 */
export async function listenWebSocket(
  options: { host: string; port: number; tls: TlsMaterials | null },
  accept: AcceptWire,
): Promise<Listening> {
  const { host, tls } = options;
  const wires = new Set<WebSocketWire>();
  const open = (material: TlsMaterial | null, port: number) => serve({ host, port, material, wires }, accept);
  let server = open(tls === null ? null : await tls.current(), options.port);
  const port = server.port ?? options.port;
  const silence = tls?.tell({
    changed(material) {
      // WebSockets that are open outlive the server's listening.
      void server.stop(false);
      server = open(material, port);
    },
    recheck: () => undefined,
  });
  const stop = async (): Promise<void> => {
    silence?.();
    for (const wire of wires) wire.destroy();
    await server.stop(true);
  };
  return { port, stop, [Symbol.asyncDispose]: stop };
}

function serve(
  options: { host: string; port: number; material: TlsMaterial | null; wires: Set<WebSocketWire> },
  accept: AcceptWire,
): Bun.Server<WebSocketWire> {
  const { host, port, material, wires } = options;
  const kind = material === null ? "ws" : "wss";
  return Bun.serve<WebSocketWire, never>({
    hostname: host,
    port,
    ...(material === null ? {} : { tls: { cert: material.cert, key: material.key } }),
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
      // What a client leaves unread is the session's to bound.
      backpressureLimit: 0,
      idleTimeout: IDLE_SECONDS,
      perMessageDeflate: false,
      open(socket) {
        wires.add(socket.data);
        socket.data.opened(socket, accept);
      },
      message: (socket, message) => socket.data.took(message),
      drain: (socket) => socket.data.drained(),
      close(socket) {
        wires.delete(socket.data);
        socket.data.gone();
      },
    },
  });
}

class WebSocketWire implements Wire {
  readonly kind: "ws" | "wss";
  readonly remoteAddress: string;
  readonly certificateName = null;
  #socket: ServerWebSocket<WebSocketWire> | null = null;
  #events: WireEvents | null = null;
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
    if (!this.#closed) this.#socket?.pause();
  }

  resume(): void {
    if (!this.#closed) this.#socket?.resume();
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
    else this.#events?.data(message);
  }

  drained(): void {
    this.#events?.drain();
  }

  gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#ending !== null) clearTimeout(this.#ending);
    this.#events?.closed();
  }
}
