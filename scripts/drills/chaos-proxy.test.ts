import { describe, expect, test } from "bun:test";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { until } from "../e2e/stack.ts";
import { ChaosProxy, type Fault } from "./chaos-proxy.ts";

/** A server that says back what it hears, in capitals. */
class Echo implements AsyncDisposable {
  readonly #server: Server;
  heard = "";
  ended = 0;
  closed = 0;

  private constructor() {
    this.#server = createServer((socket) => {
      socket.on("data", (bytes) => {
        this.heard += bytes.toString();
        socket.write(bytes.toString().toUpperCase());
      });
      socket.on("error", () => undefined);
      socket.on("end", () => {
        this.ended += 1;
      });
      socket.on("close", () => {
        this.closed += 1;
      });
    });
  }

  static async start(): Promise<Echo> {
    const echo = new Echo();
    await new Promise<void>((resolve) => echo.#server.listen(0, "127.0.0.1", resolve));
    return echo;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A client of it, through the proxy. */
class Client implements Disposable {
  readonly socket: Socket;
  heard = "";
  closed = false;
  error: string | null = null;

  constructor(port: number) {
    this.socket = createConnection({ port, host: "127.0.0.1" });
    this.socket.on("data", (bytes) => {
      this.heard += bytes.toString();
    });
    this.socket.on("error", (error: NodeJS.ErrnoException) => {
      this.error = error.code ?? "error";
    });
    this.socket.on("close", () => {
      this.closed = true;
    });
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

async function throughProxy(
  faults: (connection: number) => readonly Fault[],
  use: (proxy: ChaosProxy, echo: Echo, client: Client) => Promise<void>,
): Promise<void> {
  await using echo = await Echo.start();
  await using proxy = await ChaosProxy.start({ targetPort: echo.port, random: seededRandom(1), faults });
  using client = new Client(proxy.port);
  await use(proxy, echo, client);
}

describe("the chaos proxy", () => {
  test("without a fault is a line like any other, its end included", async () => {
    await throughProxy(
      () => [],
      async (_proxy, echo, client) => {
        client.socket.write("hello");
        await until("the answer", () => client.heard === "HELLO");
        client.socket.end();
        await until("both ends to know", () => client.closed && echo.ended === 1);
      },
    );
  });

  test("carries more than a socket takes at once, whole", async () => {
    await throughProxy(
      () => [{ kind: "latency", ms: 1, jitterMs: 3 }],
      async (_proxy, echo, client) => {
        const text = "abcdefgh".repeat(500_000);
        client.socket.write(text);
        await until("all of it to come back", () => client.heard.length === text.length);
        expect(client.heard === text.toUpperCase() && echo.heard === text).toBe(true);
      },
    );
  });

  test("delays both ways and keeps the order", async () => {
    await throughProxy(
      () => [{ kind: "latency", ms: 50, jitterMs: 20 }],
      async (_proxy, _echo, client) => {
        const startedMs = performance.now();
        for (const letter of "abcdef") client.socket.write(letter);
        await until("the answer", () => client.heard.length === 6);
        expect(client.heard).toBe("ABCDEF");
        expect(performance.now() - startedMs).toBeGreaterThanOrEqual(99);
      },
    );
  });

  test("cuts at exactly the byte it was told", async () => {
    await throughProxy(
      () => [{ kind: "cut", afterBytes: 7, of: "request" }],
      async (proxy, echo, client) => {
        client.socket.write("hello");
        await until("the first answer", () => client.heard === "HELLO");
        client.socket.write("world");
        await until("both ends to know", () => client.closed && echo.closed === 1);
        expect([echo.heard, proxy.struck.get("cut")]).toEqual(["hellowo", 1]);
      },
    );
  });

  test("resets, and the client sees a reset", async () => {
    await throughProxy(
      () => [{ kind: "reset", afterBytes: 3, of: "response" }],
      async (_proxy, echo, client) => {
        client.socket.write("hello");
        await until("the reset", () => client.closed);
        expect([echo.heard, client.heard, client.error]).toEqual(["hello", "", "ECONNRESET"]);
      },
    );
  });

  test("goes silent without telling either end", async () => {
    await throughProxy(
      (connection) => (connection === 0 ? [{ kind: "half-open", afterBytes: 5, of: "request" }] : []),
      async (proxy, echo, client) => {
        client.socket.write("hello");
        await until("the first answer", () => client.heard === "HELLO");
        client.socket.write("lost");
        await until("the silence", () => proxy.struck.get("half-open") === 1);
        // Another connection is answered later, so this one would have been.
        using other = new Client(proxy.port);
        other.socket.write("other");
        await until("the other's answer", () => other.heard === "OTHER");
        expect([echo.heard, client.heard, client.closed, echo.ended]).toEqual([
          "helloother",
          "HELLO",
          false,
          0,
        ]);
      },
    );
  });

  test("loses responses and not requests", async () => {
    await throughProxy(
      () => [{ kind: "lose-response", chance: 1, from: 2 }],
      async (proxy, echo, client) => {
        client.socket.write("one");
        await until("the first response", () => client.heard === "ONE");
        client.socket.write("two");
        await until("the line to go with the second", () => client.closed);
        expect([echo.heard, client.heard, proxy.struck.get("lose-response")]).toEqual(["onetwo", "ONE", 1]);
      },
    );
  });

  test("tells late that an end has closed", async () => {
    await throughProxy(
      () => [{ kind: "slow-close", ms: 80 }],
      async (_proxy, echo, client) => {
        client.socket.write("hello");
        await until("the answer", () => client.heard === "HELLO");
        const startedMs = performance.now();
        client.socket.end();
        await until("the other end to know", () => echo.ended === 1);
        expect(performance.now() - startedMs).toBeGreaterThanOrEqual(79);
      },
    );
  });

  test("refuses, and breaks what there is when told", async () => {
    await throughProxy(
      (connection) => (connection === 1 ? [{ kind: "refuse" }] : []),
      async (proxy, _echo, client) => {
        client.socket.write("hello");
        await until("the answer", () => client.heard === "HELLO");
        using refused = new Client(proxy.port);
        await until("the refusal", () => refused.closed);
        expect(client.closed).toBe(false);
        proxy.breakAll();
        await until("the break", () => client.closed);
        expect([proxy.connections, client.error]).toEqual([2, "ECONNRESET"]);
      },
    );
  });
});
