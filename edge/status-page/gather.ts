import { DAY } from "../../protocol/units.ts";
import type { LocalStatus } from "../../ui/pages/local/local-status.ts";
import { usedBytes } from "../database/used-bytes.ts";
import { readDisk } from "../diagnosis/diagnosis.ts";
import { readDropped } from "../retention/retention.ts";
import type { NewestReadings } from "./newest-readings.ts";
import type { StatusPageParts } from "./status-page.ts";

/** Addresses that only programs of this machine reach. */
const OWN = /^(127\.|::1$|localhost$)/;
/** A message that was refused longer ago than this is of no interest to who stands there now. */
const REJECTED_SHOWN_MS = DAY;

/** The gateway as it is now. */
export function gatherStatus(
  parts: StatusPageParts,
  readings: NewestReadings,
  startedMs: number,
): LocalStatus {
  const { clock, version, identity, broker, brokerListen, uplink } = parts;
  const nowMs = clock.nowMs();
  const known = identity.read();
  const { state, sinceMs, reason = null, clockSkewMs = null } = uplink.status();
  const behind = uplink.behind();
  const listen = brokerListen();
  return {
    nowMs,
    version,
    update: parts.lastUpdate(),
    startedMs,
    site:
      known === null ? null : { name: known.site, organization: known.organization, cloud: known.cloudUrl },
    broker: {
      listen: `${listen.host}:${listen.port}`,
      connections: broker.connections,
      onlyThisMachine: OWN.test(listen.host),
    },
    cloud: { state, sinceMs, obstacle: reason, waiting: behind.urgent + behind.bulk },
    ...gatherDevices(parts, readings, nowMs),
    disk: gatherDisk(parts),
    clockSkewMs,
  };
}

function gatherDevices(
  { devices }: StatusPageParts,
  readings: NewestReadings,
  nowMs: number,
): Pick<LocalStatus, "devices" | "rejected"> {
  const rejected = devices.rejected();
  const [newest] = rejected.newest;
  const isRecent = newest !== undefined && nowMs - newest.atMs < REJECTED_SHOWN_MS;
  return {
    devices: devices.list().map(({ key, connectivity, provenance, lastHeardMs }) => ({
      ...{ key, connectivity, lastHeardMs },
      simulated: provenance === "simulated",
      values: readings.of(key),
    })),
    rejected: {
      total: rejected.total,
      newest: isRecent ? { device: newest.device, reason: newest.reason } : null,
    },
  };
}

function gatherDisk({ db, dataDirectory, budgetBytes }: StatusPageParts): LocalStatus["disk"] {
  const { state, freeBytes } = readDisk(dataDirectory);
  const droppedReadings = readDropped(db).reduce((sum, { readings }) => sum + readings, 0);
  return { state, freeBytes, usedBytes: usedBytes(db), budgetBytes, droppedReadings };
}
