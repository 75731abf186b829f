/** One connection to the cloud as the uplink sees it; a test puts its own in its place. */
export interface Line {
  /** Puts one binary message on the line. Harmless when the line is gone. */
  send(bytes: Uint8Array<ArrayBuffer>): void;
  /** Bytes given to `send` that have not left yet. */
  bufferedAmount(): number;
  /** Ends the line after what was sent, in the WebSocket's polite way. */
  close(code: number, reason: string): void;
  /** Ends the line at once: the other side does not answer anyway. */
  cut(): void;
}

/** What a line tells. `lost` comes once, also when it never opened; nothing comes after it. */
export interface LineEvents {
  opened(): void;
  /** A whole message: bytes, or text, which nobody should send. */
  message(data: Uint8Array | string): void;
  lost(reason: string): void;
}

export type Connect = (url: string, events: LineEvents) => Line;

/** How long the other side may take to say good-bye too; a gateway that stops waits no longer for a cloud that hangs. */
export const GOOD_BYE_MS = 500;

/** Close codes in use (RFC 6455 section 7.4.1): done; the other side broke a rule. */
export const CLOSE_NORMAL = 1000;
export const CLOSE_POLICY = 1008;
/** What the runtime says when no close frame came. */
const BROKEN_OFF = 1006;

/** The DOM's type of WebSocket, which `lib` gives, lacks the runtime's options and `terminate`. */
const RuntimeWebSocket = WebSocket as unknown as new (
  url: string,
  options: Bun.WebSocketOptions,
) => Bun.WebSocket;

/** The real line, without a proxy. */
export const connectWebSocket: Connect = (url, events) => openLine(url, null, events);

/** The real line; `proxyOf` names the HTTP proxy on the way to an address, or null. The runtime asks no environment for it. */
export function connectThrough(proxyOf: (url: string) => string | null): Connect {
  return (url, events) => openLine(url, proxyOf(url), events);
}

function openLine(url: string, proxy: string | null, events: LineEvents): Line {
  // Frames are packed where it pays (`protocol/frames/packed.ts`).
  const socket = new RuntimeWebSocket(url, {
    perMessageDeflate: false,
    ...(proxy === null ? {} : { proxy }),
  });
  socket.binaryType = "arraybuffer";
  let failure = "";
  let goodBye: ReturnType<typeof setTimeout> | undefined;
  socket.onopen = () => events.opened();
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
    events.message(typeof data === "string" ? data : new Uint8Array(data));
  socket.onerror = (event) => {
    // The runtime repeats the address, which is said already.
    failure =
      event instanceof ErrorEvent ? event.message.replace(/^WebSocket connection to '.*' failed: /, "") : "";
  };
  socket.onclose = ({ code, reason }) => {
    clearTimeout(goodBye);
    events.lost(
      reason || failure || (code === BROKEN_OFF ? "the line broke off" : `closed with code ${code}`),
    );
  };
  return {
    send(bytes) {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
    },
    bufferedAmount: () => socket.bufferedAmount,
    close(code, reason) {
      if (socket.readyState !== WebSocket.OPEN) {
        socket.terminate();
        return;
      }
      goodBye = setTimeout(() => socket.terminate(), GOOD_BYE_MS);
      socket.close(code, reason);
    },
    cut: () => socket.terminate(),
  };
}

/** Where gateways connect at a cloud: `https://host/base` gives `wss://host/base/api/v1/gateways/connect`. */
export function gatewayUrl(cloudUrl: string): string {
  return `${cloudUrl.replace(/^http/, "ws")}/api/v1/gateways/connect`;
}
