import type { Generated } from "kysely";
import type { AccountTables } from "./account-tables.ts";
import type { ConfigTables } from "./config-tables.ts";
import type { CredentialTables } from "./credential-tables.ts";
import type { DeviceHealthTables } from "./device-health-tables.ts";
import type { FirmwareTables } from "./firmware-tables.ts";
import type { JobTables } from "./job-tables.ts";
import type { NotificationTables } from "./notification-tables.ts";
import type { PushTables } from "./push-tables.ts";
import type { SimulationTables } from "./simulation-tables.ts";

/**
 * The tables of the control plane as Kysely sees them. Times are integer ms since 1970 UTC, JSON is text,
 * booleans are 0 and 1: the subset that SQLite and PostgreSQL share.
 */
export interface Tables
  extends AccountTables,
    ConfigTables,
    CredentialTables,
    DeviceHealthTables,
    FirmwareTables,
    JobTables,
    NotificationTables,
    PushTables,
    SimulationTables {
  site: SiteTable;
  site_tag: SiteTagTable;
  gateway: GatewayTable;
  uplog_cursor: UplogCursorTable;
  unknown_entry: UnknownEntryTable;
  gateway_clock: GatewayClockTable;
  forgotten_entries: ForgottenEntriesTable;
  downlog: DownlogTable;
  device: DeviceTable;
  device_tag: DeviceTagTable;
  removed_device: RemovedDeviceTable;
  bulk_change: BulkChangeTable;
  bulk_change_device: BulkChangeDeviceTable;
  site_entry: SearchEntryTable;
  device_entry: SearchEntryTable;
  device_metric: DeviceMetricTable;
  chunk: ChunkTable;
  open_chunk: OpenChunkTable;
  chunk_digest: ChunkDigestTable;
  damaged_chunk: DamagedChunkTable;
  dropped_telemetry: DroppedTelemetryTable;
  retention: RetentionTable;
  audit_entry: AuditEntryTable;
  audit_head: AuditHeadTable;
  idempotent_request: IdempotentRequestTable;
  happening: HappeningTable;
}

/** What happened to a device or a gateway (`subject_id`), told in the feed of the overview. */
export interface HappeningTable {
  id: Generated<number>;
  organization_id: string;
  site_id: string;
  subject_id: string;
  kind: string;
  at_ms: number;
}

export interface IdempotentRequestTable {
  /** SHA-256 of organisation, person and key, hex. */
  id: string;
  organization_id: string;
  /** SHA-256 of the request, hex. */
  fingerprint: string;
  /** Of the one that runs or ran; a later one takes the place of one that ended without a trace. */
  attempt: string;
  begun_ms: number;
  took_effect: number;
  /** Sealed with a key made from the Idempotency-Key, which is kept nowhere. Null while it runs. */
  answer: Uint8Array | null;
}

export interface AuditEntryTable {
  organization_id: string;
  seq: number;
  at_ms: number;
  actor_id: string | null;
  actor_name: string;
  action: string;
  target_kind: string;
  target_id: string;
  target_name: string;
  address: string | null;
  before: string | null;
  after: string | null;
  hash: string;
}

export interface AuditHeadTable {
  organization_id: string;
  seq: number;
  hash: string;
  signature: string;
}

export interface SiteTagTable {
  site_id: string;
  tag: string;
  organization_id: string;
}

/** How many devices of a site are alike in this, the retired ones left out. Kept by triggers; never written. */
export interface DeviceTagTable {
  device_id: string;
  tag: string;
  organization_id: string;
}

export interface SiteTable {
  id: string;
  organization_id: string;
  /** While it is deleted its id, so that another may have its name. */
  name: string;
  description: string;
  address: string;
  time_zone: string;
  latitude: number | null;
  longitude: number | null;
  /** Texts by name, JSON. */
  custom_attributes: Generated<string>;
  /** Since when it is deleted, and what it was called. */
  deleted_ms: Generated<number | null>;
  deleted_name: Generated<string | null>;
  created_ms: number;
  updated_ms: number;
}

export interface GatewayTable {
  id: string;
  organization_id: string;
  site_id: string;
  name: string;
  /** Raw Ed25519 public key, base64url. */
  public_key: string;
  created_ms: number;
  revoked_ms: number | null;
  /** Since when its site is deleted, and nothing is taken in from it. */
  paused_ms: Generated<number | null>;
  connected_ms: number | null;
  last_seen_ms: number | null;
  version: string | null;
  protocol: number | null;
  clock_skew_ms: number | null;
  /** The uplog epoch of the last hello, and the newest seqs the gateway said it holds of it. */
  uplog_epoch: string | null;
  /** The run of its program that last connected, the one before, and when two were seen to take turns. */
  run: string | null;
  former_run: string | null;
  cloned_ms: number | null;
  /** The key that the gateway was asked to make and when; that key and since when it is good; since when the present one is. */
  rotation: string | null;
  rotation_ms: number | null;
  next_public_key: string | null;
  next_key_ms: number | null;
  key_since_ms: number | null;
  urgent_head: number;
  bulk_head: number;
  /** Identity and newest seq of this gateway's downlog. */
  downlog_epoch: string;
  downlog_head: number;
  /** How far the gateway says it has applied the downlog. */
  downlog_acked: number;
}

/** How far a gateway's uplog has been applied, a row for each epoch and lane, and the mark of the entry there. */
export interface UplogCursorTable {
  gateway_id: string;
  epoch: string;
  stream: string;
  seq: number;
  mark: number | null;
}

export interface UnknownEntryTable {
  gateway_id: string;
  epoch: string;
  stream: string;
  seq: number;
  kind: string;
  at_ms: number;
  payload: Uint8Array;
  reason: string | null;
}

/** Entries of a lane between the two seqs that a gateway no longer had when this cloud came back from a backup. */
export interface ForgottenEntriesTable {
  gateway_id: string;
  epoch: string;
  stream: string;
  after_seq: number;
  before_seq: number;
  at_ms: number;
}

/** By how much a gateway's clock was ahead when it wrote the entries of a lane that follow `after_seq`. */
export interface GatewayClockTable {
  gateway_id: string;
  epoch: string;
  stream: string;
  after_seq: number;
  skew_ms: number;
}

export interface DownlogTable {
  gateway_id: string;
  seq: number;
  kind: string;
  at_ms: number;
  payload: Uint8Array;
}

export interface DeviceTable {
  id: string;
  organization_id: string;
  site_id: string;
  gateway_id: string;
  /** The device's key at its gateway. */
  key: string;
  /** What it is called: by people, else by its own `name` attribute, else by its key. */
  name: Generated<string>;
  /** What it is: by people, else by its own `type` attribute, else `unknown`. */
  type: Generated<string>;
  /** The name and the type people gave it, which its own words do not change. */
  given_name: string | null;
  given_type: string | null;
  provenance: string;
  lifecycle: string;
  /** Since when it is retired; what it was before, where it is retired because its site is deleted. */
  retired_ms: Generated<number | null>;
  retired_from: Generated<string | null>;
  /** Since when it is deleted. */
  deleted_ms: Generated<number | null>;
  connectivity: string;
  connectivity_since_ms: number | null;
  connectivity_reason: string | null;
  last_seen_ms: number | null;
  /** How many rows of `open_chunk` are of this device. */
  open_chunks: Generated<number>;
  /** SHA-256 of its MQTT password, hex; null where its gateway has not told it. */
  password_hash: string | null;
  /** What it says about itself, JSON; its `firmware` once more, to filter by. */
  attributes: string;
  firmware: Generated<string | null>;
  /** What people noted, texts by name, JSON. */
  custom_attributes: Generated<string>;
  created_ms: number;
  updated_ms: number;
}

/** A device that was deleted for good. `confirmed`: 1 when its gateway has said that it is gone there too. */
export interface RemovedDeviceTable {
  gateway_id: string;
  key: string;
  removed_ms: number;
  confirmed: Generated<number>;
}

/** The metrics a device has sent, each with its newest value (JSON). */
export interface DeviceMetricTable {
  device_id: string;
  metric: string;
  value: string;
  at_ms: number;
}

/**
 * Sealed chunks as the gateway made them. `min_ms` and `max_ms` bound the readings' times, both included, by the cloud's
 * clock: `skew_ms` less than what the chunk itself says.
 */
export interface ChunkTable {
  id: Generated<number>;
  device_id: string;
  min_ms: number;
  max_ms: number;
  readings: number;
  bytes: Uint8Array;
  skew_ms: Generated<number>;
}

/** The chunks that no digest has yet. Each chunk is here, in one digest, or set aside as damaged. */
export interface OpenChunkTable {
  device_id: string;
  max_ms: number;
  chunk_id: number;
  min_ms: number;
}

/** What the headers of many chunks of one device say (`cloud/telemetry/digest.ts`), and which chunks they are. */
export interface ChunkDigestTable {
  id: Generated<number>;
  device_id: string;
  min_ms: number;
  max_ms: number;
  /** 1 when its chunks are gone, and it is all that is left of them. */
  thinned: Generated<number>;
  bytes: Uint8Array;
}

/** Chunks that were found damaged. `set_aside`: 1 when even the header is, so that no digest can have it. */
export interface DamagedChunkTable {
  chunk_id: number;
  device_id: string;
  min_ms: number;
  max_ms: number;
  readings: number;
  found_ms: number;
  reason: string;
  set_aside: number;
}

/** What a gateway dropped of a device's telemetry, as it told it. */
export interface DroppedTelemetryTable {
  id: Generated<number>;
  device_id: string;
  min_ms: number;
  max_ms: number;
  readings: number;
}

/** What an organisation has set; without a row the service's defaults count. 0 days: for ever. */
export interface RetentionTable {
  organization_id: string;
  raw_days: number;
  keep_days: number;
  updated_ms: number;
}

/** One change of many devices. `action` is JSON. */
export interface BulkChangeTable {
  id: string;
  organization_id: string;
  action: string;
  targets: number;
  changed: number;
  made_ms: number;
  undone_ms: number | null;
}

/** A device that it changed, and the lifecycle it had before. */
export interface BulkChangeDeviceTable {
  bulk_change_id: string;
  device_id: string;
  lifecycle: string;
}

/**
 * What can be found by its name. Kept by triggers: never written by hand. Its words are in `site_index` and
 * `device_index`, SQLite's full-text indexes.
 */
export interface SearchEntryTable {
  id: Generated<number>;
  record_id: string;
  organization_id: string;
  name: string;
  /** Other words it is found by. */
  more: string;
}
