import { accept, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import { mayDo, type Scope } from "../accounts/scope.ts";
import {
  addressDigest,
  type EndpointRow,
  findEndpoint,
  moveEndpoint,
  selectEndpoints,
  toEndpoint,
  upsertEndpoint,
} from "./endpoint-store.ts";
import type { Push } from "./push.ts";
import type { PushParts } from "./push-parts.ts";

/** The part of {@link Push} that is about registered addresses. */
export interface Endpoints extends Pick<Push, "subscribe" | "endpoints" | "unsubscribe" | "rename"> {
  /** Whether there is such a device in the organisation. */
  ownDevice(scope: Scope, id: string): Promise<boolean>;
  /** One's own; another's does not exist. Code: `record.not-found`. */
  findOwn(scope: Scope, id: string): Promise<Result<EndpointRow>>;
}

export function createEndpoints(parts: PushParts): Endpoints {
  const { db, clock, random, note, vapid, outbound } = parts;
  const newId = () => makeId(clock.nowMs(), random);

  const ownDevice: Endpoints["ownDevice"] = async (scope, id) => {
    const row = await db.read
      .selectFrom("device")
      .select("id")
      .where("id", "=", id)
      .where("organization_id", "=", scope.organizationId)
      .executeTakeFirst();
    return row !== undefined;
  };

  const findOwn: Endpoints["findOwn"] = async ({ organizationId, userId }, id) => {
    const row = await findEndpoint(db.read, organizationId, id);
    return row?.user_id === userId ? accept(row) : refuse("record.not-found", `endpoint ${id}`);
  };

  return {
    ownDevice,
    findOwn,

    async subscribe(scope, { address, label, device, raw, vapidPublicKey, replaces }) {
      const needed = device !== undefined ? "device:write" : raw ? "notification:send" : null;
      if (needed !== null && !mayDo(scope, needed)) return forbidden(needed);
      const url =
        address.platform === "web-push"
          ? address.endpoint
          : address.platform === "wns"
            ? address.channelUri
            : null;
      const checked = url === null ? null : outbound.check(url);
      if (checked?.ok === false) return checked;
      const ids = [device, address.platform === "mqtt" ? address.device : undefined];
      for (const id of ids)
        if (id !== undefined && !(await ownDevice(scope, id)))
          return refuse("record.not-found", `device ${id}`);
      let vapidKeyId: string | null = null;
      if (address.platform === "web-push") {
        const present = vapidPublicKey === undefined ? await vapid.key(null) : null;
        if (present?.ok === false) return present;
        vapidKeyId = present === null ? await vapid.idOf(vapidPublicKey ?? "") : present.value.id;
        if (vapidKeyId === null) return refuseField("vapidPublicKey", "is none of this service's keys");
      }
      const digest = addressDigest(address);
      return db.write(async (trx) => {
        const before =
          replaces === undefined || address.platform !== "web-push"
            ? undefined
            : await moveEndpoint(trx, scope, addressDigest({ ...address, endpoint: replaces }), digest);
        const row = await upsertEndpoint(trx, {
          ...{ id: newId(), organization_id: scope.organizationId, platform: address.platform },
          ...{ address_key: digest, address: JSON.stringify(address), label: label || (before?.label ?? "") },
          user_id: device === undefined && !raw ? scope.userId : null,
          device_id: device ?? null,
          ...{ vapid_key_id: vapidKeyId, created_ms: clock.nowMs() },
        });
        const endpoint = toEndpoint(row);
        const { id, platform, hint } = endpoint;
        await note(trx, scope, {
          action: "push.subscribe",
          target: { id, name: endpoint.label || platform },
          after: { platform, hint, device: device ?? null, raw },
        });
        return accept(endpoint);
      });
    },

    async endpoints(scope, { device }) {
      if (device !== undefined && !mayDo(scope, "device:read")) return forbidden("device:read");
      if (device !== undefined && !(await ownDevice(scope, device)))
        return refuse("record.not-found", `device ${device}`);
      const of = device === undefined ? { userId: scope.userId } : { deviceId: device };
      return accept({ items: (await selectEndpoints(db.read, scope.organizationId, of)).map(toEndpoint) });
    },

    async unsubscribe(scope, id) {
      const row = await findEndpoint(db.read, scope.organizationId, id);
      if (row === undefined) return refuse("record.not-found", `endpoint ${id}`);
      const needed = row.device_id !== null ? "device:write" : "notification:send";
      if (row.user_id !== scope.userId && !mayDo(scope, needed)) return forbidden(needed);
      await db.write(async (trx) => {
        await trx.deleteFrom("push_endpoint").where("id", "=", id).execute();
        const { platform, hint, label } = toEndpoint(row);
        await note(trx, scope, {
          action: "push.unsubscribe",
          target: { id, name: label || platform },
          before: { platform, hint },
        });
      });
      return accept(undefined);
    },

    async rename(scope, id, { label }) {
      const own = await findOwn(scope, id);
      if (!own.ok) return own;
      return db.write(async (trx) => {
        await trx.updateTable("push_endpoint").set({ label }).where("id", "=", id).execute();
        await note(trx, scope, {
          action: "push.rename",
          target: { id, name: label },
          before: { label: own.value.label },
          after: { label },
        });
        return accept(toEndpoint({ ...own.value, label }));
      });
    },
  };
}

const forbidden = (permission: string) =>
  refuse("auth.forbidden", `${permission} is not among the permissions of your role`);
