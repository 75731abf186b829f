import type { Me } from "../../protocol/accounts/account.ts";
import { BUILT_IN_ROLES, ROLE_ABOUT, ROLE_PERMISSIONS, type Role } from "../../protocol/accounts/role.ts";
import { type Activity, HAPPENING_KINDS } from "../../protocol/activity/activity.ts";
import { toTimestamp } from "../../protocol/api/list.ts";
import type {
  Connectivity,
  Device,
  DeviceDetail,
  Health,
  LatestValue,
} from "../../protocol/devices/device.ts";
import type { Gateway } from "../../protocol/gateways/gateway.ts";
import type { Overview } from "../../protocol/health/health.ts";
import type { DeviceCounts, Site } from "../../protocol/sites/site.ts";
import { unitOf } from "../../protocol/telemetry/metric-units.ts";
import type { Value } from "../../protocol/telemetry/reading.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../protocol/units.ts";

/** An estate to look at: 12 sites, 60 devices, most of it well, some of everything else. */
export interface Estate {
  me: Me;
  /** The built-in ones and one of its own. */
  roles: Role[];
  overview: Overview;
  sites: Site[];
  devices: DeviceDetail[];
  gateways: Gateway[];
  activity: Activity[];
}

const PLACES = [
  ["Cardiff Bay", "12 Mermaid Quay, Cardiff", "Europe/London"],
  ["Bristol Harbour", "3 Narrow Quay, Bristol", "Europe/London"],
  ["Leeds Station", "New Station Street, Leeds", "Europe/London"],
  ["Porto Ribeira", "Rua da Ribeira 40, Porto", "Europe/Lisbon"],
  ["Lyon Part-Dieu", "5 Place Béraudier, Lyon", "Europe/Paris"],
  ["Hamburg Altona", "Große Bergstraße 160, Hamburg", "Europe/Berlin"],
  ["Aarhus", "Åboulevarden 31, Aarhus", "Europe/Copenhagen"],
  ["Gdańsk Wrzeszcz", "Grunwaldzka 141, Gdańsk", "Europe/Warsaw"],
  ["Bologna Centrale", "Via Galliera 22, Bologna", "Europe/Rome"],
  ["Valencia Russafa", "Carrer de Cuba 18, València", "Europe/Madrid"],
  ["Galway Eyre Square", "8 Eyre Square, Galway", "Europe/Dublin"],
  ["Utrecht Oudegracht", "Oudegracht 114, Utrecht", "Europe/Amsterdam"],
] as const;

interface Kind {
  type: string;
  key: string;
  name: string;
  model: string;
  firmware: string;
  values: Record<string, Value>;
}

const KINDS: readonly Kind[] = [
  {
    type: "payment-terminal",
    key: "till-1",
    name: "Till 1",
    model: "Verifone V200c",
    firmware: "4.12.0",
    values: { battery: 84, latencyMs: 112, transactions: 412, paperOut: false, state: "idle" },
  },
  {
    type: "payment-terminal",
    key: "till-2",
    name: "Till 2",
    model: "Verifone V200c",
    firmware: "4.11.2",
    values: { battery: 67, latencyMs: 131, transactions: 388, paperOut: false, state: "idle" },
  },
  {
    type: "thermostat",
    key: "cold-store",
    name: "Cold store",
    model: "Danfoss AK-CC 550",
    firmware: "2.3",
    values: { temperature: 3.6, setpoint: 3.5, humidity: 61, cooling: true },
  },
  {
    type: "energy-meter",
    key: "main-meter",
    name: "Main meter",
    model: "Eastron SDM630",
    firmware: "1.8",
    values: { power: 5_420, energy: 48_213.6, voltage: 229.8, current: 23.6, frequency: 50.01 },
  },
  {
    type: "kiosk",
    key: "kiosk-entrance",
    name: "Entrance kiosk",
    model: "Elo EloPOS Z30",
    firmware: "11.0.4",
    values: { cpu: 23, memory: 58, disk: 41, uptime: 604_812, screen: "menu" },
  },
];

interface Trouble {
  connectivity?: Connectivity;
  health?: Health;
  reasons?: string[];
  why?: string;
  agoMs?: number;
}

/** What is wrong, by site and device number. */
const TROUBLES: Record<string, Trouble> = {
  "1.1": { health: "warning", reasons: ["Battery is at 14 %; it should be charged or changed."] },
  "3.2": { health: "error", reasons: ["It reports the fault E32: compressor does not start."] },
  "4.4": { connectivity: "offline", why: "the connection was lost without a goodbye", agoMs: 3 * HOUR },
  "6.0": { connectivity: "offline", why: "it said goodbye", agoMs: 26 * MINUTE },
  "6.1": { health: "warning", reasons: ["Battery is at 9 %; it should be charged or changed."] },
  "9.3": { connectivity: "late", why: "nothing for 4 min, expected every minute", agoMs: 4 * MINUTE },
  "11.4": { connectivity: "never", health: "unknown" },
};
/** The site whose gateway is away, and the one without. */
const AWAY = 8;
const BARE = 10;

export function idOf(kind: number, site: number, device = 0): string {
  const tail = (kind * 1_000_000 + site * 1_000 + device).toString(16).padStart(12, "0");
  return `01990b8e-7c1a-7000-8000-${tail}`;
}

export function makeEstate(nowMs: number): Estate {
  const devices = PLACES.flatMap((_place, site) =>
    site === BARE ? [] : KINDS.map((kind, number) => makeDevice(kind, site, number, nowMs)),
  );
  const gateways = PLACES.flatMap((_place, site) => (site === BARE ? [] : [makeGateway(site, nowMs)]));
  const sites = PLACES.map((_place, site) => makeSite(site, devices, gateways, nowMs));
  return {
    me: {
      user: { id: "u1", email: "ruth@harbour-kitchens.example", name: "Ruth Ellis" },
      organization: { id: "o1", name: "Harbour Kitchens" },
      role: "owner",
      roleName: "owner",
      permissions: [...ROLE_PERMISSIONS.owner],
    },
    roles: makeRoles(),
    overview: {
      status: "ok",
      version: "0.1.0",
      uptimeSeconds: 86_400,
      sites: { total: sites.length, withProblems: 7 },
      gateways: {
        total: gateways.length,
        connected: gateways.filter((gateway) => gateway.connected).length,
        entriesBehind: 214,
      },
      devices: countDevices(devices),
      cutOff: { sites: 0, devices: countDevices([]) },
      jobs: { scheduled: 3, running: 2, paused: 1, stopped: 1 },
    },
    sites,
    devices,
    gateways,
    activity: makeActivity(devices, nowMs),
  };
}

function makeActivity(devices: readonly DeviceDetail[], nowMs: number): Activity[] {
  const base = { count: 1, site: null, device: null, deed: null };
  const site = (number: number) => ({ id: idOf(1, number), name: PLACES[number]![0] });
  const [till] = devices as [DeviceDetail];
  const device = { id: till.id, name: till.name, provenance: till.provenance };
  const deed = (
    action: string,
    target: { id: string; name: string },
    actor: string | null = "Ruth Ellis",
  ) => ({
    ...base,
    kind: "deed" as const,
    deed: {
      actor,
      action,
      target: { kind: action.split(".")[0] ?? "", provenance: "real" as const, ...target },
    },
  });
  const items: Omit<Activity, "at">[] = [
    { ...base, kind: "device.online", site: site(0), device },
    deed("device.configure", device),
    ...HAPPENING_KINDS.map((kind, index) => ({ ...base, kind, count: index + 2, site: site(index) })),
    { ...base, kind: "gateway.lost", site: site(AWAY) },
    { ...base, kind: "gateway.connected", count: 3 },
    deed("site.update", site(0)),
    deed("gateway.claim", { id: "Bologna Centrale", name: "Bologna Centrale" }, null),
    deed("newer.deed", { id: "j1", name: "Cardiff Bay" }),
  ];
  return items.map((item, index) => ({ ...item, at: toTimestamp(nowMs - (index * 7 + 1) * MINUTE) }));
}

function makeDevice(kind: Kind, site: number, number: number, nowMs: number): DeviceDetail {
  const trouble: Trouble =
    site === AWAY
      ? { connectivity: "offline", why: "its gateway is not connected", agoMs: 47 * MINUTE }
      : (TROUBLES[`${site}.${number}`] ?? {});
  const connectivity = trouble.connectivity ?? "online";
  const never = connectivity === "never";
  const seenMs = nowMs - (trouble.agoMs ?? (3 + ((site * 7 + number * 3) % 20)) * SECOND);
  const latest: LatestValue[] = never
    ? []
    : Object.entries(kind.values).map(([metric, value]) => ({
        metric,
        unit: unitOf(metric),
        value: typeof value === "number" ? vary(value, site * 5 + number) : value,
        at: toTimestamp(seenMs),
      }));
  if (kind.type === "payment-terminal" && number === 1 && TROUBLES[`${site}.1`]?.health === "warning") {
    for (const value of latest) if (value.metric === "battery") value.value = site === 1 ? 14 : 9;
  }
  const desired = {
    version: 7,
    config: { reportEverySeconds: 10, gateway: "eu-2.payments.example", tipping: true },
  };
  return {
    id: idOf(2, site, number),
    key: kind.key,
    name: kind.name,
    type: kind.type,
    siteId: idOf(1, site),
    siteName: PLACES[site]![0],
    gatewayId: idOf(3, site),
    provenance: site % 3 === 2 ? "simulated" : "real",
    lifecycle: "active",
    connectivity,
    connectivitySince: never ? null : toTimestamp(nowMs - (trouble.agoMs ?? 9 * DAY + site * HOUR)),
    connectivityReason: trouble.why ?? null,
    health: trouble.health ?? "healthy",
    healthReasons: trouble.reasons ?? [],
    lastSeenAt: never ? null : toTimestamp(seenMs),
    model: kind.model,
    firmware: kind.firmware,
    serial: `${kind.key.slice(0, 2).toUpperCase()}-${48_213 + site * 37 + number}`,
    attributes: {
      model: kind.model,
      firmware: kind.firmware,
      ipAddress: `10.20.${site}.${40 + number}`,
      wifi: number > 2,
    },
    tags: number === 0 ? ["bar", "pilot"] : [],
    customAttributes: number === 0 ? { "Asset number": `A-${1_400 + site}` } : {},
    retiredAt: null,
    deletedAt: null,
    createdAt: toTimestamp(nowMs - 92 * DAY),
    updatedAt: toTimestamp(seenMs),
    latest,
    gatewayConnected: site !== AWAY,
    gatewayLastSeenAt: toTimestamp(seenMs),
    clockAheadMs: null,
    config:
      kind.type === "payment-terminal"
        ? {
            desired,
            reported: { version: number === 0 ? 7 : 6, config: { ...desired.config, tipping: number === 0 } },
            inSync: number === 0,
            driftSince: number === 0 ? null : toTimestamp(nowMs - 3 * HOUR),
            drift: number === 0 ? [] : ["tipping"],
            own: { tipping: true },
            origins: { reportEverySeconds: "organization", gateway: "type", tipping: "device" },
          }
        : {
            desired: null,
            reported: null,
            inSync: true,
            driftSince: null,
            drift: [],
            own: null,
            origins: {},
          },
  };
}

function vary(value: number, seed: number): number {
  const varied = value * (1 + 0.04 * Math.sin(seed * 1.7));
  return Number.isInteger(value) ? Math.round(varied) : Math.round(varied * 10) / 10;
}

function makeGateway(site: number, nowMs: number): Gateway {
  const connected = site !== AWAY;
  return {
    id: idOf(3, site),
    siteId: idOf(1, site),
    siteName: PLACES[site]![0],
    name: `gw-${PLACES[site]![0].toLowerCase().split(" ")[0]}`,
    connected,
    connectedAt: toTimestamp(nowMs - (site + 1) * 11 * HOUR),
    lastSeenAt: toTimestamp(connected ? nowMs - 4 * SECOND : nowMs - 47 * MINUTE),
    version: "0.1.0",
    protocol: 1,
    update: updateOf(site, nowMs),
    clockSkewMs: site === 5 ? 252_000 : 12,
    behind: connected ? { urgent: 0, bulk: site === 7 ? 214 : 0 } : { urgent: 0, bulk: 0 },
    unknownEntries: site === 2 ? 3 : 0,
    forgottenEntries: { urgent: 0, bulk: 0 },
    clonedAt: site === 3 ? toTimestamp(nowMs - 2 * MINUTE) : null,
    revoked: false,
    keySince: toTimestamp(nowMs - 92 * DAY),
    keyRotation: site === 2 ? { askedAt: toTimestamp(nowMs - 5 * MINUTE), madeAt: null } : null,
    createdAt: toTimestamp(nowMs - 92 * DAY),
  };
}

/** Of some gateways: under way, done, taken back. */
function updateOf(site: number, nowMs: number): Gateway["update"] {
  const states = [null, "verified", "running", "failed", "queued"] as const;
  const state = states[site % 7] ?? null;
  if (state === null) return null;
  return {
    ...{ jobId: idOf(8, 1), executionId: idOf(9, site), state, since: toTimestamp(nowMs - 3 * MINUTE) },
    ...(state === "running"
      ? { percent: 40, message: "downloading, 0.01 MiB" }
      : { percent: null, message: null }),
    reason: state === "failed" ? "0.1.1 was taken back, 0.1.0 runs: the broker takes no connections" : null,
  };
}

function makeSite(
  site: number,
  devices: readonly Device[],
  gateways: readonly Gateway[],
  nowMs: number,
): Site {
  const [name, address, timeZone] = PLACES[site]!;
  const id = idOf(1, site);
  const gateway = gateways.find((candidate) => candidate.siteId === id);
  return {
    id,
    name,
    description: site === 0 ? "Keys at the harbour office. The router is above the dish washer." : "",
    address,
    timeZone,
    latitude: site === 0 ? 51.4637 : null,
    longitude: site === 0 ? -3.1641 : null,
    tags: site === 0 ? ["harbour", "wales"] : [],
    customAttributes: site === 0 ? { Contract: "C-2291" } : {},
    deletedAt: null,
    createdAt: toTimestamp(nowMs - 92 * DAY),
    updatedAt: toTimestamp(nowMs - DAY),
    gateway:
      gateway === undefined
        ? null
        : { id: gateway.id, connected: gateway.connected, lastSeenAt: gateway.lastSeenAt },
    devices: countDevices(devices.filter((device) => device.siteId === id)),
  };
}

export function countDevices(devices: readonly Device[]): DeviceCounts {
  const counts: DeviceCounts = {
    total: devices.length,
    simulated: 0,
    connectivity: { online: 0, late: 0, offline: 0, never: 0 },
    health: { healthy: 0, warning: 0, error: 0, maintenance: 0, unknown: 0 },
  };
  for (const device of devices) {
    if (device.provenance === "simulated") counts.simulated += 1;
    counts.connectivity[device.connectivity] += 1;
    counts.health[device.health] += 1;
  }
  return counts;
}

function makeRoles(): Role[] {
  const builtIn: Role[] = BUILT_IN_ROLES.map((id) => ({
    ...{ id, name: id, description: ROLE_ABOUT[id], permissions: [...ROLE_PERMISSIONS[id]], builtIn: true },
    ...{ members: id === "owner" ? 1 : 0, invitations: 0, createdAt: null, updatedAt: null },
  }));
  const made = "2026-11-23T14:05:12.000Z";
  const nightShift: Role = {
    ...{ id: idOf(9, 0), name: "Night shift", description: "Fridges, at night" },
    ...{ permissions: ["device:read", "telemetry:read"], builtIn: false, members: 2, invitations: 1 },
    ...{ createdAt: made, updatedAt: made },
  };
  return [...builtIn, nightShift];
}
