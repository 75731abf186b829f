/**
 * One end of a WebSocket as the hub sees it: nothing of Bun, so that sessions are tested with frames alone.
 * The same object stands for the same connection in every call.
 */
export interface Connection {
  /** Puts one binary message on the line. Harmless after the line is closed. */
  send(bytes: Uint8Array): void;
  /** Bytes given to `send` that have not left yet. */
  bufferedAmount(): number;
  /** Ends the connection after what was sent. `code` is a WebSocket close code (RFC 6455 section 7.4). */
  close(code: number, reason: string): void;
}

/** Close codes in use: the line may be opened again at once; the other side broke a rule; come again later. */
export const CLOSE_GOING_AWAY = 1001;
export const CLOSE_POLICY = 1008;
export const CLOSE_TRY_LATER = 1013;
