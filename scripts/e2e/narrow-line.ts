import { createConnection, createServer, type Server, type Socket } from "node:net";

const TICK_MS = 5;
/** What a modem holds before it makes the sender wait. The kernel holds more on top of it, as it does anywhere. */
const BUFFER_BYTES = 64 * 1_024;

/** A TCP proxy that carries so many bytes a second from each client to the target, and answers at full speed. */
export class NarrowLine implements AsyncDisposable {
  bytesPerSecond: number;
  /** Bytes that have gone to the target. */
  carried = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(targetPort: number, bytesPerSecond: number) {
    this.bytesPerSecond = bytesPerSecond;
    this.#server = createServer({ noDelay: true }, (client) => this.#carry(client, targetPort));
  }

  static async start(targetPort: number, bytesPerSecond: number): Promise<NarrowLine> {
    const line = new NarrowLine(targetPort, bytesPerSecond);
    await new Promise<void>((resolve) => line.#server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the line does not listen");
    return address.port;
  }

  #carry(client: Socket, targetPort: number): void {
    const target = createConnection({ host: "127.0.0.1", port: targetPort, noDelay: true });
    let waiting: Buffer = Buffer.alloc(0);
    let tokens = 0;
    let lastMs = performance.now();
    const tick = setInterval(() => {
      const nowMs = performance.now();
      tokens = Math.min(this.bytesPerSecond / 20, tokens + ((nowMs - lastMs) * this.bytesPerSecond) / 1_000);
      lastMs = nowMs;
      const count = Math.min(waiting.length, Math.floor(tokens));
      if (count > 0) {
        tokens -= count;
        this.carried += count;
        target.write(waiting.subarray(0, count));
        waiting = waiting.subarray(count);
      }
      if (waiting.length < BUFFER_BYTES) client.resume();
    }, TICK_MS);
    const end = (): void => {
      clearInterval(tick);
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) {
      this.#sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    client.on("data", (bytes: Buffer) => {
      waiting = Buffer.concat([waiting, bytes]);
      if (waiting.length >= BUFFER_BYTES) client.pause();
    });
    target.on("data", (bytes: Buffer) => {
      client.write(bytes);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
