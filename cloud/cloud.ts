import type { Logger } from "@logtape/logtape";
import type { MiddlewareHandler } from "hono";
import type { Clock } from "../protocol/clock.ts";
import type { Random } from "../protocol/random.ts";
import {
  type Accounts,
  createAccounts,
  guard,
  MEMBER_NEEDS,
  NAME_NEEDS,
  type PasswordHasher,
  ROLE_NEEDS,
} from "./accounts/accounts.ts";
import { ACTIVITY_NEEDS, type ActivityFeed, createActivity } from "./activity/activity.ts";
import { AUDIT_NEEDS, type Audit, createAudit } from "./audit/audit.ts";
import { RightOfWay } from "./clock/right-of-way.ts";
import { CONFIG_LAYER_NEEDS, type ConfigLayers, createConfigLayers } from "./config-layers/config-layers.ts";
import type { CloudDatabase } from "./database/database.ts";
import {
  BULK_NEEDS,
  type BulkChanges,
  createBulkChanges,
  createDeviceApplier,
  createDevices,
  DEVICE_NEEDS,
  type Devices,
} from "./devices/devices.ts";
import {
  createFirmwares,
  FIRMWARE_NEEDS,
  type FirmwareSettings,
  type Firmwares,
} from "./firmware/firmware.ts";
import { createGateways, GATEWAY_NEEDS, type Gateways, verifyEd25519 } from "./gateways/gateways.ts";
import { createHealth, HEALTH_NEEDS, type Health } from "./health/health.ts";
import type { AppEnv } from "./http/env.ts";
import { createLimits, type LimitSettings, type Limits } from "./http/limits.ts";
import { refusalLog } from "./http/refusal-log.ts";
import { createIdempotency, type Idempotency } from "./idempotency/idempotency.ts";
import { createJobs, JOB_NEEDS, type Jobs } from "./jobs/jobs.ts";
import type { Keys } from "./keys/keys.ts";
import { Live } from "./live/live.ts";
import type { Mail } from "./mail/mail.ts";
import { createMarks, MARKS_NEEDS, type Marks } from "./marks/marks.ts";
import {
  createNotifications,
  createPush,
  createPushParts,
  Engine,
  NOTIFICATION_NEEDS,
  type Notifications,
  PUSH_NEEDS,
  type Push,
  type PushSettings,
  ReceiptAge,
  receiptToken,
  type Vapid,
} from "./notifications/notifications.ts";
import { Purge } from "./purge/purge.ts";
import { createReleases, RELEASE_NEEDS, type Releases } from "./releases/releases.ts";
import {
  createRetentions,
  RETENTION_NEEDS,
  type RetentionDays,
  type Retentions,
} from "./retention/retention.ts";
import { createSearch, type Search } from "./search/search.ts";
import {
  applySimulation,
  createSimulations,
  SIMULATION_NEEDS,
  type Simulations,
} from "./simulation/simulation.ts";
import { createSites, SITE_NEEDS, type Sites } from "./sites/sites.ts";
import { createTelemetry, TELEMETRY_NEEDS, type Telemetry } from "./telemetry/telemetry.ts";
import { zstd } from "./telemetry/zstd.ts";

/** All parts of the control plane, wired. Reading this is reading the architecture of the cloud. */
export interface Cloud {
  accounts: Accounts;
  sites: Sites;
  devices: Devices;
  configLayers: ConfigLayers;
  bulk: BulkChanges;
  jobs: Jobs;
  firmwares: Firmwares;
  gateways: Gateways;
  /** Of people who wait for an answer. */
  rightOfWay: RightOfWay;
  telemetry: Telemetry;
  retentions: Retentions;
  releases: Releases;
  purge: Purge;
  simulations: Simulations;
  live: Live;
  health: Health;
  search: Search;
  push: Push;
  notifications: Notifications;
  vapid: Vapid;
  keys: Keys;
  audit: Audit;
  activity: ActivityFeed;
  marks: Marks;
  idempotency: Idempotency;
  limits: Limits;
  /** Begins to forget what receivers said long ago. */
  startPush(): void;
  /** What was noted of addresses is written, and connections to platforms end. */
  stopPush(): Promise<void>;
  refusals: MiddlewareHandler<AppEnv>;
  /** `CloudDatabase.durable` */
  durable(): Promise<void>;
}

export interface CloudParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  log: Logger;
  passwords: PasswordHasher;
  secret: string;
  publicUrl: string;
  signupOpen: boolean;
  version: string;
  limits: LimitSettings;
  /** For how long telemetry is kept where an organisation says nothing. */
  retention: RetentionDays;
  /** Where the releases lie that are handed on. */
  releasesDirectory: string;
  /** Where the deltas between them are kept. */
  deltasDirectory: string;
  mail: Omit<Mail, "stop">;
  push: PushSettings;
  firmware: FirmwareSettings;
  /** Days after which what runs of jobs consisted of is forgotten. */
  jobsKeepDays: number;
}

export function createCloud(parts: CloudParts): Cloud {
  const { db, clock, random, log } = parts;
  const audit = createAudit({
    ...{ db, clock, secret: parts.secret },
    live: {
      isHeard: (organizationId) => live.isHeard(organizationId),
      publish: (organizationId, event) => live.publish(organizationId, event),
    },
  });
  const { note } = audit;
  const activity = createActivity({ db, clock, log, newestDeeds: audit.newest });
  const accounts = createAccounts({ ...parts, note, standingChanged: () => live.lookAgain() });
  const sites = createSites({
    ...{ db, clock, random, note },
    isConnected: (id) => gateways.hub.isConnected(id),
    refuseGateway: (id, refusal) => gateways.hub.refuse(id, refusal),
  });
  const live = new Live({
    db,
    clock,
    random,
    log,
    watch: (gatewayId, keys) => gateways.hub.watch(gatewayId, keys),
    stillWelcome: (visitors) => accounts.stillWelcome(visitors),
  });
  const rightOfWay = new RightOfWay(clock);
  const gateways: Gateways = createGateways({
    db,
    clock,
    random,
    log,
    note,
    happened: activity.happened,
    compressor: zstd,
    verifySignature: verifyEd25519,
    secret: parts.secret,
    devices: createDeviceApplier({
      clock,
      random,
      happened: activity.happened,
      takeReceipt: (...receipt) => notifications.takeReceipt(...receipt),
    }),
    simulation: applySimulation,
    jobs: {
      apply: (...word) => jobs.apply(...word),
      areAwaited: () => jobs.areAwaited(),
      wantAnew: (...wish) => jobs.wantAnew(...wish),
      updatesOf: (...gateways) => jobs.updatesOf(...gateways),
      forgotten: (...what) => jobs.forgotten(...what),
    },
    ensureSite: (organizationId, name) => sites.ensure(organizationId, name),
    organizationName: (id) => accounts.organizationName(id),
    giveWay: () => rightOfWay.giveWay(),
    live,
  });
  const receiptAge = new ReceiptAge({ db, clock, log });
  const pushParts = createPushParts({
    ...{ db, clock, random, note, publicUrl: parts.publicUrl, settings: parts.push },
    appendDown: (trx, gatewayId, events) => gateways.appendDownAll(trx, gatewayId, events),
  });
  const engineParts = {
    ...{ db, clock, random, log, note, live },
    ...{ senders: pushParts.senders, outbox: pushParts.outbox, gates: pushParts.gates },
    sendLetter: (letter: Parameters<Mail["sendNotification"]>[0]) => parts.mail.sendNotification(letter),
    receiptToken: (id: string) => receiptToken(parts.secret, id),
  };
  const engine = new Engine(engineParts);
  const given = { ...engineParts, placed: (...what: Parameters<Engine["placed"]>) => engine.placed(...what) };
  const notifications = createNotifications({
    ...{ ...engineParts, engine, secret: parts.secret },
    sendsBy: async (organizationId, channel) =>
      channel === "email" ? parts.mail.isSending : pushParts.credentials.has(organizationId, channel),
  });
  const telemetry = createTelemetry({
    db,
    clock,
    log,
    compressor: zstd,
    flush: (gatewayId, keys, timeoutMs) => gateways.hub.flush(gatewayId, keys, timeoutMs),
  });
  const retentions = createRetentions({
    db,
    clock,
    log,
    compressor: zstd,
    note,
    defaults: parts.retention,
  });
  const configLayers = createConfigLayers({
    ...{ db, clock, log, note },
    append: (trx, gatewayId, events) => gateways.appendDownAll(trx, gatewayId, events),
  });
  const devices = createDevices({
    ...{ db, clock, random, note },
    latest: (scope, id) => telemetry.metrics(scope, id),
    layers: configLayers,
    isConnected: (id) => gateways.hub.isConnected(id),
  });
  const jobs = createJobs({
    ...{ db, clock, random, log, note, live },
    appendDown: (trx, gatewayId, event) => gateways.appendDown(trx, gatewayId, event),
    addToConfig: (...added) => configLayers.addToDevice(...added),
    isConnected: (id) => gateways.hub.isConnected(id),
    keepDays: parts.jobsKeepDays,
  });
  const firmwares = createFirmwares({ db, clock, random, log, note, settings: parts.firmware });
  const health = createHealth({
    db,
    clock,
    version: parts.version,
    isConnected: (id) => gateways.hub.isConnected(id),
    devices: (scope, ids) => devices.some(scope, ids),
  });
  return {
    accounts: {
      ...accounts,
      members: guard(accounts.members, MEMBER_NEEDS),
      roles: guard(accounts.roles, ROLE_NEEDS),
      names: guard(accounts.names, NAME_NEEDS),
    },
    sites: guard(sites, SITE_NEEDS),
    devices: guard(devices, DEVICE_NEEDS),
    configLayers: guard(configLayers, CONFIG_LAYER_NEEDS),
    jobs: guard(jobs, JOB_NEEDS),
    firmwares: guard(firmwares, FIRMWARE_NEEDS),
    bulk: guard(createBulkChanges({ db, clock, random, note }), BULK_NEEDS),
    gateways: guard(gateways, GATEWAY_NEEDS),
    rightOfWay,
    durable: () => db.durable(),
    telemetry: guard(telemetry, TELEMETRY_NEEDS),
    retentions: guard(retentions, RETENTION_NEEDS),
    releases: guard(
      createReleases({ directory: parts.releasesDirectory, deltasDirectory: parts.deltasDirectory, log }),
      RELEASE_NEEDS,
    ),
    purge: new Purge({
      ...{ ...parts, note },
      appendDown: (...entry) => gateways.appendDown(...entry),
      dropFirmware: () => firmwares.purge(),
    }),
    simulations: guard(
      createSimulations({
        ...{ db, clock, random, note },
        appendDown: (...entry) => gateways.appendDown(...entry),
        isConnected: (id) => gateways.hub.isConnected(id),
      }),
      SIMULATION_NEEDS,
    ),
    live,
    health: guard(health, HEALTH_NEEDS),
    search: createSearch({ db }),
    push: guard(createPush({ ...pushParts, given }), PUSH_NEEDS),
    notifications: guard(notifications, NOTIFICATION_NEEDS),
    vapid: pushParts.vapid,
    keys: pushParts.keys,
    startPush: () => receiptAge.start(),
    async stopPush() {
      await receiptAge.stop();
      pushParts.senders.close();
      await pushParts.recipients.settled();
    },
    audit: guard(audit, AUDIT_NEEDS),
    activity: guard(activity, ACTIVITY_NEEDS),
    marks: guard(createMarks(parts), MARKS_NEEDS),
    idempotency: createIdempotency(parts),
    limits: createLimits(parts.limits, clock),
    refusals: refusalLog(parts.log, clock),
  };
}
