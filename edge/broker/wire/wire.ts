/**
 * A line of bytes to one client, whatever carries it: TCP, TLS or WebSocket. Everything above it is the same for all.
 *
 * Promises: bytes arrive in order; what the other end does not take at once is kept, in order, and counted, so that
 * whoever writes can tell a slow reader; after `closed` nothing is called any more. It never looks into the bytes.
 */
export interface Wire {
  readonly kind: "tcp" | "tls" | "ws" | "wss";
  readonly remoteAddress: string;
  /** Common name of the client certificate that was verified; null without one. */
  readonly certificateName: string | null;
  /** Sends a copy of `bytes`; what the other end does not take at once is kept and counted in `waitingBytes`. */
  write(bytes: Uint8Array): void;
  readonly waitingBytes: number;
  /** Stops and goes on reading from the other end. What was read already may still come. */
  pause(): void;
  resume(): void;
  /** Sends what waits, for a bounded time, then closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
}

/** Who listens to a wire. The bytes of `data` are valid during the call only. */
export interface WireEvents {
  data(bytes: Uint8Array): void;
  /** What waited was taken. */
  drain(): void;
  /** Called once, whichever end closed. */
  closed(): void;
}

export type AcceptWire = (wire: Wire) => WireEvents;

/** A listener that is open. Stopping it closes the wires it accepted. */
export interface Listening extends AsyncDisposable {
  readonly port: number;
  stop(): Promise<void>;
}
