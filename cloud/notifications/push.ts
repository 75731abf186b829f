import { toTimestamp } from "../../protocol/api/list.ts";
import { accept, type Refusal, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import { PLATFORMS, type PlatformName } from "../../protocol/notifications/address.ts";
import type { Endpoint, EndpointPatch, Subscribe } from "../../protocol/notifications/endpoint.ts";
import { type Message, messageSchema } from "../../protocol/notifications/message.ts";
import {
  bulkHeadSchema,
  type CredentialsInput,
  type PlatformStatus,
  type Publish,
  type Receipts,
  type Recipient,
  type Send,
  type SendResult,
  type VapidStatus,
} from "../../protocol/notifications/push.ts";
import { check } from "../../protocol/validate.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import { sendBulk } from "./bulk.ts";
import { readCredentials } from "./credentials.ts";
import { countEndpoints } from "./endpoint-store.ts";
import { createEndpoints } from "./endpoints.ts";
import { type GivenParts, GivenRecipients } from "./engine/given.ts";
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
  /** Code: `record.not-found` before there is any. */
  vapid(scope: Scope): Promise<Result<VapidStatus>>;
  /** Another key for who subscribes from now on. Code: `record.conflict` while nobody has with the present one. */
  rotateVapid(scope: Scope): Promise<Result<VapidStatus>>;
  /** Codes: `request.invalid`, `outbound.forbidden`, `record.not-found` (the device), `auth.forbidden`. */
  subscribe(scope: Scope, input: Subscribe): Promise<Result<Endpoint>>;
  /** One's own, or those of a device. Codes: `record.not-found`, `auth.forbidden`. */
  endpoints(scope: Scope, query: { device?: string | undefined }): Promise<Result<{ items: Endpoint[] }>>;
  /** Codes: `record.not-found`, `auth.forbidden` for one that is not one's own. */
  unsubscribe(scope: Scope, id: string): Promise<Result<void>>;
  /** One's own. Code: `record.not-found`. */
  rename(scope: Scope, id: string, patch: EndpointPatch): Promise<Result<Endpoint>>;
  /** A test message to one's own. Codes: `record.not-found`, `record.conflict`. */
  testOwn(scope: Scope, id: string): Promise<Result<SendResult>>;
  send(scope: Scope, request: Send): Promise<Result<{ items: SendResult[] }>>;
  /** `values`: the message, then recipients. In lines of JSON, a result each, and a sum. Codes: `request.invalid`, `request.not-json`. */
  sendBulk(scope: Scope, values: AsyncIterator<Result<unknown>[]>): Promise<Result<AsyncIterable<string>>>;
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
}

/** What people need to be allowed. */
export const PUSH_NEEDS: Needs<Push> = {
  vapidPublicKey: "notification:read",
  vapid: "organization:read",
  rotateVapid: "organization:write",
  subscribe: "notification:read",
  endpoints: "notification:read",
  unsubscribe: "notification:read",
  rename: "notification:read",
  testOwn: "notification:read",
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

/** `given`: what is sent is written down, and goes on where it is not taken at once. */
export function createPush(parts: PushParts & { given: GivenParts }): Push {
  const { db, clock, random, note, vapid, credentials, senders, recipients } = parts;
  const newId = () => makeId(clock.nowMs(), random);
  const { ownDevice, findOwn, ...endpoints } = createEndpoints(parts);

  const sendAll = async (
    scope: Scope,
    located: readonly Located[],
    message: Message,
    deed: { action: string; after: object },
  ): Promise<SendResult[]> => {
    const given = await GivenRecipients.begin(parts.given, scope, message, deed);
    const results = await Promise.all(
      located.map((one): Promise<SendResult> => {
        const { platform } = one.address;
        const notes = platformOf(platform).notes(message);
        const { promise, resolve } = Promise.withResolvers<SendResult>();
        given.hand(one, (id, result) => resolve({ id, platform, endpoint: one.endpointId, result, notes }));
        return promise;
      }),
    );
    await given.end();
    return results;
  };

  /** Tried once, and no part of the history. */
  const sendTest = async (located: Located): Promise<SendResult> => {
    const id = newId();
    const { organizationId, address, endpointId, message, expiresMs, vapidKeyId } = located;
    const result = await senders.hand(organizationId, { id, address, message, expiresMs, vapidKeyId });
    // It is no part of the history: that it was sent is as durable as it will be.
    if (result.outcome === "sent") senders.written(organizationId, address.platform, [id]);
    recipients.note(located, result);
    const notes = platformOf(address.platform).notes(message);
    return { id, platform: address.platform, endpoint: endpointId, result, notes };
  };

  const status = async (scope: Scope, platform: PlatformName): Promise<Result<PlatformStatus>> => {
    const found = await credentials.find(scope.organizationId, platform);
    if (!found.ok) return found;
    const counts = (await countEndpoints(db.read, scope.organizationId)).get(platform);
    const { limits, describe } = platformOf(platform);
    const trouble = senders.trouble(scope.organizationId, platform);
    return accept({
      platform,
      source: found.value?.source ?? null,
      about: found.value === null ? {} : describe(found.value.value),
      updatedAt: found.value?.changedMs ? toTimestamp(found.value.changedMs) : null,
      limits: { ...limits },
      endpoints: counts ?? { total: 0, disabled: 0 },
      trouble:
        trouble === null
          ? null
          : { since: toTimestamp(trouble.sinceMs), reason: trouble.reason, messages: trouble.messages },
      broker:
        platform === "mqtt" && found.value !== null && found.value.source !== "built-in"
          ? await brokerStatus(scope.organizationId)
          : null,
    });
  };

  const brokerStatus = async (organizationId: string): Promise<PlatformStatus["broker"]> => {
    const repeated = await parts.brokerSessions.repeated(organizationId);
    return {
      qos: senders.qos(organizationId, "mqtt"),
      repeated: repeated?.messages ?? 0,
      repeatedAt: repeated === null ? null : toTimestamp(repeated.lastMs),
    };
  };

  const vapidStatus = async ({ organizationId }: Scope): Promise<Result<VapidStatus>> => {
    const [newest, ...older] = await vapid.list(organizationId);
    if (newest === undefined) return refuse("record.not-found", "there is no VAPID key yet");
    const stand = (key: typeof newest) => ({
      createdAt: toTimestamp(key.createdMs),
      subscribers: key.subscribers,
    });
    return accept({ publicKey: newest.publicKey, ...stand(newest), older: older.map(stand) });
  };

  const test = async (scope: Scope, to: Recipient): Promise<Result<SendResult>> => {
    const located = await recipients.locate(scope.organizationId, to, TEST);
    if (!located.ok) return located;
    const { platform } = located.value.address;
    const target = { id: newId(), name: TEST.title };
    await db.write((trx) => note(trx, scope, { action: "push.test", target, after: { platform } }));
    return accept(await sendTest(located.value));
  };

  return {
    ...endpoints,
    test,
    vapid: vapidStatus,

    async vapidPublicKey() {
      const key = await vapid.publicKey();
      return key.ok ? accept({ publicKey: key.value }) : key;
    },

    async rotateVapid(scope) {
      const now = await vapidStatus(scope);
      if (!now.ok) return now;
      if (now.value.subscribers === 0)
        return refuse("record.conflict", "nobody here has subscribed with the present key yet");
      const { publicKey } = await vapid.rotate();
      await db.write((trx) =>
        note(trx, scope, {
          action: "push.rotate-vapid",
          target: { id: "vapid", name: "VAPID" },
          after: { publicKey },
        }),
      );
      return vapidStatus(scope);
    },

    async testOwn(scope, id) {
      const own = await findOwn(scope, id);
      return own.ok ? test(scope, { endpoint: id }) : own;
    },

    async send(scope, { to, message }) {
      const located: Located[] = [];
      for (const [index, one] of to.entries()) {
        const found = await recipients.locate(scope.organizationId, one, message);
        if (!found.ok) return at(found.refusal, `to.${index}.endpoint`);
        located.push(found.value);
      }
      const deed = { action: "push.send", after: { recipients: to.length } };
      return accept({ items: await sendAll(scope, located, message, deed) });
    },

    async sendBulk(scope, values) {
      const some = await values.next();
      const [first, ...rest] = some.done === true ? [] : some.value;
      if (first === undefined)
        return refuse("request.not-json", "the body is empty; it begins with the message");
      if (!first.ok) return first;
      const head = check(bulkHeadSchema, first.value);
      if (!head.ok) return head;
      const { message } = head.value;
      const given = await GivenRecipients.begin(parts.given, scope, message, {
        ...{ action: "push.send-bulk", after: {} },
      });
      return accept(sendBulk({ clock, recipients, given }, scope.organizationId, message, rest, values));
    },

    async publish(scope, { device, topic, message }) {
      const address = { platform: "mqtt" as const, ...(device === undefined ? { topic } : { device }) };
      if (device !== undefined && !(await ownDevice(scope, device)))
        return refuse("record.not-found", `device ${device}`);
      const located = await recipients.locate(scope.organizationId, { address }, message);
      if (!located.ok) return located;
      const after = { device: device ?? null, topic: topic ?? null };
      const [result] = await sendAll(scope, [located.value], message, { action: "push.publish", after });
      return accept(result!);
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

/** The same refusal, at the field of the request it is about. */
export function at(refusal: Refusal, path: string): { ok: false; refusal: Refusal } {
  const errors = refusal.errors?.map((error) => ({ ...error, path: `${path}.${error.path}` }));
  return { ok: false, refusal: errors === undefined ? refusal : { ...refusal, errors } };
}
