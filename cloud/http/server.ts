import type { Hono } from "hono";
import type { Accounts } from "../accounts/accounts.ts";
import type { Scope } from "../accounts/scope.ts";
import type { Connection } from "../gateways/gateways.ts";
import type { BrowserConnection } from "../live/live.ts";
import type { AppEnv } from "./env.ts";
import { isOwnOrigin } from "./security.ts";

/** Where WebSockets go; everything else goes to the app. */
const GATEWAY_PATH = "/api/v1/gateways/connect";
const BROWSER_PATH = "/api/v1/events";
/** Frames of gateways are at most 4 MiB; a little more, so that the hub and not the socket refuses them. */
const MESSAGE_MAX_BYTES = 5 * 1_024 * 1_024;

/** The halves that own the two kinds of WebSocket. None of their methods throws or waits. */
export interface Sockets {
  gateways: {
    open(connection: Connection): void;
    message(connection: Connection, bytes: Uint8Array): void;
    close(connection: Connection): void;
  };
  browsers: {
    open(connection: BrowserConnection, scope: Scope): void;
    message(connection: BrowserConnection, text: string): void;
    close(connection: BrowserConnection): void;
  };
}

export interface ServerOptions {
  host: string;
  port: number;
  publicOrigin: string;
}

type SocketData =
  | { kind: "gateway"; connection: Connection | null }
  | { kind: "browser"; scope: Scope; connection: BrowserConnection | null };

/** The runtime's HTTP server with the app behind it. This is the only file of the cloud that owns a socket. */
export function startServer(
  options: ServerOptions,
  app: Hono<AppEnv>,
  accounts: Accounts,
  sockets: Sockets,
): Bun.Server<SocketData> {
  return Bun.serve<SocketData>({
    hostname: options.host,
    port: options.port,
    // Bun closes a quiet request after 10 s by itself; a telemetry query may wait for a gateway that long.
    idleTimeout: 60,
    maxRequestBodySize: MESSAGE_MAX_BYTES,
    async fetch(request, server) {
      const { pathname } = new URL(request.url);
      const wantsSocket = request.headers.get("upgrade")?.toLowerCase() === "websocket";
      if (wantsSocket && pathname === GATEWAY_PATH) {
        if (server.upgrade(request, { data: { kind: "gateway", connection: null } })) return undefined;
      }
      if (wantsSocket && pathname === BROWSER_PATH && isOwnOrigin(request, options.publicOrigin)) {
        const identity = await accounts.whoIs(request.headers);
        if (identity !== null) {
          const data: SocketData = { kind: "browser", scope: identity.scope, connection: null };
          if (server.upgrade(request, { data })) return undefined;
        }
      }
      const clientAddress = server.requestIP(request)?.address;
      return app.fetch(request, clientAddress === undefined ? {} : { clientAddress });
    },
    websocket: {
      maxPayloadLength: MESSAGE_MAX_BYTES,
      idleTimeout: 120,
      open(socket) {
        const { data } = socket;
        if (data.kind === "gateway") {
          data.connection = {
            send: (bytes) => void socket.sendBinary(bytes as Uint8Array<ArrayBuffer>),
            bufferedAmount: () => socket.getBufferedAmount(),
            close: (code, reason) => socket.close(code, reason),
          };
          sockets.gateways.open(data.connection);
          return;
        }
        data.connection = {
          send: (text) => void socket.sendText(text),
          bufferedAmount: () => socket.getBufferedAmount(),
          close: (code, reason) => socket.close(code, reason),
        };
        sockets.browsers.open(data.connection, data.scope);
      },
      message(socket, message) {
        const { data } = socket;
        if (data.connection === null) return;
        if (data.kind === "browser") {
          if (typeof message === "string") sockets.browsers.message(data.connection, message);
          else data.connection.close(1003, "text only");
        } else if (typeof message === "string") {
          // A text message is no frame of ours; an empty frame is refused with the reason.
          sockets.gateways.message(data.connection, new Uint8Array());
        } else {
          sockets.gateways.message(data.connection, message);
        }
      },
      close(socket) {
        const { data } = socket;
        if (data.connection === null) return;
        if (data.kind === "gateway") sockets.gateways.close(data.connection);
        else sockets.browsers.close(data.connection);
      },
    },
  });
}
