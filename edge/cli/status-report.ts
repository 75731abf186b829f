import { existsSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { formatClaimCode } from "../../protocol/gateways/gateway.ts";
import type { Seq, UplogStream } from "../../protocol/log/cursor.ts";
import { type ListenAddress, ownHost } from "../../protocol/settings/setting.ts";
import type { TopicGrants } from "../../protocol/topics/grants.ts";
import { SECOND } from "../../protocol/units.ts";
import { secureRandom, systemClock } from "../clock/clock.ts";
import { VERSION } from "../config/version.ts";
import { createDevices } from "../devices/devices.ts";
import { createEnrolment } from "../enrolment/enrolment.ts";
import { readAccessCode } from "../status-page/status-page.ts";
import { readStatusFile, type StatusFile } from "../uplink/uplink.ts";
import { createUplog } from "../uplog/uplog.ts";
import { databasePath, openDataDirectory } from "./data-directory.ts";
import { gatewayRuns } from "./only-gateway.ts";

/** What `homepot-edge status` tells, as `--json` prints it. Times are ISO 8601 in UTC. */
export interface StatusReport {
  version: string;
  data: string;
  running: boolean;
  broker: { listen: string; reachable: boolean };
  /** The status page: where it is reached, and the code it asks for. Null when the gateway shows none. */
  page: { addresses: string[]; code: string | null } | null;
  enrolment: { gatewayId: string; site: string; organization: string; cloud: string } | null;
  /** The line to the cloud; null when the gateway does not run. */
  uplink: { state: string; since: string; reason: StatusReason | null } | null;
  /** By how much the gateway's clock is ahead of the cloud's, ms, as last measured; null before, and when it does not run. */
  clockSkewMs: number | null;
  /** Entries that the cloud has not acknowledged. */
  waiting: Record<UplogStream, Seq>;
  devices: { count: number; online: number; offline: number };
  /** What devices were granted beyond their own topics; those that were granted nothing are left out. */
  topics: ({ device: string } & TopicGrants)[];
  /** Messages of devices that were refused: how many ever, and the newest few. */
  rejected: {
    total: number;
    newest: { device: string; at: string; topic: string; code: string; reason: string; sample: string }[];
  };
}

export interface StatusReason {
  code: string;
  title: string;
  detail: string;
  hint: string;
}

const REJECTED_SHOWN = 5;

/** Gathers it from the database and from what a running gateway has left; null when there has never been a gateway here. */
export async function readStatusReport(data: string, listen: ListenAddress): Promise<StatusReport | null> {
  if (!existsSync(databasePath(data))) return null;
  const running = gatewayRuns(data) ? readStatusFile(data) : null;
  const address = running === null ? formatAddress(listen) : running.mqttListen;
  const reachable = await isReachable(address);
  using db = openDataDirectory(data);
  const uplog = createUplog(db);
  const parts = { db, uplog, clock: systemClock, random: secureRandom };
  const devices = createDevices(parts);
  const identity = createEnrolment({ ...parts, dataDirectory: data, fetch, version: VERSION }).read();
  const list = devices.list();
  const count = (connectivity: string): number =>
    list.filter((device) => device.connectivity === connectivity).length;
  const rejected = devices.rejected();
  return {
    version: VERSION,
    data,
    running: running !== null,
    broker: { listen: address, reachable },
    page:
      running?.statusPage === undefined
        ? null
        : { addresses: pageAddresses(running.statusPage), code: readShownCode(data) },
    enrolment:
      identity === null
        ? null
        : {
            gatewayId: identity.gatewayId,
            site: identity.site,
            organization: identity.organization,
            cloud: identity.cloudUrl,
          },
    uplink: running === null ? null : readUplink(running),
    clockSkewMs: running?.uplink.clockSkewMs ?? null,
    waiting: { urgent: uplog.waiting("urgent"), bulk: uplog.waiting("bulk") },
    devices: { count: list.length, online: count("online"), offline: count("offline") },
    topics: [...devices.topics()].map(([device, grants]) => ({ device, ...grants })),
    rejected: {
      total: rejected.total,
      newest: rejected.newest
        .slice(0, REJECTED_SHOWN)
        .map(({ atMs, ...message }) => ({ ...message, at: new Date(atMs).toISOString() })),
    },
  };
}

function readUplink({ uplink }: StatusFile): StatusReport["uplink"] {
  const { state, sinceMs, reason } = uplink;
  const since = new Date(sinceMs).toISOString();
  if (reason === undefined) return { state, since, reason: null };
  const { code, title, detail, hint } = reason;
  return { state, since, reason: { code, title, detail, hint } };
}

/** Where browsers reach it: on all addresses of this machine when it listens on all of them. */
function pageAddresses(listen: string): string[] {
  const colon = listen.lastIndexOf(":");
  const host = listen.slice(0, colon);
  if (host !== "0.0.0.0" && host !== "::") return [`http://${listen}`];
  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4")
    .map(({ address }) => address);
  return (own.length === 0 ? ["127.0.0.1"] : own).map((address) => `http://${address}${listen.slice(colon)}`);
}

function readShownCode(data: string): string | null {
  const code = readAccessCode(data);
  return code === null ? null : formatClaimCode(code);
}

function formatAddress({ host, port }: ListenAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether something takes connections there. A wildcard address is asked on the loopback. */
async function isReachable(address: string): Promise<boolean> {
  const colon = address.lastIndexOf(":");
  const hostname = ownHost(address.slice(0, colon).replace(/^\[|\]$/g, ""));
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const giveUp = setTimeout(() => resolve(false), 2 * SECOND);
  Bun.connect({
    hostname,
    port: Number(address.slice(colon + 1)),
    socket: {
      data: () => undefined,
      open: (socket) => {
        socket.end();
        resolve(true);
      },
    },
  }).catch(() => resolve(false));
  try {
    return await promise;
  } finally {
    clearTimeout(giveUp);
  }
}
