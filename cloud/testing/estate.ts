import type { Attributes } from "../../protocol/devices/attributes.ts";
import type { DeviceEvent } from "../../protocol/log/kinds.ts";
import { createDeviceApplier } from "../devices/devices.ts";
import type { Person, TestCloud } from "./start-cloud.ts";

/** What a device in a test has said so far. */
export interface Said {
  attributes?: Attributes;
  /** Newest value by metric. */
  metrics?: Record<string, number | boolean | string>;
  connectivity?: "online" | "late" | "offline";
  simulated?: boolean;
}

/** Ids of a site with its gateway and devices by key. */
export interface Estate {
  site: string;
  gateway: string;
  devices: Record<string, string>;
}

/** A site whose gateway has enrolled as gateways do, and whose devices have said what `devices` has under their keys. */
export async function addEstate(
  cloud: TestCloud,
  person: Person,
  siteName: string,
  devices: Record<string, Said>,
): Promise<Estate> {
  const claimed = await cloud.api("/gateways/claim", person, { json: { site: siteName } });
  const { claim, siteId } = (await claimed.json()) as { claim: string; siteId: string };
  const publicKey = new Uint8Array(32).fill(7).toBase64({ alphabet: "base64url", omitPadding: true });
  const enrolled = await cloud.api("/gateways/enroll", null, { json: { claim, publicKey } });
  const { gatewayId } = (await enrolled.json()) as { gatewayId: string };
  const estate: Estate = { site: siteId, gateway: gatewayId, devices: {} };
  for (const [key, said] of Object.entries(devices)) {
    await applyEvents(cloud, estate, person, eventsOf(cloud, key, said));
    estate.devices[key] = await deviceId(cloud, estate, key);
    await addMetrics(cloud, estate.devices[key], said.metrics);
  }
  return estate;
}

/** What the hub does with entries of the estate's gateway. */
export async function applyEvents(
  { db, clock, random, cloud: { activity, notifications } }: TestCloud,
  { site, gateway }: Estate,
  { scope }: Person,
  events: readonly DeviceEvent[],
): Promise<void> {
  const applier = createDeviceApplier({
    clock,
    random,
    happened: activity.happened,
    takeReceipt: (...receipt) => notifications.takeReceipt(...receipt),
  });
  const from = { id: gateway, organization_id: scope.organizationId, site_id: site };
  await db.write(async (trx) => {
    for (const event of events) await applier.event(trx, from, event, clock.nowMs());
  });
}

function eventsOf({ clock }: TestCloud, device: string, said: Said): DeviceEvent[] {
  const { attributes, connectivity } = said;
  const events: DeviceEvent[] = [
    { kind: "device.registered", device, provenance: said.simulated === true ? "simulated" : "real" },
  ];
  if (attributes !== undefined) events.push({ kind: "device.attributes", device, attributes });
  if (connectivity !== undefined) {
    events.push({ kind: "device.connectivity", device, connectivity, sinceMs: clock.nowMs() });
  }
  return events;
}

async function deviceId({ db }: TestCloud, { gateway }: Estate, key: string): Promise<string> {
  const row = await db.read
    .selectFrom("device")
    .select("id")
    .where("gateway_id", "=", gateway)
    .where("key", "=", key)
    .executeTakeFirstOrThrow();
  return row.id;
}

async function addMetrics({ db, clock }: TestCloud, id: string, metrics: Said["metrics"]): Promise<void> {
  if (metrics === undefined) return;
  const at_ms = clock.nowMs();
  const rows = Object.entries(metrics).map(([metric, value]) => ({
    device_id: id,
    metric,
    value: JSON.stringify(value),
    at_ms,
  }));
  await db.write(async (trx) => {
    await trx.insertInto("device_metric").values(rows).execute();
    await trx.updateTable("device").set({ last_seen_ms: at_ms }).where("id", "=", id).execute();
  });
}
