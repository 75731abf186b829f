import { join } from "node:path";
import type { Logger } from "@logtape/logtape";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import { type Certificates, createCertificates } from "../../certificates/certificates.ts";
import { systemClock } from "../../clock/clock.ts";
import { openDatabase } from "../../database/database.ts";
import { createDevices } from "../../devices/devices.ts";
import { temporaryDirectory } from "../../testing/temporary-directory.ts";
import { createUplog } from "../../uplog/uplog.ts";
import { type ConnectionBounds, ConnectionLimits, LogThrottle } from "../limits/limits.ts";
import { createListeners, type Listeners, type ListenSettings } from "../listeners/listeners.ts";
import type { AcceptWire, Listening } from "../wire/wire.ts";
import { type SiteBroker, startSiteBroker } from "./site-broker.ts";

type Kind = "tcp" | "tls" | "ws" | "wss";

/** A real broker with every kind of listener, the port of each, and what the listeners logged. */
export interface SiteListeners extends AsyncDisposable {
  site: SiteBroker;
  listeners: Listeners;
  certificates: Certificates;
  /** The listeners' time. */
  clock: ManualClock;
  ports: Record<Kind, number>;
  directory: string;
  logged: { message: string; [fact: string]: unknown }[];
  connect(kind: Kind, options: IClientOptions): Promise<MqttClient>;
}

const ANY = { host: "127.0.0.1", port: 0 };
const PROTOCOLS = { tcp: "mqtt", tls: "mqtts", ws: "ws", wss: "wss" } as const;

export async function startSiteListeners(
  options: { settings?: Partial<ListenSettings>; bounds?: Partial<ConnectionBounds> } = {},
): Promise<SiteListeners> {
  const directory = temporaryDirectory();
  const random = seededRandom(9);
  const db = openDatabase(join(directory.path, "edge.db"), { clock: systemClock, random });
  const devices = createDevices({ db, uplog: createUplog(db), clock: systemClock, random });
  const certificates = createCertificates({
    db,
    devices,
    dataDirectory: directory.path,
    clock: systemClock,
    random,
  });
  const clock = new ManualClock();
  const logged: SiteListeners["logged"] = [];
  const note = (message: string, facts: object = {}): unknown => logged.push({ message, ...facts });
  const settings: ListenSettings = {
    mqttListen: ANY,
    mqttTlsListen: ANY,
    mqttWebsocketListen: ANY,
    mqttWebsocketTlsListen: ANY,
    mqttTlsCertificate: null,
    mqttTlsKey: null,
    mqttTlsClientCa: null,
    mqttTlsNames: null,
    ...options.settings,
  };
  const listeners = createListeners(settings, {
    certificates,
    limits: new ConnectionLimits({ perAddress: 0, connectsPerSecond: 0, ...options.bounds }, clock),
    throttle: new LogThrottle(clock),
    clock,
    log: { info: note, error: note } as unknown as Logger,
  });
  const opened: Listening[] = [];
  const listen = listeners.listen.map((one) => async (accept: AcceptWire) => {
    const listening = await one(accept);
    opened.push(listening);
    return listening;
  });
  const site = await startSiteBroker({ db, listen });
  // That they listen.
  logged.length = 0;
  const [tcp = 0, tls = 0, ws = 0, wss = 0] = opened.map(({ port }) => port);
  const ports = { tcp, tls, ws, wss };
  const clients: MqttClient[] = [];
  return {
    site,
    listeners,
    certificates,
    clock,
    ports,
    directory: directory.path,
    logged,
    async connect(kind, login) {
      const ca = await certificates.authority();
      const url = `${PROTOCOLS[kind]}://localhost:${ports[kind]}`;
      const client = mqtt.connect(url, { reconnectPeriod: 0, ca, ...login });
      clients.push(client);
      await new Promise((resolve, reject) => {
        client.once("connect", resolve);
        client.once("error", reject);
        client.once("close", () => reject(new Error("closed")));
      });
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.end(true);
      await site.broker.stop();
      db.close();
      directory[Symbol.dispose]();
    },
  };
}

/** The device's name and password, as `connect` wants them. */
export function passwordOf({ site }: SiteListeners, device: string): IClientOptions {
  return { username: device, password: site.password(device) };
}

/** Waits for a condition that sockets bring about. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
