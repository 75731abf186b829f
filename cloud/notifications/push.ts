import { toTimestamp } from "../../protocol/api/list.ts";
import { accept, type Refusal, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import { PLATFORMS, type PlatformName } from "../../protocol/notifications/address.ts";
import type { Endpoint, Subscribe } from "../../protocol/notifications/endpoint.ts";
import { type Message, messageSchema } from "../../protocol/notifications/message.ts";
import type { Outcome } from "../../protocol/notifications/outcome.ts";
import {
  bulkHeadSchema,
  type CredentialsInput,
  type PlatformStatus,
  type Publish,
  type Receipts,
  type Recipient,
  type Send,
  type SendResult,
} from "../../protocol/notifications/push.ts";
import { check } from "../../protocol/validate.ts";
import { mayDo, type Needs, type Scope } from "../accounts/scope.ts";
import { sendBulk } from "./bulk.ts";
import { readCredentials } from "./credentials.ts";
import {
  addressDigest,
  countEndpoints,
  findEndpoint,
  selectEndpoints,
  toEndpoint,
  upsertEndpoint,
} from "./endpoint-store.ts";
import { platformOf } from "./platforms/platforms.ts";
import type { PushParts } from "./push-parts.ts";
import { receiptsOf } from "./receipts.ts";
import type { Located } from "./recipients.ts";

/**
 * Messages that people and programs hand to the platforms at once, the addresses that are registered, and the
 * platforms' credentials. Each is tried once and answered with what became of it.
 */
export interface Push {
  vapidPublicKey(scope: Scope): Promise<Result<{ publicKey: string }>>;
  /** Codes: `request.invalid`, `outbound.forbidden`, `record.not-found` (the device), `auth.forbidden`. */
  subscribe(scope: Scope, input: Subscribe): Promise<Result<Endpoint>>;
  /** One's own, or those of a device. Codes: `record.not-found`, `auth.forbidden`. */
  endpoints(scope: Scope, query: { device?: string | undefined }): Promise<Result<{ items: Endpoint[] }>>;
  /** Codes: `record.not-found`, `auth.forbidden` for one that is not one's own. */
  unsubscribe(scope: Scope, id: string): Promise<Result<void>>;
  send(scope: Scope, request: Send): Promise<Result<{ items: SendResult[] }>>;
  /** `values`: the message, then recipients. In lines of JSON, a result each, and a sum. Codes: `request.invalid`, `request.not-json`. */
  sendBulk(scope: Scope, values: AsyncIterator<Result<unknown>>): Promise<Result<AsyncIterable<string>>>;
  publish(scope: Scope, request: Publish): Promise<Result<SendResult>>;
  /** A test message. Codes: `record.not-found`, `record.conflict`. */
  test(scope: Scope, to: Recipient): Promise<Result<SendResult>>;
  platforms(scope: Scope): Promise<Result<{ items: PlatformStatus[] }>>;
  /** Codes: `request.invalid`, `record.not-found` (takes none), `push.credentials-invalid`. */
  setCredentials(
    scope: Scope,
    platform: PlatformName,
    input: CredentialsInput,
  ): Promise<Result<PlatformStatus>>;
  /** Code: `record.not-found`. */
  removeCredentials(scope: Scope, platform: PlatformName): Promise<Result<void>>;
  /** What receivers said of one. Code: `record.not-found` as long as that is nothing. */
  receipts(scope: Scope, id: string): Promise<Result<Receipts>>;
  /** For the engine that decides when and to whom: hands one over, and disables what is gone. */
  hand(located: Located, id: string): Promise<Outcome>;
}

/** What people need to be allowed. */
export const PUSH_NEEDS: Needs<Push> = {
  vapidPublicKey: "notification:read",
  subscribe: "notification:read",
  endpoints: "notification:read",
  unsubscribe: "notification:read",
  send: "notification:send",
  sendBulk: "notification:send",
  publish: "notification:send",
  test: "notification:send",
  platforms: "notification:read",
  setCredentials: "organization:write",
  removeCredentials: "organization:write",
  receipts: "notification:read",
};

const TEST: Message = (() => {
  const made = check(messageSchema, {
    title: "HOMEPOT",
    body: "This is a test. It arrived.",
    timeToLiveSeconds: 300,
  });
  if (!made.ok) throw new Error(made.refusal.detail);
  return made.value;
})();

export function createPush(parts: PushParts): Push {
  const { db, clock, random, note, vapid, credentials, senders, recipients, outbound } = parts;
  const newId = () => makeId(clock.nowMs(), random);

  const hand: Push["hand"] = async (located, id) => {
    const { organizationId, address, message, expiresMs, vapidKeyId } = located;
    const outcome = await senders.hand(organizationId, { id, address, message, expiresMs, vapidKeyId });
    recipients.note(located, outcome);
    return outcome;
  };

  const sendOne = async (located: Located): Promise<SendResult> => {
    const id = newId();
    const { address, endpointId, message } = located;
    const result = await hand(located, id);
    const notes = platformOf(address.platform).notes(message);
    return { id, platform: address.platform, endpoint: endpointId, result, notes };
  };

  /** Noted before anything is sent: what was sent and not noted would be worse than the other way round. */
  const noteSend = (scope: Scope, action: string, { title }: Message, after: object) =>
    db.write((trx) => note(trx, scope, { action, target: { id: newId(), name: title }, after }));

  const status = async (scope: Scope, platform: PlatformName): Promise<Result<PlatformStatus>> => {
    const found = await credentials.find(scope.organizationId, platform);
    if (!found.ok) return found;
    const counts = (await countEndpoints(db.read, scope.organizationId)).get(platform);
    const { limits, describe } = platformOf(platform);
    return accept({
      platform,
      source: found.value?.source ?? null,
      about: found.value === null ? {} : describe(found.value.value),
      updatedAt: found.value?.changedMs ? toTimestamp(found.value.changedMs) : null,
      limits: { ...limits },
      endpoints: counts ?? { total: 0, disabled: 0 },
    });
  };

  const ownDevice = async (scope: Scope, id: string): Promise<boolean> => {
    const row = await db.read
      .selectFrom("device")
      .select("id")
      .where("id", "=", id)
      .where("organization_id", "=", scope.organizationId)
      .executeTakeFirst();
    return row !== undefined;
  };

  return {
    hand,

    async vapidPublicKey() {
      const key = await vapid.publicKey();
      return key.ok ? accept({ publicKey: key.value }) : key;
    },

    async subscribe(scope, { address, label, device, raw, vapidPublicKey }) {
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
      return db.write(async (trx) => {
        const row = await upsertEndpoint(trx, {
          ...{ id: newId(), organization_id: scope.organizationId, platform: address.platform },
          ...{ address_key: addressDigest(address), address: JSON.stringify(address), label },
          user_id: device === undefined && !raw ? scope.userId : null,
          device_id: device ?? null,
          ...{ vapid_key_id: vapidKeyId, created_ms: clock.nowMs() },
        });
        const endpoint = toEndpoint(row);
        const { id, platform, hint } = endpoint;
        await note(trx, scope, {
          action: "push.subscribe",
          target: { id, name: label || platform },
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

    async send(scope, { to, message }) {
      const located: Located[] = [];
      for (const [index, one] of to.entries()) {
        const found = await recipients.locate(scope.organizationId, one, message);
        if (!found.ok) return at(found.refusal, `to.${index}.endpoint`);
        located.push(found.value);
      }
      await noteSend(scope, "push.send", message, { recipients: to.length });
      return accept({ items: await Promise.all(located.map(sendOne)) });
    },

    async sendBulk(scope, values) {
      const first = await values.next();
      if (first.done === true)
        return refuse("request.not-json", "the body is empty; it begins with the message");
      if (!first.value.ok) return first.value;
      const head = check(bulkHeadSchema, first.value.value);
      if (!head.ok) return head;
      const { message } = head.value;
      await noteSend(scope, "push.send-bulk", message, {});
      const bulk = { clock, recipients, hand, makeId: newId };
      return accept(sendBulk(bulk, scope.organizationId, message, values));
    },

    async publish(scope, { device, topic, message }) {
      const address = { platform: "mqtt" as const, ...(device === undefined ? { topic } : { device }) };
      if (device !== undefined && !(await ownDevice(scope, device)))
        return refuse("record.not-found", `device ${device}`);
      const located = await recipients.locate(scope.organizationId, { address }, message);
      if (!located.ok) return located;
      await noteSend(scope, "push.publish", message, { device: device ?? null, topic: topic ?? null });
      return accept(await sendOne(located.value));
    },

    async test(scope, to) {
      const located = await recipients.locate(scope.organizationId, to, TEST);
      if (!located.ok) return located;
      await noteSend(scope, "push.test", TEST, { platform: located.value.address.platform });
      return accept(await sendOne(located.value));
    },

    async platforms(scope) {
      const items: PlatformStatus[] = [];
      for (const platform of PLATFORMS) {
        const one = await status(scope, platform);
        if (!one.ok) return one;
        items.push(one.value);
      }
      return accept({ items });
    },

    async setCredentials(scope, platform, { credentials: given, test }) {
      const read = readCredentials(platform, given);
      if (!read.ok) return at(read.refusal, "credentials");
      if (test !== undefined && test.platform !== platform)
        return refuseField("test.platform", `must be ${platform}`);
      const sender = senders.open(scope.organizationId, platform, read.value);
      if (!sender.ok) return sender;
      const expiresMs = clock.nowMs() + TEST.timeToLiveSeconds * 1_000;
      const tested =
        test === undefined
          ? null
          : await sender.value.send({ id: newId(), address: test as never, message: TEST, expiresMs });
      sender.value.close();
      if (tested !== null && tested.outcome !== "sent")
        return refuse("push.credentials-invalid", `the test was not taken: ${tested.reason}`);
      await db.write(async (trx) => {
        await credentials.put(trx, scope.organizationId, platform, read.value);
        await note(trx, scope, {
          action: "push.credentials",
          target: { id: platform, name: platform },
          after: { ...platformOf(platform).describe(read.value), tested: tested !== null },
        });
      });
      senders.drop(scope.organizationId, platform);
      return status(scope, platform);
    },

    async removeCredentials(scope, platform) {
      const removed = await db.write(async (trx) => {
        if (!(await credentials.remove(trx, scope.organizationId, platform))) return false;
        const target = { id: platform, name: platform };
        await note(trx, scope, { action: "push.credentials-remove", target });
        return true;
      });
      if (!removed) return refuse("record.not-found", `there are no credentials of your own for ${platform}`);
      senders.drop(scope.organizationId, platform);
      return accept(undefined);
    },

    async receipts(scope, id) {
      const rows = await receiptsOf(db.read, scope.organizationId, id);
      if (rows.length === 0) return refuse("record.not-found", `nothing was heard of ${id}`);
      return accept({
        items: rows.map(({ action, deviceId, atMs }) => ({
          action: action as Receipts["items"][number]["action"],
          device: deviceId,
          at: toTimestamp(atMs),
        })),
      });
    },
  };
}

const forbidden = (permission: string) =>
  refuse("auth.forbidden", `${permission} is not among the permissions of your role`);

/** The same refusal, at the field of the request it is about. */
function at(refusal: Refusal, path: string): { ok: false; refusal: Refusal } {
  const errors = refusal.errors?.map((error) => ({ ...error, path: `${path}.${error.path}` }));
  return { ok: false, refusal: errors === undefined ? refusal : { ...refusal, errors } };
}
