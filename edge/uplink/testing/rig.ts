import { type DownlogEvent, toEntry } from "../../../protocol/log/kinds.ts";
import { temporaryDirectory } from "../../testing/temporary-directory.ts";
import { CloudDouble, type DoubleConnection } from "./cloud-double.ts";
import { Site } from "./site.ts";
import { until } from "./until.ts";

/** A site, a cloud, and nothing between them. */
export class Rig implements Disposable {
  readonly directory = temporaryDirectory();
  cloud = new CloudDouble();
  readonly site = new Site(this.directory.path);

  /** Enrols the site and starts its uplink, without waiting for what becomes of it. */
  async start(): Promise<void> {
    await this.site.enrol(this.cloud.url);
    this.site.uplink.start();
  }

  async connect(): Promise<DoubleConnection> {
    await this.start();
    await this.site.state("connected");
    return this.cloud.connection(0);
  }

  /** Lets the wait before the next attempt pass. */
  async reconnect(index: number): Promise<DoubleConnection> {
    const { site, cloud } = this;
    await until("the wait for the next attempt", () => site.uplink.status().state !== "connected");
    const { dials } = site;
    // In small steps: while it dials, time must not run away from the real socket.
    while (site.dials === dials) site.clock.advance(100);
    return cloud.connection(index);
  }

  [Symbol.dispose](): void {
    this.site[Symbol.dispose]();
    this.cloud[Symbol.dispose]();
    this.directory[Symbol.dispose]();
  }
}

/** Waits until the gateway has heard everything said to it so far. */
export async function heardAll(connection: DoubleConnection): Promise<void> {
  const before = connection.of("pong").length;
  connection.say({ type: "ping", nowMs: 1 });
  await until("the pong", () => connection.of("pong").length > before);
}

export const desired = (version: number): DownlogEvent => ({
  kind: "config.desired",
  device: "till-1",
  version,
  config: { limit: version },
});

export function sayDown(connection: DoubleConnection, after: number, events: DownlogEvent[]): void {
  const entries = events.map((event, index) => ({ seq: after + index + 1, ...toEntry(event, 5) }));
  connection.say({ type: "entries", stream: "down", after, head: after + events.length, entries });
}
