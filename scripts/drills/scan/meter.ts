import { connect, createServer, type Server, type Socket } from "node:net";

/** One request as it went over the line, and how it was answered. */
interface Asked {
  method: string;
  path: string;
}

/**
 * A line to the service that counts what was answered: a scan of which every answer is a refusal has seen nothing.
 * It hands on bytes as they come, since what a scanner sends is meant to be odd; the one thing it adds is
 * X-Forwarded-For with another address each time, as a crowd of attackers would have, so that bounds by address do not
 * end the scan (the service believes it where `proxy.trusted` names this machine).
 */
export class Meter implements AsyncDisposable {
  readonly statuses = new Map<number, number>();
  /** Answers by method, place and status: `GET /devices/: 200`. */
  readonly places = new Map<string, number>();
  /** What was answered with 500 or more. */
  readonly broken = new Map<string, number>();
  readonly #server: Server;
  readonly #spared: RegExp;
  #senders = 0;

  private constructor(server: Server, spared: RegExp) {
    this.#server = server;
    this.#spared = spared;
  }

  /** What `spared` names (by method and path) is answered with 404 here: what would end the session that scans. */
  static async before(port: number, spared: RegExp = /^$/): Promise<Meter> {
    const server = createServer();
    const meter = new Meter(server, spared);
    server.on("connection", (client) => meter.#join(client, connect(port, "127.0.0.1")));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return meter;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get total(): number {
    return [...this.statuses.values()].reduce((sum, count) => sum + count, 0);
  }

  #join(client: Socket, service: Socket): void {
    let asked: Asked | null = null;
    client.on("data", (bytes: Buffer) => {
      const line = asked === null ? REQUEST_LINE.exec(bytes.toString("latin1", 0, LINE_MAX)) : null;
      if (line === null) return void service.write(bytes);
      asked = { method: line[1] ?? "", path: line[2] ?? "" };
      if (this.#spared.test(`${asked.method} ${asked.path}`)) return void client.end(NOT_HERE);
      const end = line[0].length;
      const header = `X-Forwarded-For: ${this.#nextSender()}\r\n`;
      service.write(Buffer.concat([bytes.subarray(0, end), Buffer.from(header), bytes.subarray(end)]));
    });
    service.on("data", (bytes: Buffer) => {
      client.write(bytes);
      const status = asked && STATUS_LINE.exec(bytes.toString("latin1", 0, 16))?.[1];
      if (asked === null || !status) return;
      this.#count(asked, Number(status));
      asked = null;
    });
    for (const [one, other] of [
      [client, service],
      [service, client],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
      one.on("end", () => other.end());
    }
  }

  #count({ method, path }: Asked, status: number): void {
    add(this.statuses, status);
    add(this.places, `${method} ${placeOf(path)}: ${status}`);
    if (status >= 500) add(this.broken, `${method} ${path}: ${status}`);
  }

  #nextSender(): string {
    const sender = this.#senders++;
    return `10.${(sender >> 16) & 255}.${(sender >> 8) & 255}.${sender & 255}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
  }
}

const LINE_MAX = 16_384;
const REQUEST_LINE = /^([A-Z]+) (\S+) HTTP\/1\.[01]\r\n/;
const NOT_HERE = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})/;

/** A path without what differs from one record to the next. */
function placeOf(path: string): string {
  const [way = ""] = path.split("?");
  const parts = way.split("/").map((part) => (/^[a-z.-]*$/.test(part) || /^v\d$/.test(part) ? part : "…"));
  return parts.slice(0, 6).join("/");
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
