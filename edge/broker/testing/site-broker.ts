import { connect, type Socket } from "node:net";
import { getLogger } from "@logtape/logtape";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import { type EdgeDatabase, openDatabase } from "../../database/database.ts";
import { createDevices, type Devices } from "../../devices/devices.ts";
import { createGroupCommit, type GroupCommit } from "../../telemetry/group-commit.ts";
import { createTelemetry } from "../../telemetry/telemetry.ts";
import { createUplog } from "../../uplog/uplog.ts";
import { type Broker, type BrokerOptions, type BrokerParts, createBroker } from "../broker.ts";
import { listenTcp } from "../listeners/tcp.ts";

/** A real broker on a real socket, whose time stands still until a test moves it, with devices that may log in. */
export interface SiteBroker extends AsyncDisposable {
  clock: ManualClock;
  db: EdgeDatabase;
  devices: Devices;
  commit: GroupCommit;
  broker: Broker;
  port: number;
  password(device: string): string;
}

export async function startSiteBroker(
  options: {
    db?: EdgeDatabase;
    devices?: readonly string[];
    /** Plain TCP by default. */
    listen?: BrokerOptions["listen"];
    limits?: BrokerOptions["limits"];
    notifications?: BrokerParts["notifications"];
    jobs?: BrokerParts["jobs"];
  } = {},
): Promise<SiteBroker> {
  const clock = new ManualClock();
  const random = seededRandom(1);
  const db = options.db ?? openDatabase(":memory:", { clock, random });
  const uplog = createUplog(db);
  const devices = createDevices({ db, uplog, clock, random });
  const commit = createGroupCommit(db, clock);
  const log = getLogger("test");
  const policy = { readings: 10_000, afterMs: 60_000 };
  const telemetry = createTelemetry({ db, uplog, commit, clock, log, policy });
  const broker = await createBroker(
    {
      listen: options.listen ?? [(accept) => listenTcp({ host: "127.0.0.1", port: 0 }, accept)],
      maxPayloadBytes: 64 * 1_024,
      maxConnections: 100,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    },
    {
      ...{ db, devices, telemetry, commit, clock, log },
      reported: () => undefined,
      notifications: options.notifications ?? { acknowledged() {}, subscribed() {} },
      jobs: options.jobs ?? {
        knows: () => false,
        answered() {},
        wanted() {},
        described() {},
        connected() {},
      },
      conduct: { understood() {}, refused() {}, dated() {}, answered: () => false },
    },
  );
  const passwords = new Map<string, string>();
  for (const key of options.devices ?? ["till-1", "till-2"]) {
    const added = devices.add(key);
    if (added.ok) passwords.set(key, added.value.password);
  }
  return {
    clock,
    db,
    devices,
    commit,
    broker,
    port: await broker.start(),
    password: (device) => passwords.get(device) ?? "",
    [Symbol.asyncDispose]: () => broker.stop(),
  };
}

/** A client that writes bytes and gathers what comes back. */
export class RawClient implements Disposable {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #received = Buffer.alloc(0);
  #heard = (): void => undefined;

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("error", () => undefined);
    this.socket.on("data", (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#heard();
    });
    this.closed = new Promise((resolve) => this.socket.once("close", () => resolve()));
  }

  get received(): Buffer {
    return this.#received;
  }

  write(...parts: (Uint8Array | readonly number[])[]): void {
    this.socket.write(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
  }

  /** Waits for so many bytes and takes them out of what was received. */
  async take(bytes: number): Promise<Buffer> {
    while (this.#received.length < bytes) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    const taken = this.#received.subarray(0, bytes);
    this.#received = this.#received.subarray(bytes);
    return taken;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
};

function packet(firstByte: number, body: Buffer): Buffer {
  const length = body.length < 0x80 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.of(firstByte, ...length), body]);
}

/** CONNECT of a device (MQTT 3.1.1 section 3.1). */
export function connectPacket(login: {
  device: string;
  password: string;
  clientId?: string;
  clean?: boolean;
  keepAlive?: number;
}): Buffer {
  const { device, password, clientId = device, clean = true, keepAlive = 0 } = login;
  const flags = 0xc0 | (clean ? 2 : 0);
  const head = Buffer.concat([text("MQTT"), Buffer.of(4, flags, keepAlive >> 8, keepAlive & 0xff)]);
  return packet(0x10, Buffer.concat([head, text(clientId), text(device), text(password)]));
}

/** PUBLISH (section 3.3). `packetId` is left out with QoS 0. */
export function publishPacket(message: {
  topic: string;
  payload: string;
  qos?: 0 | 1 | 2;
  packetId?: number;
  dup?: boolean;
  retain?: boolean;
}): Buffer {
  const { topic, payload, qos = 0, packetId = 1, dup = false, retain = false } = message;
  const id = qos === 0 ? Buffer.alloc(0) : Buffer.of(packetId >> 8, packetId & 0xff);
  const body = Buffer.concat([text(topic), id, Buffer.from(payload)]);
  return packet(0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0), body);
}

/** SUBSCRIBE to one filter (section 3.8). */
export function subscribePacket(filter: string, qos: 0 | 1 | 2, packetId = 1): Buffer {
  return packet(0x82, Buffer.concat([Buffer.of(0, packetId), text(filter), Buffer.of(qos)]));
}
