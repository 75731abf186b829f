import { createConnection, createServer, type Server, type Socket } from "node:net";
import type { Random } from "../../protocol/random.ts";

/**
 * A TCP proxy that is a bad line. It stands between two programs on this machine, needs no root, and does to each
 * connection what it is told. A response is what comes from the target, a request what goes to it.
 */
export type Fault =
  /** Everything takes so long, each way, and up to `jitterMs` longer; the order stays. */
  | { kind: "latency"; ms: number; jitterMs: number }
  /** Nothing comes through any more, either way, and neither end is told. */
  | { kind: "half-open"; afterBytes: number; of: Way }
  /** RST to both ends. */
  | { kind: "reset"; afterBytes: number; of: Way }
  /** Exactly so many bytes come through, in the middle of whatever they are, then both ends are closed. */
  | { kind: "cut"; afterBytes: number; of: Way }
  /** That one end has closed is told to the other so much later. */
  | { kind: "slow-close"; ms: number }
  /** From the response number `from` on, each is swallowed with this chance; the line goes with it. */
  | { kind: "lose-response"; chance: number; from: number }
  /** Closed as soon as it is there. */
  | { kind: "refuse" };

export type Way = "request" | "response";

export interface ChaosParts {
  targetPort: number;
  random: Random;
  /** What happens to each connection, counted from 0. */
  faults(connection: number): readonly Fault[];
}

export class ChaosProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  #connections = 0;
  /** How often each kind of fault has come about. */
  readonly struck = new Map<Fault["kind"], number>();

  private constructor(parts: ChaosParts) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const faults = parts.faults(this.#connections);
      this.#connections += 1;
      const line = new Line(client, parts, faults, (kind) =>
        this.struck.set(kind, (this.struck.get(kind) ?? 0) + 1),
      );
      this.#lines.add(line);
      client.once("close", () => this.#lines.delete(line));
      line.start();
    });
  }

  static async start(parts: ChaosParts): Promise<ChaosProxy> {
    const proxy = new ChaosProxy(parts);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the proxy does not listen");
    return address.port;
  }

  /** Connections there have been. */
  get connections(): number {
    return this.#connections;
  }

  /** Ends every connection there is, as when a line is unplugged and plugged in. */
  breakAll(): void {
    for (const line of this.#lines) line.reset();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const line of this.#lines) line.reset();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** One connection through the proxy. */
class Line {
  readonly #client: Socket;
  readonly #parts: ChaosParts;
  readonly #faults: readonly Fault[];
  readonly #strike: (kind: Fault["kind"]) => void;
  readonly #passed: Record<Way, number> = { request: 0, response: 0 };
  readonly #due: Record<Way, number> = { request: 0, response: 0 };
  /** What is on its way, oldest first. */
  readonly #pending: Record<Way, (() => void)[]> = { request: [], response: [] };
  readonly #timers = new Set<Timer>();
  #target: Socket | null = null;
  #responses = 0;
  #silent = false;

  constructor(
    client: Socket,
    parts: ChaosParts,
    faults: readonly Fault[],
    strike: (kind: Fault["kind"]) => void,
  ) {
    this.#client = client;
    this.#parts = parts;
    this.#faults = faults;
    this.#strike = strike;
  }

  start(): void {
    if (this.#faults.some(({ kind }) => kind === "refuse")) {
      this.#strike("refuse");
      this.#client.destroy();
      return;
    }
    const client = this.#client;
    const target = createConnection({
      port: this.#parts.targetPort,
      host: "127.0.0.1",
      allowHalfOpen: true,
      noDelay: true,
    });
    this.#target = target;
    this.#pass(client, target, "request");
    this.#pass(target, client, "response");
  }

  reset(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#client.resetAndDestroy();
    this.#target?.resetAndDestroy();
  }

  #pass(from: Socket, to: Socket, way: Way): void {
    from.on("data", (bytes: Buffer) => this.#take(bytes, to, way));
    // An end that is gone takes the other with it: what it would have said is lost with it.
    from.on("error", () => this.reset());
    from.on("end", () => this.#later(way, this.#closeDelayMs(), () => to.end()));
    from.on("close", () => this.#later(way, this.#closeDelayMs(), () => to.destroy()));
  }

  #take(bytes: Buffer, to: Socket, way: Way): void {
    if (this.#silent) return;
    if (way === "response") this.#responses += 1;
    for (const fault of this.#faults) {
      switch (fault.kind) {
        case "lose-response":
          if (way === "request" || this.#responses < fault.from) break;
          if (this.#parts.random.next() >= fault.chance) break;
          this.#strike(fault.kind);
          this.reset();
          return;
        case "half-open":
        case "reset":
        case "cut": {
          if (fault.of !== way || this.#passed[way] + bytes.length <= fault.afterBytes) break;
          this.#strike(fault.kind);
          const allowed = bytes.subarray(0, fault.afterBytes - this.#passed[way]);
          if (fault.kind === "reset") this.reset();
          else if (fault.kind === "cut") this.#cut(to, allowed);
          else this.#silent = true;
          return;
        }
        case "latency":
        case "slow-close":
        case "refuse":
          break;
      }
    }
    this.#passed[way] += bytes.length;
    // What is slow to be read is not taken from the other end for ever.
    const from = to === this.#client ? this.#target : this.#client;
    this.#later(way, this.#latencyMs(), () => {
      if (to.write(bytes)) return;
      from?.pause();
      to.once("drain", () => from?.resume());
    });
  }

  #cut(to: Socket, allowed: Buffer): void {
    this.#silent = true;
    to.end(allowed);
    const other = to === this.#client ? this.#target : this.#client;
    other?.destroy();
  }

  #latencyMs(): number {
    const fault = this.#faults.find((one) => one.kind === "latency");
    return fault === undefined ? 0 : fault.ms + this.#parts.random.next() * fault.jitterMs;
  }

  #closeDelayMs(): number {
    return this.#faults.find((one) => one.kind === "slow-close")?.ms ?? 0;
  }

  /** Runs `act` so much later, and not before what is already on its way in this direction. */
  #later(way: Way, delayMs: number, act: () => void): void {
    const nowMs = performance.now();
    this.#due[way] = Math.max(this.#due[way], nowMs + delayMs);
    const waitMs = this.#due[way] - nowMs;
    if (waitMs <= 0 && this.#pending[way].length === 0) {
      act();
      return;
    }
    // Timers count whole ms, so one that was set later may fire first: whichever does, the oldest is its turn.
    this.#pending[way].push(act);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#pending[way].shift()?.();
    }, waitMs);
    this.#timers.add(timer);
  }
}
