import type { Resume } from "../../protocol/live/resume.ts";
import { KIB } from "../../protocol/units.ts";
import type { Scope } from "../accounts/scope.ts";
import type { Connection } from "../gateways/gateways.ts";
import type { BrowserConnection } from "../live/live.ts";

/** The halves that own the two kinds of WebSocket. None of their methods throws or waits. */
export interface Sockets {
  gateways: {
    open(connection: Connection): void;
    message(connection: Connection, bytes: Uint8Array): void;
    close(connection: Connection): void;
  };
  browsers: {
    open(connection: BrowserConnection, scope: Scope, token: string, resume: Resume): void;
    message(connection: BrowserConnection, text: string): void;
    close(connection: BrowserConnection): void;
  };
}

/** What a socket is, decided when it was upgraded; `connection` from when it is open. */
export type SocketData =
  | { kind: "gateway"; connection: Connection | null }
  | { kind: "browser"; scope: Scope; token: string; resume: Resume; connection: BrowserConnection | null };

type Socket = Bun.ServerWebSocket<SocketData>;

/** Of what is told within one task, so much leaves at a time. Well below what makes a browser a slow one. */
const WRITE_BYTES = 16 * KIB;

/** RFC 6455 section 7.4.1: a kind of message that cannot be taken. */
const CLOSE_UNSUPPORTED = 1003;

export function openSocket(sockets: Sockets, socket: Socket): void {
  const { data } = socket;
  if (data.kind === "gateway") {
    data.connection = {
      // Sent bytes are never written to again, and never lie in shared memory.
      send: (bytes) => void socket.sendBinary(bytes as Uint8Array<ArrayBuffer>),
      bufferedAmount: () => socket.getBufferedAmount(),
      close: (code, reason) => socket.close(code, reason),
    };
    sockets.gateways.open(data.connection);
  } else {
    data.connection = browserConnection(socket);
    sockets.browsers.open(data.connection, data.scope, data.token, data.resume);
  }
}

/**
 * What is told to a browser within one task leaves together: many small events of one commit are one write to the
 * network and not as many, which with a screen full of browsers was a quarter of the processor.
 */
function browserConnection(socket: Socket): BrowserConnection {
  let waiting: string[] = [];
  let bytes = 0;
  const flush = (): void => {
    const texts = waiting;
    waiting = [];
    bytes = 0;
    socket.cork(() => {
      for (const text of texts) socket.sendText(text);
    });
  };
  return {
    send(text) {
      if (waiting.length === 0) queueMicrotask(flush);
      waiting.push(text);
      bytes += text.length;
      // A great deal within one task says nothing of the browser: how slow that is shows in what its socket keeps.
      if (bytes >= WRITE_BYTES) flush();
    },
    bufferedAmount: () => bytes + socket.getBufferedAmount(),
    close(code, reason) {
      flush();
      socket.close(code, reason);
    },
  };
}

export function hearSocket(sockets: Sockets, { data }: Socket, message: string | Uint8Array): void {
  if (data.connection === null) return;
  if (data.kind === "gateway") {
    // A text is no frame of ours; the hub refuses an empty frame with the reason.
    sockets.gateways.message(data.connection, typeof message === "string" ? new Uint8Array() : message);
  } else if (typeof message === "string") {
    sockets.browsers.message(data.connection, message);
  } else {
    data.connection.close(CLOSE_UNSUPPORTED, "text only");
  }
}

export function closeSocket(sockets: Sockets, { data }: Socket): void {
  if (data.connection === null) return;
  if (data.kind === "gateway") sockets.gateways.close(data.connection);
  else sockets.browsers.close(data.connection);
}
