import { Database } from "bun:sqlite";
import { join } from "node:path";
import { makeId } from "../../protocol/ids.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import type { Cloud } from "../e2e/stack.ts";

/** A large organisation in the cloud's database, as it would be after some months. */
export interface LargeEstate {
  /** Gateways as `[id, uplog epoch]`, one a site, all with the private key `key` (PKCS8, base64). */
  gateways: [string, string][];
  key: string;
  siteId: string;
}

const TYPES = ["payment-terminal", "thermostat", "energy-meter", "door-sensor", "kiosk"] as const;
const FIRMWARE = ["1.0.3", "1.1.0", "2.4.1", "5.0.3"] as const;
const TAGS = ["bar", "kitchen", "pilot", "north", "south"] as const;
const TOWNS = ["Cardiff", "Swansea", "Leeds", "York", "Bristol", "Bath", "Derby", "Hull"] as const;

/**
 * Rows as the service writes them, for `sites` sites with a gateway and `devices` devices each: a hundredth is offline,
 * a hundredth has an error, a fiftieth a weak battery, a fifth has a tag.
 */
export async function addLargeEstate(cloud: Cloud, sites: number, devices: number): Promise<LargeEstate> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const publicKey = raw.toBase64({ alphabet: "base64url", omitPadding: true });
  const key = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey)).toBase64();
  const random = seededRandom(4);
  const nowMs = Date.now();
  const id = () => makeId(nowMs, random);
  using database = new Database(join(cloud.directory, "cloud.db"));
  // What a statement would have to undo is kept in memory, as in the service: in files it was fifty times the database in writes.
  const pragmas = [
    "busy_timeout = 30000",
    "cache_size = -131072",
    "synchronous = OFF",
    "temp_store = MEMORY",
  ];
  for (const pragma of [...pragmas, "wal_autocheckpoint = 50000"]) database.run(`PRAGMA ${pragma}`);
  const [organization] = database.query<{ id: string }, []>("SELECT id FROM organization").all();
  const organizationId = organization!.id;
  const addSite = database.query(
    `INSERT INTO site (id, organization_id, name, description, address, time_zone, created_ms, updated_ms)
     VALUES (?, ?, ?, '', ?, 'Europe/London', ?, ?)`,
  );
  const addGateway = database.query(
    `INSERT INTO gateway (id, organization_id, site_id, name, public_key, created_ms, downlog_epoch, last_seen_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addDevice = database.query(
    `INSERT INTO device (id, organization_id, site_id, gateway_id, key, name, type, provenance, lifecycle,
       connectivity, connectivity_since_ms, last_seen_ms, attributes, firmware, created_ms, updated_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'real', 'active', ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addMetric = database.query(
    "INSERT INTO device_metric (device_id, metric, value, at_ms) VALUES (?, ?, ?, ?)",
  );
  const addTag = database.query("INSERT INTO device_tag (device_id, tag, organization_id) VALUES (?, ?, ?)");
  const gateways: [string, string][] = [];
  let siteId = "";
  const add = database.transaction((site: number) => {
    const name = `${TOWNS[site % TOWNS.length]} ${String(site).padStart(4, "0")}`;
    const gatewayId = id();
    siteId = id();
    gateways.push([gatewayId, id()]);
    addSite.run(siteId, organizationId, name, `${site} High Street`, nowMs, nowMs);
    addGateway.run(gatewayId, organizationId, siteId, name, publicKey, nowMs, id(), nowMs);
    for (let index = 0; index < devices; index += 1) {
      const number = site * devices + index;
      const type = TYPES[number % TYPES.length]!;
      const firmware = FIRMWARE[number % FIRMWARE.length]!;
      const deviceId = id();
      const facts = JSON.stringify({ type, model: "X1", firmware, serial: `SN${number}` });
      const connectivity = number % 100 === 7 ? "offline" : "online";
      addDevice.run(
        ...[deviceId, organizationId, siteId, gatewayId, `device-${index}`, `${type} ${number}`, type],
        ...[connectivity, nowMs, nowMs, facts, firmware, nowMs, nowMs],
      );
      addMetric.run(deviceId, "temperature", "21.5", nowMs);
      addMetric.run(deviceId, "battery", number % 50 === 3 ? "12" : "80", nowMs);
      addMetric.run(deviceId, "errorCode", number % 100 === 11 ? "17" : "0", nowMs);
      if (number % 5 === 0) addTag.run(deviceId, TAGS[number % TAGS.length]!, organizationId);
    }
  });
  // As gateways bring them: some at a time.
  for (let site = 0; site < sites; site += 1) add(site);
  return { gateways, key, siteId };
}
