import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import type { Permission } from "../../../protocol/accounts/permissions.ts";
import { ROLE_PERMISSIONS } from "../../../protocol/accounts/role.ts";
import type { LiveEvent } from "../../../protocol/live/event.ts";
import type { Resume } from "../../../protocol/live/resume.ts";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import type { Standing } from "../../accounts/accounts.ts";
import type { CloudDatabase } from "../../database/database.ts";
import { openSqlite } from "../../database/sqlite.ts";
import { type BrowserConnection, Live } from "../live.ts";

export const id = (number: number): string => `0190b8e0-7c1a-7000-8000-${String(number).padStart(12, "0")}`;

export class FakeBrowser implements BrowserConnection {
  /** Without their ids, which stand beside. */
  heard: LiveEvent[] = [];
  ids: string[] = [];
  buffered = 0;
  closed: { code: number; reason: string } | null = null;
  send(text: string): void {
    const { id: numbered, ...event } = JSON.parse(text);
    this.heard.push(event);
    this.ids.push(numbered);
  }
  bufferedAmount(): number {
    return this.buffered;
  }
  close(code: number, reason: string): void {
    this.closed = { code, reason };
  }
}

const VIEWER: Standing = { role: "viewer", roleName: "viewer", permissions: ROLE_PERMISSIONS.viewer };

/** A {@link Live} on a real database in a temporary directory, with a clock that moves when told to. */
export interface LiveFixture extends AsyncDisposable {
  live: Live;
  db: CloudDatabase;
  clock: ManualClock;
  /** What gateways were told to watch, as `gateway: key key`. */
  told: string[];
  /** Tokens of sessions that have ended. */
  ended: Set<string>;
  /** Whoever has this session may do no more and no less from now on. */
  permit(token: string, permissions: readonly Permission[]): void;
  /** A browser of somebody of the organisation, `o` unless said otherwise. */
  open(
    organizationId?: string,
    token?: string,
    permissions?: readonly Permission[],
    resume?: Resume,
  ): FakeBrowser;
}

export async function startLive(): Promise<LiveFixture> {
  const directory = mkdtempSync(join(tmpdir(), "homepot-live-"));
  const db = await openSqlite(join(directory, "cloud.db"));
  const clock = new ManualClock();
  const told: string[] = [];
  const ended = new Set<string>();
  const standings = new Map<string, Standing>();
  const live = new Live({
    db,
    clock,
    random: seededRandom(7),
    log: getLogger(["test"]),
    watch: (gatewayId, keys) => told.push(`${gatewayId}: ${[...keys].sort().join(" ")}`),
    stillWelcome: async (visitors) => {
      const welcome = visitors.filter(({ token }) => !ended.has(token));
      return new Map(welcome.map((visitor) => [visitor, standings.get(visitor.token) ?? VIEWER]));
    },
  });
  live.start();
  await addDevices(db);
  return {
    live,
    db,
    clock,
    told,
    ended,
    permit(token, permissions) {
      standings.set(token, { ...VIEWER, permissions });
    },
    open(organizationId = "o", token = "t", permissions = VIEWER.permissions, resume) {
      const browser = new FakeBrowser();
      standings.set(token, { ...VIEWER, permissions });
      live.open(browser, { userId: "u", organizationId, role: "viewer", permissions }, token, resume);
      return browser;
    },
    async [Symbol.asyncDispose]() {
      live.stop();
      await db.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Devices 1 and 2 at gateway a, 3 at b, all of organisation `o`; 4 at c of `other`. */
async function addDevices(db: CloudDatabase): Promise<void> {
  const common = { created_ms: 0, updated_ms: 0 };
  const places = [
    ["a", "o", [1, 2]],
    ["b", "o", [3]],
    ["c", "other", [4]],
  ] as const;
  await db.write(async (trx) => {
    for (const [gateway, organization_id, devices] of places) {
      const site = { ...common, id: gateway, organization_id, name: gateway, description: "", address: "" };
      await trx
        .insertInto("site")
        .values({ ...site, time_zone: "UTC" })
        .execute();
      const heads = { urgent_head: 0, bulk_head: 0, downlog_epoch: "e", downlog_head: 0, downlog_acked: 0 };
      const row = { id: gateway, organization_id, site_id: gateway, name: "", public_key: "", created_ms: 0 };
      await trx
        .insertInto("gateway")
        .values({ ...row, ...heads })
        .execute();
      for (const device of devices) {
        const state = { provenance: "real", lifecycle: "active", connectivity: "never", attributes: "{}" };
        const where = { organization_id, site_id: gateway, gateway_id: gateway };
        await trx
          .insertInto("device")
          .values({ ...common, ...where, ...state, id: id(device), key: `d${device}` })
          .execute();
      }
    }
  });
}

/** Look-ups answer within the task they are asked in; the next one comes after them. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

export const status = (device: number, health: "healthy" | "error" = "healthy"): LiveEvent => ({
  type: "device:status",
  device: id(device),
  site: id(9),
  connectivity: "online",
  health,
  since: 1,
});
