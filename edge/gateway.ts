import { join } from "node:path";
import type { Logger } from "@logtape/logtape";
import type { Clock } from "../protocol/clock.ts";
import { assertNever } from "../protocol/errors.ts";
import { makeId } from "../protocol/ids.ts";
import type { LogLevel } from "../protocol/jobs/job-log.ts";
import { isJobWish, type JobWish } from "../protocol/log/kinds.ts";
import type { Random } from "../protocol/random.ts";
import { ownHost } from "../protocol/settings/setting.ts";
import { DAY, MIB, SECOND } from "../protocol/units.ts";
import { type Broker, createBroker } from "./broker/broker.ts";
import { ConnectionLimits, LogThrottle } from "./broker/limits/limits.ts";
import { createListeners } from "./broker/listeners/listeners.ts";
import { createCertificates } from "./certificates/certificates.ts";
import { machineUptimeMs } from "./clock/clock.ts";
import { createClockSteps } from "./clock-steps/clock-steps.ts";
import { zstd } from "./compression/zstd.ts";
import { type Conducts, createConducts } from "./conduct/conduct.ts";
import { fetchThrough } from "./config/proxy.ts";
import type { EdgeSettings } from "./config/settings.ts";
import type { EdgeDatabase } from "./database/database.ts";
import { watchNeighbours } from "./database/neighbours.ts";
import { createDeviceConfigs } from "./device-config/device-config.ts";
import { createDevices, type DeviceRecord } from "./devices/devices.ts";
import { createEnrolment, type GatewayIdentity } from "./enrolment/enrolment.ts";
import { createFirmwareLibrary } from "./firmware/firmware.ts";
import { ANY_EXECUTION, createHandlers, createJobs, type Jobs } from "./jobs/jobs.ts";
import { createNotifications } from "./notifications/notifications.ts";
import { createRetention } from "./retention/retention.ts";
import { createScheduler } from "./scheduler/scheduler.ts";
import { createSimulation } from "./simulation/simulation.ts";
import { createStatusPage, type StatusPage } from "./status-page/status-page.ts";
import { createGroupCommit, createTelemetry, type Telemetry } from "./telemetry/telemetry.ts";
import { createUpdates, realDisk, runsHere, type Updates, type UpdatesParts } from "./updates/updates.ts";
import { type Connect, createUplink, type Uplink } from "./uplink/uplink.ts";
import { createUplog } from "./uplog/uplog.ts";

/** All parts of the gateway, wired. Reading this is reading the architecture of the edge. */
export interface Gateway {
  readonly broker: Broker;
  readonly uplink: Uplink;
  readonly statusPage: StatusPage;
  readonly updates: Updates;
  /** Reads back the journal, then takes devices' connections, then everything else. Gives the broker's port. */
  start(): Promise<number>;
  /** Reads the certificates of the TLS listeners again. */
  reload(): Promise<void>;
  /** Stops in reverse; what was acknowledged is on disk already. */
  stop(): Promise<void>;
}

export interface GatewayParts {
  settings: EdgeSettings;
  db: EdgeDatabase;
  clock: Clock;
  random: Random;
  log: Logger;
  connect: Connect;
  version: string;
  /** The newest lines of the gateway's log. */
  recentLog(lines: number): { level: LogLevel; message: string }[];
  /** Ends this process so that it is started anew; null where nothing would start it. */
  restart: (() => void) | null;
  /** What runs, how it was started, and how another version of it is. */
  program: Pick<UpdatesParts, "running" | "launchedAs" | "platform" | "handOver">;
}

export async function createGateway(parts: GatewayParts): Promise<Gateway> {
  const { settings, db, random, log, connect, version } = parts;
  const uplog = createUplog(db);
  const commit = createGroupCommit(db, parts.clock);
  const clockSteps = createClockSteps({
    ...{ db, uplog, log, clock: parts.clock },
    uptimeMs: machineUptimeMs,
    seal: () => {
      commit.flush();
      telemetry.seal();
    },
  });
  const { clock } = clockSteps;
  const run = makeId(clock.nowMs(), random);
  const devices = createDevices({ db, uplog, clock, random });
  const policy = { readings: settings.sealReadings, afterMs: settings.sealAfterSeconds * SECOND };
  const telemetry: Telemetry = createTelemetry({ db, uplog, commit, clock, log, policy });
  const configs = createDeviceConfigs({
    db,
    uplog,
    clock,
    log,
    publishToDevice: (topic, payload, options) => broker.publishToDevice(topic, payload, options),
  });
  const notifications = createNotifications({
    ...{ db, uplog, clock, log },
    publish: (device, payload) => broker.publishToDevice({ channel: "notification", device }, payload),
  });
  const bounds = {
    perAddress: settings.mqttMaxConnectionsPerAddress,
    connectsPerSecond: settings.mqttMaxConnectsPerSecond,
  };
  const listeners = createListeners(settings, {
    certificates: createCertificates({ db, devices, dataDirectory: settings.data, clock, random }),
    limits: new ConnectionLimits(bounds, clock),
    throttle: new LogThrottle(clock),
    clock,
    log,
  });
  const broker = await createBroker(
    {
      listen: listeners.listen,
      maxPayloadBytes: settings.mqttMaxPayloadBytes,
      maxConnections: settings.mqttMaxConnections,
      limits: {
        inflight: settings.mqttMaxInflight,
        queued: settings.mqttMaxQueuedMessages,
        unreadBytes: settings.mqttMaxUnreadBytes,
        messagesPerSecond: settings.mqttMaxMessagesPerSecond,
        connectionsPerDevice: settings.mqttMaxConnectionsPerDevice,
      },
    },
    {
      db,
      devices,
      telemetry,
      commit,
      clock,
      log,
      reported(device, config) {
        configs.reported(device, config);
        jobs.reported(device, config.config);
      },
      notifications: {
        acknowledged: (device, ack) => notifications.acknowledged(device, ack),
        subscribed(device, filter) {
          notifications.subscribed(device, filter);
          jobs.subscribed(device, filter);
          conducts.came(device);
        },
      },
      jobs: {
        knows: (device, execution) => jobs.knows(device, execution),
        answered: (device, execution, answer) => jobs.answered(device, execution, answer),
        wanted: (device, execution, want) => jobs.wanted(device, execution, want),
        described: (device, attributes) => jobs.described(device, attributes),
        connected(device) {
          jobs.connected(device);
          conducts.came(device);
        },
      },
      conduct: {
        understood: (device, topic) => conducts.understood(device, topic),
        refused: (device, topic, refusal) => conducts.refused(device, topic, refusal),
        dated: (device, aheadMs) => conducts.dated(device, aheadMs),
        answered: (device, execution) => conducts.answered(device, execution),
      },
    },
  );
  const enrolment = createEnrolment({
    db,
    uplog,
    dataDirectory: settings.data,
    clock,
    random,
    fetch,
    version,
  });
  const identity = settings.cloudUrl === null ? enrolment : movedTo(settings.cloudUrl, enrolment);
  const throughProxy = fetchThrough(settings.cloudProxy);
  const firmware = createFirmwareLibrary({
    ...{ identity, clock, random, log, fetch: throughProxy },
    directory: join(settings.data, "firmware"),
  });
  const hears = (device: string): boolean =>
    broker.hears({ channel: "command", device, execution: ANY_EXECUTION });
  const jobs: Jobs = createJobs({
    ...{ db, uplog, clock, random, log, hears },
    limits: { running: settings.jobsMaxRunning, runningPerTarget: settings.jobsMaxRunningPerDevice },
    keepMs: settings.jobsKeepDays * DAY,
    hasDevice: (device) => devices.get(device) !== null,
    handlers: createHandlers({
      publish: (device, execution, payload) =>
        broker.publishToDevice({ channel: "command", device, execution }, payload),
      queue: (device, execution, payload) =>
        broker.queueForDevice({ channel: "command", device, execution }, payload),
      ping: {
        reach: (device) => ({ hears: hears(device), says: whyUnheard(devices.get(device)) }),
        line: () => ({ ...uplink.status(), behind: uplink.behind() }),
        monotonicMs: () => clock.monotonicMs(),
      },
      logs: { recent: parts.recentLog },
      sync: { uplog, clock, seal: () => void telemetry.seal() },
      restart: { restart: parts.restart, runId: run, nowMs: () => clock.nowMs() },
      update: (attempt) => updates.perform(attempt),
      firmware: {
        library: firmware,
        publishPart: (topic, bytes) => broker.publishToDevice(topic, bytes, { qos: 0 }),
        attributesOf: (device) => devices.get(device)?.attributes ?? {},
      },
      scriptsDirectory: settings.jobsScriptsDirectory,
      config: {
        reportedBy: (device) => configs.reportedBy(device),
        wantedVersionOf: (device) => configs.wantedVersionOf(device),
        attributesOf: (device) => devices.get(device)?.attributes ?? {},
      },
    }),
  });
  const conducts: Conducts = createConducts({
    ...{ db, uplog, commit, clock, log, hears },
    askEveryMs: settings.devicesAskEverySeconds * SECOND,
    hasDevice: (device) => devices.get(device) !== null,
    isBusy: (device) => jobs.isBusy(device),
    ask: (device, execution, payload) =>
      broker.publishToDevice({ channel: "command", device, execution }, payload, { qos: 0 }),
  });
  const scheduler = createScheduler({ db, uplog, clock, random, log, jobs });
  const wished = (wish: JobWish): void => {
    if (wish.kind !== "job.execute") scheduler.apply(wish);
    if (wish.kind === "job.execute" || wish.kind === "job.cancel" || wish.kind === "job.order")
      jobs.apply(wish);
  };
  const updates = createUpdates({
    ...{ clock, random, log, disk: realDisk, tryProgram: runsHere, ...parts.program },
    fetch: throughProxy,
    dataDirectory: settings.data,
    keyPath: settings.updatesKey,
    kibPerSecond: settings.updatesKibPerSecond,
    cloud: {
      url: () => identity.read()?.cloudUrl ?? null,
      isConnected: () => uplink.status().state === "connected",
    },
  });
  const uplink: Uplink = createUplink({
    ...{ db, commit, uplog },
    identity,
    sealer: telemetry,
    announce: {
      devices: () => devices.list().map(({ key }) => key),
      all: () => {
        devices.announce();
        conducts.announce();
        configs.announce();
        jobs.announce();
        simulation.announce();
      },
    },
    onReadings: (listener) => telemetry.onReadings(listener),
    applyDownlog(event) {
      switch (event.kind) {
        case "config.desired":
          return configs.apply(event);
        case "notification.send":
          return notifications.apply(event);
        case "simulation.set":
          return simulation.apply(event);
        case "device.remove":
          devices.discard(event.device);
          return db.whenDurable(() => broker.devicesChanged());
        case "device.restore":
          devices.restore(event);
          return db.whenDurable(() => broker.devicesChanged());
        case "key.rotate":
          return enrolment.applyRotation(event);
        case "key.use":
          enrolment.applyRotation(event);
          return db.whenDurable(() => uplink.reopen());
        default:
          if (isJobWish(event)) return wished(event);
          return assertNever(event);
      }
    },
    clock,
    clockSteps,
    random,
    log,
    connect,
    compressor: zstd,
    ...{ version, run },
  });
  const simulation = createSimulation({
    ...{ db, uplog, devices, clock, log, fetch },
    dataDirectory: settings.data,
    devicesChanged: () => broker.devicesChanged(),
    isConnected: () => uplink.status().state === "connected",
  });
  let brokerPort = settings.mqttListen.port;
  const statusPage = createStatusPage({
    ...{ db, devices, broker, uplink, version, clock, random, log },
    listen: settings.statusListen,
    identity: enrolment,
    lastUpdate: () => updates.last(),
    brokerListen: () => ({ host: settings.mqttListen.host, port: brokerPort }),
    onReadings: (listener) => telemetry.onReadings(listener),
    dataDirectory: settings.data,
    budgetBytes: settings.diskBudgetMib * MIB,
  });
  const retention = createRetention({
    ...{ db, uplog, commit, clock, log, compressor: zstd },
    budgetBytes: settings.diskBudgetMib * MIB,
    isConnected: () => uplink.status().state === "connected",
  });
  let stopWatching = (): void => undefined;

  return {
    broker,
    uplink,
    statusPage,
    updates,
    reload: () => listeners.reload(),
    async start() {
      db.adopt();
      // What was taken in before comes first.
      telemetry.start();
      devices.tellPasswords();
      clockSteps.start();
      conducts.start();
      const port = await broker.start();
      brokerPort = port;
      configs.start();
      notifications.start();
      updates.start();
      jobs.start();
      scheduler.start();
      stopWatching = watchNeighbours(db, clock, () => {
        broker.devicesChanged();
        listeners.recheck();
      });
      uplink.start();
      retention.start();
      statusPage.start();
      simulation.start({ protocol: "mqtt", host: ownHost(settings.mqttListen.host), port });
      return port;
    },
    async stop() {
      await simulation.stop();
      statusPage.stop();
      retention.stop();
      uplink.stop();
      // What has come from the cloud is on the disk, and has begun, before its parts are stopped.
      commit.flush();
      stopWatching();
      notifications.stop();
      scheduler.stop();
      updates.stop();
      jobs.stop();
      conducts.stop();
      await broker.stop();
      clockSteps.stop();
      telemetry.stop();
      commit.flush();
    },
  };
}

function whyUnheard(device: DeviceRecord | null): string {
  const { connectivity = "never", lastHeardMs = null } = device ?? {};
  if (connectivity === "never") return "the device has never connected";
  // One that has only ever connected has said nothing.
  const heard = lastHeardMs === null ? "" : `; last heard ${new Date(lastHeardMs).toISOString()}`;
  if (connectivity === "online") return `the device is connected and does not listen for commands${heard}`;
  return `the device is not connected${heard}`;
}

/** The same identity at another address of the cloud. */
function movedTo(cloudUrl: string, identity: GatewayIdentity): GatewayIdentity {
  return {
    sign: (text) => identity.sign(text),
    keyRefused: () => identity.keyRefused(),
    keyWelcomed: () => identity.keyWelcomed(),
    read() {
      const known = identity.read();
      return known === null ? null : { ...known, cloudUrl: cloudUrl.replace(/\/$/, "") };
    },
  };
}
