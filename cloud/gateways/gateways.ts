/**
 * The gateways of the sites: how one is added, what is known of it, and the line to it.
 *
 * Promises: a claim code admits one gateway, once; every entry of a gateway's log takes effect exactly once and in
 * order, and is acknowledged only after it is committed; what cannot be understood is kept and stepped over; one
 * gateway, whatever it sends, disturbs no other.
 * Never knows what a device is (it is told by `DeviceApplier`), and never touches a socket (see `Hub`).
 */
import type { Logger } from "@logtape/logtape";
import type { Transaction } from "kysely";
import { type Page, toTimestamp } from "../../protocol/api/list.ts";
import type { Compressor } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Live } from "../../protocol/frames/control.ts";
import type {
  Claim,
  ClaimRequest,
  EnrollRequest,
  EnrollResponse,
  Gateway,
  GatewayQuery,
  GatewayUpdate,
} from "../../protocol/gateways/gateway.ts";
import type { LiveEvent } from "../../protocol/live/event.ts";
import type { Seq } from "../../protocol/log/cursor.ts";
import type { DownlogEvent } from "../../protocol/log/kinds.ts";
import type { Random } from "../../protocol/random.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import type { Happened } from "../activity/activity.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { clonedMs } from "./clones.ts";
import type { ApplySimulation, DeviceApplier } from "./device-applier.ts";
import { appendDownAll } from "./downlog.ts";
import { Enrolment } from "./enrolment.ts";
import { GatewayProofs } from "./gateway-proofs.ts";
import { Hub } from "./hub.ts";
import type { JobHalf } from "./job-half.ts";
import { KeyRotations } from "./key-rotation.ts";
import { reapplySetAside } from "./reapply.ts";
import type { VerifySignature } from "./signature.ts";
import { findGateway, type GatewayRow, listGateways } from "./store.ts";

export type { Connection } from "./connection.ts";
export type { ApplyingGateway, ApplySimulation, DeviceApplier } from "./device-applier.ts";
export type { Hub } from "./hub.ts";
export { gatewayRoutes } from "./routes.ts";
export { verifyEd25519 } from "./signature.ts";
export { simulationEntry } from "./simulation-entry.ts";

export interface GatewaysParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  log: Logger;
  compressor: Compressor;
  verifySignature: VerifySignature;
  /** Of this installation. */
  secret: string;
  /** The half that knows devices; what it returns for an event is told to the organisation's browsers. */
  devices: DeviceApplier<LiveEvent>;
  /** The half that knows simulations. */
  simulation: ApplySimulation<LiveEvent>;
  /** The half that knows jobs. */
  jobs: JobHalf;
  /** `Sites.ensure`: the site of this name, made when it is missing. */
  ensureSite(organizationId: string, name: string): Promise<{ id: string; name: string }>;
  organizationName(organizationId: string): Promise<string>;
  /** `Audit.note` */
  note: Note;
  /** `Activity.happened` */
  happened: Happened;
  /** `RightOfWay.giveWay` */
  giveWay(): Promise<void>;
  /** `Live`: what browsers hear. */
  live: {
    publish(organizationId: string, event: LiveEvent): void;
    devicesChanged(organizationId: string, deviceIds: Iterable<string>): void;
    readings(gatewayId: string, readings: Live["readings"]): void;
  };
}

export interface Gateways {
  /** Codes: `request.invalid`. */
  list(scope: Scope, query: GatewayQuery): Promise<Result<Page<Gateway>>>;
  /** Codes: `record.not-found`. */
  get(scope: Scope, id: string): Promise<Result<Gateway>>;
  /** A code for a new gateway, or for a machine that takes the place of one. Code: `record.not-found`. */
  claim(scope: Scope, request: ClaimRequest): Promise<Result<Claim>>;
  /** The same for a command, which has no person's scope. */
  claimFor(organizationId: string, request: ClaimRequest): Promise<Result<Claim>>;
  /** Codes: `claim.unknown`, `claim.used`, `claim.expired`, `claim.not-replacing`, `auth.too-many`. `client`: who asks, to bound guessing. */
  enroll(request: EnrollRequest, client: string): Promise<Result<EnrollResponse>>;
  /** Ends its session and takes its credential away for ever. Code: `record.not-found`. */
  revoke(scope: Scope, id: string): Promise<Result<void>>;
  /** Asks it for another key, which it makes itself. Codes: `record.not-found`, `gateway.revoked`. */
  rotateKey(scope: Scope, id: string): Promise<Result<void>>;
  /** Appends to a gateway's downlog in the caller's transaction; it is sent after the commit. */
  appendDown(trx: Transaction<Tables>, gatewayId: string, event: DownlogEvent): Promise<Seq>;
  /** The same for many, at least one. Gives the seq of the last. */
  appendDownAll(trx: Transaction<Tables>, gatewayId: string, events: readonly DownlogEvent[]): Promise<Seq>;
  /** Applies what an older version had to set aside. Before the hub begins to take in more. */
  reapplySetAside(): Promise<number>;
  readonly hub: Hub<LiveEvent>;
  /** Who a request of a gateway's own comes from. */
  readonly proofs: GatewayProofs;
}

/** What people need to be allowed. */
export const GATEWAY_NEEDS: Needs<Gateways> = {
  list: "gateway:read",
  get: "gateway:read",
  claim: "gateway:claim",
  revoke: "gateway:write",
  rotateKey: "gateway:write",
};

export function createGateways(parts: GatewaysParts): Gateways {
  const { db, clock, live } = parts;
  const enrolment = new Enrolment(parts);
  const keys: KeyRotations = new KeyRotations({
    ...parts,
    tell: (trx, gatewayId, event) => appendAll(trx, gatewayId, [event]),
  });
  const hub = new Hub<LiveEvent>({
    ...{ ...parts, keys },
    events: {
      applied: ({ organizationId }, { changes, heard }) => {
        for (const change of changes) live.publish(organizationId, change);
        live.devicesChanged(organizationId, heard);
      },
      live: (gatewayId, readings) => live.readings(gatewayId, readings),
      connected: ({ organizationId, siteId }, gatewayConnected) =>
        live.publish(organizationId, { type: "site:update", site: siteId, gatewayConnected }),
      noteConnected: (trx, { id, organizationId, siteId }, connected) =>
        parts.happened(trx, {
          ...{ organizationId, siteId, subjectId: id },
          kind: connected ? "gateway.connected" : "gateway.lost",
          atMs: clock.nowMs(),
        }),
    },
  });

  const appendAll: Gateways["appendDownAll"] = async (trx, gatewayId, events) => {
    const seq = await appendDownAll(trx, gatewayId, events, clock.nowMs());
    db.onCommit(trx, () => hub.downAppended(gatewayId));
    return seq;
  };

  return {
    hub,
    proofs: new GatewayProofs({ ...parts, keys }),
    reapplySetAside: () => reapplySetAside({ ...parts, keys }),

    async list(scope, query) {
      const { rows, nextCursor, total } = await listGateways(db.read, scope.organizationId, query);
      const updates = await parts.jobs.updatesOf(rows.map(({ id }) => id));
      return accept({
        items: rows.map((row) => toGateway(row, hub, updates, clock.nowMs())),
        nextCursor,
        total,
      });
    },

    async get(scope, id) {
      const row = await findGateway(db.read, scope.organizationId, id);
      if (row === undefined) return refuse("record.not-found", `gateway ${id}`);
      return accept(toGateway(row, hub, await parts.jobs.updatesOf([id]), clock.nowMs()));
    },

    async claim(scope, request) {
      const made = await enrolment.claim(scope.organizationId, request);
      if (!made.ok) return made;
      const name = made.value.site;
      await db.write((trx) =>
        parts.note(trx, scope, {
          action: "replaces" in request ? "gateway.replace" : "gateway.claim",
          target: { id: name, name },
        }),
      );
      return made;
    },
    claimFor: (organizationId, request) => enrolment.claim(organizationId, request),

    async enroll(request, client) {
      const enrolled = await enrolment.enroll(request, client);
      if (enrolled.ok && enrolled.value.replaced) {
        const { gatewayId } = enrolled.value;
        hub.refuse(gatewayId, { code: "gateway.replaced", detail: `gateway ${gatewayId}` });
      }
      return enrolled;
    },

    async revoke(scope, id) {
      const revoked = await db.write(async (trx) => {
        const row = await trx
          .updateTable("gateway")
          .set((eb) => ({ revoked_ms: eb.fn.coalesce("revoked_ms", eb.val(clock.nowMs())) }))
          .where("id", "=", id)
          .where("organization_id", "=", scope.organizationId)
          .returning(["id", "name"])
          .executeTakeFirst();
        if (row !== undefined) await parts.note(trx, scope, { action: "gateway.revoke", target: row });
        return row;
      });
      if (revoked === undefined) return refuse("record.not-found", `gateway ${id}`);
      hub.refuse(id, { code: "gateway.revoked", detail: `gateway ${id}` });
      return accept(undefined);
    },

    rotateKey: (scope, id) => keys.ask(scope, id),

    appendDown: (trx, gatewayId, event) => appendAll(trx, gatewayId, [event]),
    appendDownAll: appendAll,
  };
}

function toGateway(
  row: GatewayRow,
  hub: Hub<LiveEvent>,
  updates: ReadonlyMap<string, GatewayUpdate>,
  nowMs: number,
): Gateway {
  const at = (ms: number | null) => (ms === null ? null : toTimestamp(ms));
  return {
    id: row.id,
    siteId: row.site_id,
    siteName: row.site_name,
    name: row.name,
    connected: hub.isConnected(row.id),
    connectedAt: at(row.connected_ms),
    lastSeenAt: at(hub.lastHeardMs(row.id) ?? row.last_seen_ms),
    version: row.version,
    protocol: row.protocol,
    update: updates.get(row.id) ?? null,
    clockSkewMs: hub.clockSkewMs(row.id) ?? row.clock_skew_ms,
    behind: {
      // Never below zero: a gateway that came back from a backup holds less than it has sent before.
      urgent: Math.max(0, row.urgent_head - (row.urgent_seq ?? 0)),
      bulk: Math.max(0, row.bulk_head - (row.bulk_seq ?? 0)),
    },
    unknownEntries: row.unknown_entries,
    // A sum may come as text.
    forgottenEntries: { urgent: Number(row.forgotten_urgent ?? 0), bulk: Number(row.forgotten_bulk ?? 0) },
    clonedAt: at(clonedMs(row.cloned_ms, nowMs)),
    revoked: row.revoked_ms !== null,
    keySince: toTimestamp(row.key_since_ms ?? row.created_ms),
    keyRotation:
      row.rotation_ms === null
        ? null
        : { askedAt: toTimestamp(row.rotation_ms), madeAt: at(row.next_key_ms) },
    createdAt: toTimestamp(row.created_ms),
  };
}
