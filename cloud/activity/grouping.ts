import type { Activity } from "../../protocol/activity/activity.ts";
import { toTimestamp } from "../../protocol/api/list.ts";
import { provenanceOf } from "../../protocol/devices/provenance.ts";
import { MINUTE } from "../../protocol/units.ts";
import type { HappeningRow } from "./store.ts";

/** What befalls several within this time is told together: a line that was down takes a whole site with it. */
const TOGETHER_MS = 5 * MINUTE;

/**
 * Rows, newest first, as lines: devices of one site that had the same befall them within minutes are one line, and so
 * are gateways, wherever they are. One that it befell several times counts once.
 */
export function groupHappenings(rows: readonly HappeningRow[]): Activity[] {
  const open = new Map<string, HappeningRow[]>();
  const groups: HappeningRow[][] = [];
  for (const row of rows) {
    const key = row.kind.startsWith("gateway.") ? row.kind : `${row.kind} ${row.site_id}`;
    const [newest] = open.get(key) ?? [];
    if (newest !== undefined && newest.at_ms - row.at_ms <= TOGETHER_MS) open.get(key)!.push(row);
    else {
      const group = [row];
      open.set(key, group);
      groups.push(group);
    }
  }
  return groups.map(toActivity);
}

function toActivity(group: readonly HappeningRow[]): Activity {
  const [newest] = group as [HappeningRow];
  const subjects = new Set(group.map((row) => row.subject_id));
  const sites = new Set(group.map((row) => row.site_id));
  const name = subjects.size === 1 ? newest.device_name : null;
  return {
    at: toTimestamp(newest.at_ms),
    kind: newest.kind as Activity["kind"],
    count: subjects.size,
    site: sites.size === 1 ? { id: newest.site_id, name: newest.site_name } : null,
    device:
      name === null
        ? null
        : { id: newest.subject_id, name, provenance: provenanceOf(newest.provenance === "simulated") },
    deed: null,
  };
}
