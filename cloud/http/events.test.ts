import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import type { LiveEvent } from "../../protocol/live/event.ts";
import { DRAIN_MS } from "../live/live.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { trustNetworks } from "./client-address.ts";
import { type HttpServer, listen } from "./server.ts";

/** The events of browsers over real sockets: cut lines, and one that is not read. */

let cloud: TestCloud;
let server: HttpServer;

beforeAll(async () => {
  cloud = await startCloud();
  server = listen({ host: "127.0.0.1", port: 0 });
  server.serve({
    app: cloud.app,
    accounts: cloud.cloud.accounts,
    rightOfWay: cloud.cloud.rightOfWay,
    sockets: { gateways: cloud.cloud.gateways.hub, browsers: cloud.cloud.live },
    publicOrigin: server.url.origin,
    trustsProxy: trustNetworks(["127.0.0.1/32"]),
  });
});
afterAll(async () => {
  await server.stop();
  await cloud[Symbol.asyncDispose]();
});

const deviceId = (number: number) => `0190b8e0-7c1a-7000-8000-${String(number).padStart(12, "0")}`;
const publish = (device: number, since: number) =>
  cloud.cloud.live.publish(cloud.owner.scope.organizationId, {
    type: "device:status",
    device: deviceId(device),
    site: deviceId(0),
    connectivity: "online",
    health: "healthy",
    since,
  });

/** A browser that comes back after every cut with the last id it saw, as the dashboard does. */
class Browser {
  readonly numbers: number[] = [];
  readonly others: string[] = [];
  last: string | undefined;
  #socket: WebSocket | null = null;

  async open(): Promise<void> {
    const after = this.last === undefined ? "" : `?after=${this.last}`;
    const url = `${server.url.origin.replace("http", "ws")}/api/v1/events${after}`;
    const headers = { authorization: `Bearer ${cloud.owner.token}` };
    // The browser's type knows no headers; the runtime takes them.
    const socket = new WebSocket(url, { headers } as unknown as string[]);
    this.#socket = socket;
    const caughtUp = Promise.withResolvers<void>();
    socket.addEventListener("message", ({ data }) => {
      const event = JSON.parse(String(data)) as LiveEvent;
      this.last = event.id ?? this.last;
      if (event.type === "device:status") this.numbers.push(event.since);
      else this.others.push(event.type);
      if (event.type === "heartbeat") caughtUp.resolve();
    });
    await caughtUp.promise;
  }

  /** Tears the line without a word. */
  async cut(): Promise<void> {
    const socket = this.#socket!;
    const closed = new Promise((resolve) => socket.addEventListener("close", resolve, { once: true }));
    // The runtime's own: the browser's type has no such method.
    (socket as unknown as { terminate(): void }).terminate();
    await closed;
  }
}

test("over many cuts nothing is missed and nothing comes twice", async () => {
  const browser = new Browser();
  await browser.open();
  let number = 0;
  const produce = () => {
    for (const end = number + 7; number < end; publish(1, number)) number += 1;
  };
  for (let turn = 0; turn < 30; turn += 1) {
    produce();
    // Cut while what was produced is on its way.
    const cut = browser.cut();
    produce();
    await cut;
    produce();
    await browser.open();
  }
  expect(browser.numbers).toEqual(Array.from({ length: number }, (_, index) => index + 1));
  expect(new Set(browser.others)).toEqual(new Set(["heartbeat"]));
});

test("a browser that reads is told everything at once, however much happens within one task", async () => {
  const browser = new Browser();
  await browser.open();
  const numbers = Array.from({ length: 2_000 }, (_, index) => index + 1);
  for (const number of numbers) publish(number, number);
  // The clock stands still: what is kept back for a slow browser would not come.
  while (browser.numbers.length < numbers.length) await new Promise(setImmediate);
  expect(browser.numbers).toEqual(numbers);
  await browser.cut();
});

test("an address that says nonsense about where one was is refused", async () => {
  const answer = await fetch(new URL("/api/v1/events?after=yesterday", server.url), {
    headers: { authorization: `Bearer ${cloud.owner.token}`, connection: "upgrade", upgrade: "websocket" },
  });
  expect(answer.status).toBe(400);
});

test("a browser that does not read is kept the newest of each device, and no more than that", async () => {
  using line = await StuckLine.open();
  const devices = 50;
  const changes = 150_000;
  for (let since = 1; since <= changes; since += 1) publish(since % devices, since);
  const heard = new Set<number>();
  const newest = Array.from({ length: devices }, (_, index) => changes - index);
  while (!newest.every((number) => heard.has(number))) {
    cloud.clock.advance(DRAIN_MS);
    for (const event of await line.read()) if (event.type === "device:status") heard.add(event.since);
  }
  // What the system's own buffers took before they were full, and then the newest.
  expect(heard.size).toBeLessThan(changes / 2);
}, 30_000);

/** A WebSocket of which nothing is read but what is asked for: the system's buffers fill up, and then the cloud's. */
class StuckLine implements Disposable {
  readonly #socket: Socket;
  #rest = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async open(): Promise<StuckLine> {
    const socket = connect(Number(server.url.port), "127.0.0.1");
    socket.pause();
    socket.write(
      [
        "GET /api/v1/events HTTP/1.1",
        `Host: ${server.url.host}`,
        `Authorization: Bearer ${cloud.owner.token}`,
        "Connection: upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "\r\n",
      ].join("\r\n"),
    );
    const line = new StuckLine(socket);
    await line.#more();
    line.#rest = line.#rest.subarray(line.#rest.indexOf("\r\n\r\n") + 4);
    return line;
  }

  /** Whole messages of what has come by now. */
  async read(): Promise<LiveEvent[]> {
    await this.#more();
    const events: LiveEvent[] = [];
    for (;;) {
      // RFC 6455 section 5.2; a server masks nothing, and no event of ours has 64 KiB.
      const short = (this.#rest[1] ?? 0) & 127;
      const start = short === 126 ? 4 : 2;
      if (this.#rest.length < start) return events;
      const end = start + (short === 126 ? this.#rest.readUInt16BE(2) : short);
      if (this.#rest.length < end) return events;
      events.push(JSON.parse(this.#rest.toString("utf8", start, end)));
      this.#rest = this.#rest.subarray(end);
    }
  }

  async #more(): Promise<void> {
    const bytes = await new Promise<Buffer>((resolve) => {
      this.#socket.once("data", (data: Buffer) => {
        this.#socket.pause();
        resolve(data);
      });
      this.#socket.resume();
    });
    this.#rest = Buffer.concat([this.#rest, bytes]);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
