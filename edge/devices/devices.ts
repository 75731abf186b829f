import { timingSafeEqual } from "node:crypto";
import type { Clock } from "../../protocol/clock.ts";
import type { Attributes } from "../../protocol/devices/attributes.ts";
import type { Provenance } from "../../protocol/devices/device.ts";
import { accept, type Refusal, type Result, refuse } from "../../protocol/errors.ts";
import { deviceKeySchema } from "../../protocol/ids.ts";
import type { DeviceRestore } from "../../protocol/log/downlog/device-restore.ts";
import { toEntry, type UplogEvent } from "../../protocol/log/kinds.ts";
import type { Random } from "../../protocol/random.ts";
import { NO_GRANTS, type TopicGrants, topicGrantsSchema } from "../../protocol/topics/grants.ts";
import { SECOND } from "../../protocol/units.ts";
import { check } from "../../protocol/validate.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Uplog } from "../uplog/uplog.ts";
import { type DeviceRecord, DeviceStore, type RejectedMessage } from "./store.ts";
import { TopicGrantStore } from "./topic-grants.ts";

export type { DeviceRecord, RejectedMessage } from "./store.ts";

/**
 * The devices of this site: who may connect, what they say of themselves, whether they are there.
 *
 * Promises: every change of state and the uplog entry that tells of it are one transaction; a password is shown once
 * and kept only as a hash. It works in the running gateway and in a command beside it alike. It never reads a
 * socket: the broker tells it what it heard.
 */
export interface Devices {
  list(): DeviceRecord[];
  get(key: string): DeviceRecord | null;
  /** Makes credentials. Codes: `request.invalid` (the key, a filter), `device.exists`. */
  add(key: string, provenance?: Provenance, grants?: TopicGrants): Result<DeviceCredential>;
  /** Forgets a device and its credentials. Code: `device.unknown`. What it measured stays. */
  remove(key: string): Result<void>;
  /**
   * Forgets a device because the cloud has, and says so, whether or not there was one: the cloud waits for the word.
   * Within the transaction that moves the downlog's cursor.
   */
  discard(key: string): void;
  /** A device of the machine whose place this one has taken. Within the transaction that moves the downlog's cursor. */
  restore(event: DeviceRestore): void;
  /** Tells the cloud the hashes of the passwords that it was never told, as those of before it was. */
  tellPasswords(): void;
  authenticate(username: string, password: string): boolean;
  /** What devices may use beyond their own topics; those that were granted nothing are not in it. */
  topics(): ReadonlyMap<string, TopicGrants>;
  /** Grants a device these topics, in place of others. Codes: `request.invalid` (a filter), `device.unknown`. */
  setTopics(key: string, grants: TopicGrants): Result<TopicGrants>;
  /** What a device says of itself, whole; tells the cloud only when it differs from before. */
  setAttributes(key: string, attributes: Attributes): void;
  /** Whether a device is there, and in words why; tells the cloud only when it changes. */
  setConnectivity(key: string, connectivity: "online" | "late" | "offline", reason: string): void;
  /** A device was heard: it is online, and this is when. */
  heard(key: string): void;
  /** Whether {@link heard} would tell nothing new: the device is online, and was noted as heard a moment ago. */
  heardLately(key: string): boolean;
  /** A message of a device was refused: counted, and kept for the installer. */
  reject(key: string, topic: string, refusal: Refusal, payload: Uint8Array): void;
  /** Tells the cloud all that is known of every device, whether or not that was told before. Within the caller's transaction. */
  announce(): void;
  rejected(key?: string): { total: number; newest: RejectedMessage[] };
}

/** What a device needs to connect. The password is not kept: it is shown this once. */
export interface DeviceCredential {
  device: string;
  username: string;
  password: string;
}

/** 192 bits: far beyond guessing, so that a plain hash of it is safe to keep and fast to check. */
const PASSWORD_BYTES = 24;
/** How exactly it is kept when a device was last heard: a busy device must not cost a write a message. */
const HEARD_EVERY_MS = 10 * SECOND;
/** Of a refused payload, as much as tells what it was. */
const SAMPLE_BYTES = 200;

export function createDevices(parts: {
  db: EdgeDatabase;
  uplog: Uplog;
  clock: Clock;
  random: Random;
}): Devices {
  return new SiteDevices(parts);
}

class SiteDevices implements Devices {
  readonly #parts: { db: EdgeDatabase; uplog: Uplog; clock: Clock; random: Random };
  readonly #store: DeviceStore;
  readonly #grants: TopicGrantStore;
  /** When each online device was last noted as heard. */
  readonly #heardMs = new Map<string, number>();

  constructor(parts: { db: EdgeDatabase; uplog: Uplog; clock: Clock; random: Random }) {
    this.#parts = parts;
    this.#store = new DeviceStore(parts.db);
    this.#grants = new TopicGrantStore(parts.db);
  }

  list(): DeviceRecord[] {
    return this.#store.list();
  }

  get(key: string): DeviceRecord | null {
    return this.#store.get(key);
  }

  add(
    key: string,
    provenance: Provenance = "real",
    grants: TopicGrants = NO_GRANTS,
  ): Result<DeviceCredential> {
    const checked = check(deviceKeySchema, key);
    if (!checked.ok) {
      const message = checked.refusal.errors?.[0]?.message ?? "is not valid";
      return refuse("request.invalid", `the device id ${message}`, [{ path: "device", message }]);
    }
    const granted = check(topicGrantsSchema, grants);
    if (!granted.ok) return granted;
    const { db, clock, random } = this.#parts;
    const password = Buffer.from(random.bytes(PASSWORD_BYTES)).toString("base64url");
    return db.transaction(() => {
      if (this.#store.get(key) !== null) return refuse("device.exists", key);
      this.#store.insert(key, provenance, hash(password), clock.nowMs());
      this.#grants.set(key, granted.value);
      this.#tellUntold();
      return accept({ device: key, username: key, password });
    });
  }

  remove(key: string): Result<void> {
    return this.#parts.db.transaction(() => {
      this.#heardMs.delete(key);
      if (!this.#store.delete(key)) return refuse("device.unknown", key);
      this.#tell({ kind: "device.removed", device: key });
      return accept(undefined);
    });
  }

  discard(key: string): void {
    this.#parts.db.transaction(() => {
      this.#heardMs.delete(key);
      this.#store.delete(key);
      this.#tell({ kind: "device.removed", device: key });
    });
  }

  restore({ device, passwordHash }: DeviceRestore): void {
    this.#parts.db.transaction(() => {
      if (this.#store.get(device) !== null) return;
      this.#store.insert(device, "real", passwordHash, this.#parts.clock.nowMs());
      this.#tellUntold();
      this.setConnectivity(device, "offline", "the gateway was replaced, and has not heard of it yet");
    });
  }

  tellPasswords(): void {
    this.#parts.db.transaction(() => this.#tellUntold());
  }

  authenticate(username: string, password: string): boolean {
    const kept = this.#store.passwordHash(username);
    // An unknown name takes the same time as a wrong password, and gets the same answer.
    const expected = Buffer.from(kept ?? hash(""), "hex");
    return timingSafeEqual(Buffer.from(hash(password), "hex"), expected) && kept !== null;
  }

  topics(): ReadonlyMap<string, TopicGrants> {
    return this.#grants.all();
  }

  setTopics(key: string, grants: TopicGrants): Result<TopicGrants> {
    const granted = check(topicGrantsSchema, grants);
    if (!granted.ok) return granted;
    return this.#parts.db.transaction(() => {
      if (this.#store.get(key) === null) return refuse("device.unknown", key);
      this.#grants.set(key, granted.value);
      return granted;
    });
  }

  setAttributes(key: string, attributes: Attributes): void {
    this.#parts.db.transaction(() => {
      const device = this.#store.get(key);
      if (device === null || Bun.deepEquals(device.attributes, attributes)) return;
      this.#store.setAttributes(key, attributes);
      this.#tell({ kind: "device.attributes", device: key, attributes });
    });
  }

  setConnectivity(key: string, connectivity: "online" | "late" | "offline", reason: string): void {
    this.#parts.db.transaction(() => {
      const device = this.#store.get(key);
      if (connectivity !== "online") this.#heardMs.delete(key);
      if (device === null || device.connectivity === connectivity) return;
      const sinceMs = this.#parts.clock.nowMs();
      this.#store.setConnectivity(key, connectivity, sinceMs);
      this.#tell({ kind: "device.connectivity", device: key, connectivity, sinceMs, reason });
    });
  }

  heard(key: string): void {
    const { db, clock } = this.#parts;
    const nowMs = clock.nowMs();
    db.transaction(() => {
      this.setConnectivity(key, "online", "sent a message");
      this.#store.setLastHeard(key, nowMs);
      db.onCommit(() => this.#heardMs.set(key, nowMs));
    });
  }

  heardLately(key: string): boolean {
    const heardMs = this.#heardMs.get(key);
    if (heardMs === undefined) return false;
    const agoMs = this.#parts.clock.nowMs() - heardMs;
    // A clock that was set back makes it negative: then it is noted anew.
    return agoMs >= 0 && agoMs < HEARD_EVERY_MS;
  }

  reject(key: string, topic: string, refusal: Refusal, payload: Uint8Array): void {
    const sample = new TextDecoder().decode(payload.subarray(0, SAMPLE_BYTES));
    this.#parts.db.transaction(() =>
      this.#store.reject(key, topic, refusal, sample, this.#parts.clock.nowMs()),
    );
  }

  announce(): void {
    for (const { key, provenance, attributes, connectivity, connectivitySinceMs } of this.#store.list()) {
      this.#register(key, provenance);
      this.#tell({ kind: "device.attributes", device: key, attributes });
      if (connectivity === "never" || connectivitySinceMs === null) continue;
      this.#tell({ kind: "device.connectivity", device: key, connectivity, sinceMs: connectivitySinceMs });
    }
  }

  rejected(key?: string): { total: number; newest: RejectedMessage[] } {
    return this.#store.rejected(key);
  }

  #tellUntold(): void {
    for (const { key, provenance } of this.#store.takeUntold()) this.#register(key, provenance);
  }

  #register(device: string, provenance: Provenance): void {
    const passwordHash = this.#store.passwordHash(device);
    if (passwordHash !== null) this.#tell({ kind: "device.registered", device, provenance, passwordHash });
  }

  #tell(event: UplogEvent): void {
    this.#parts.uplog.append(toEntry(event, this.#parts.clock.nowMs()));
  }
}

function hash(password: string): string {
  return new Bun.CryptoHasher("sha256").update(password).digest("hex");
}
