import type { Clock } from "../../protocol/clock.ts";
import type { DeviceCountsQuery } from "../../protocol/devices/device.ts";
import { onlyOf, type Provenance } from "../../protocol/devices/provenance.ts";
import { accept, type Result } from "../../protocol/errors.ts";
import type { Overview, Wall } from "../../protocol/health/health.ts";
import type { DeviceCounts, DeviceReport } from "../../protocol/sites/site.ts";
import { mayDo, type Needs, type Scope } from "../accounts/scope.ts";
import type { CloudDatabase } from "../database/database.ts";
import { countByProvenance, countBySite, hasProblems, sumCounts } from "../devices/devices.ts";
import { type GatewayBehind, gatewaysBehind } from "./gateways-behind.ts";
import { lookAtAll, type WallParts } from "./wall.ts";

/** How the service and an organisation's estate are doing, in one look. Computed when asked, never stored. */
export interface Health {
  overview(scope: Scope): Promise<Result<Overview>>;
  /** Everything the overview shows. */
  wall(scope: Scope): Promise<Result<Wall>>;
  deviceCounts(scope: Scope, query: DeviceCountsQuery): Promise<Result<DeviceReport>>;
  /** Whether the database answers. */
  ready(): Promise<boolean>;
}

/** What people need to be allowed: the overview sums up what sites say of themselves, their devices and gateways too. */
export const HEALTH_NEEDS: Needs<Health> = {
  overview: "site:read",
  wall: "site:read",
  deviceCounts: "device:read",
};

export interface HealthParts extends WallParts {
  clock: Clock;
  version: string;
}

export function createHealth(parts: HealthParts): Health {
  const { db, clock, version, isConnected } = parts;
  const startedMs = clock.monotonicMs();
  const overviewOf = async (
    { organizationId }: Scope,
    counts: ReadonlyMap<string, DeviceCounts>,
    gateways: readonly GatewayBehind[],
  ): Promise<Overview> => {
    const sites = await db.read
      .selectFrom("site")
      .select((select) => select.fn.countAll<number>().as("total"))
      .where("organization_id", "=", organizationId)
      .where("deleted_ms", "is", null)
      .executeTakeFirstOrThrow();
    const cutOff = new Set(gateways.map(({ site_id }) => site_id));
    for (const { id, site_id } of gateways) if (isConnected(id)) cutOff.delete(site_id);
    const problems = [...counts].filter(([site, its]) => !cutOff.has(site) && hasProblems(its));
    return {
      status: "ok",
      version,
      uptimeSeconds: Math.floor((clock.monotonicMs() - startedMs) / 1_000),
      sites: { total: sites.total, withProblems: cutOff.size + problems.length },
      gateways: {
        total: gateways.length,
        connected: gateways.filter((gateway) => isConnected(gateway.id)).length,
        entriesBehind: gateways.reduce((sum, gateway) => sum + gateway.behind, 0),
      },
      devices: sumCounts(counts.values()),
      cutOff: {
        sites: cutOff.size,
        devices: sumCounts([...counts].filter(([site]) => cutOff.has(site)).map(([, its]) => its)),
      },
      jobs: await openJobs(db, organizationId),
    };
  };
  return {
    async overview(scope) {
      const { organizationId } = scope;
      const counts = await countBySite(db.read, organizationId);
      return accept(await overviewOf(scope, counts, await gatewaysBehind(db.read, organizationId)));
    },
    async wall(scope) {
      const { counts, gateways, ...seen } = await lookAtAll(parts, scope);
      const maySeeDevices = mayDo(scope, "device:read");
      return accept({
        overview: await overviewOf(scope, counts, gateways),
        ...seen,
        ...(maySeeDevices ? {} : { attention: [], attentionTotal: 0 }),
      });
    },
    async deviceCounts({ organizationId }, { provenance }) {
      const only = onlyOf(provenance);
      const counts = await countByProvenance(db.read, organizationId);
      const sumOf = (which: (of: Provenance) => boolean) =>
        sumCounts([...counts].filter(([of]) => which(of)).map(([, its]) => its));
      const leftOut = sumOf((of) => only !== undefined && of !== only).total;
      return accept({ ...sumOf((of) => only === undefined || of === only), leftOut });
    },
    async ready() {
      try {
        await db.read.selectFrom("site").select("id").limit(1).execute();
        return true;
      } catch {
        // Whatever the reason is, the answer to "are you ready" is no; the statement that failed for a person logs it.
        return false;
      }
    },
  };
}

async function openJobs(db: CloudDatabase, organizationId: string): Promise<Overview["jobs"]> {
  const rows = await db.read
    .selectFrom("job")
    .select((select) => ["status", select.fn.countAll<number>().as("jobs")])
    .where("organization_id", "=", organizationId)
    .where("status", "in", ["scheduled", "running", "paused", "stopped"])
    .groupBy("status")
    .execute();
  const none = { scheduled: 0, running: 0, paused: 0, stopped: 0 };
  return { ...none, ...Object.fromEntries(rows.map(({ status, jobs }) => [status, jobs])) };
}
