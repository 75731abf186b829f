import type { BenchRow } from "../bench-chunks/bench-row.ts";

export interface Benchmark {
  about: string;
  /** Options beside --json, each a whole number, with what it is when it is not given. */
  options?: Record<string, number>;
  /** Says what it is doing through `say`; gives its figures. `options` has all of them. */
  run(say: (line: string) => void, options: Record<string, number>): Promise<BenchRow[]>;
}

/** Every benchmark of `scripts/bench`. Each is loaded only when it runs. */
export const BENCHMARKS: Record<string, Benchmark> = {
  start: {
    about:
      "the compiled gateway with a large database: process start to MQTT accepted, cold and warm, memory when idle, size; against mosquitto",
    options: { mib: 1_024 },
    run: async (say, { mib = 0 }) => (await import("../bench-start/start.ts")).benchStart(say, { mib }),
  },
  ingest: {
    about: "QoS 1 messages acknowledged after a durable commit, and how soon; against mosquitto in memory",
    run: async (say) => (await import("../bench-ingest/ingest.ts")).benchIngest(say),
  },
  "chunk-size": {
    about: "bytes a reading of sealed telemetry; against Gorilla and JSON with zstd",
    run: async () => (await import("../bench-chunks/chunk-size.ts")).chunkSize(),
  },
  "chunk-speed": {
    about: "readings encoded and decoded a second, one thread",
    run: async () => (await import("../bench-chunks/chunk-speed.ts")).chunkSpeed(),
  },
  query: {
    about: "a month of a reading a second to 1,000 points, over HTTP; and bytes a value at rest in the cloud",
    run: async (say) => (await import("../bench-query/query.ts")).benchQuery(say),
  },
  "fan-in": {
    about:
      "many gateways on one cloud process: memory for each, and how soon a browser hears of a state change",
    options: { gateways: 10_000, seconds: 20 },
    run: async (say, { gateways = 0, seconds = 0 }) =>
      (await import("../bench-fan-in/fan-in.ts")).benchFanIn(say, { gateways, seconds }),
  },
  badge: {
    about: "a device connects or loses its line: until its badge has changed in a browser that shows it",
    options: { devices: 20, changes: 120, "entries-per-second": 2_000 },
    run: async (say, { devices = 0, changes = 0, "entries-per-second": perSecond = 0 }) =>
      (await import("../bench-badge/badge.ts")).benchBadge(say, { devices, changes, perSecond }),
  },
  update: {
    about:
      "an update of the gateway over the air: bytes for a changed line, how soon it is seen to work, how long the broker is away",
    run: async (say) => (await import("../bench-update/update.ts")).benchUpdate(say),
  },
  scheduler: {
    about: "so many schedules on one gateway: its start, how late one that comes due is done, its memory",
    options: { schedules: 100_000 },
    run: async (say, { schedules = 0 }) =>
      (await import("../bench-scheduler/scheduler.ts")).benchScheduler(say, { schedules }),
  },
  command: {
    about: "a command from the API to a device, and its result back in the API, so many a second",
    options: { devices: 20, "per-second": 200, seconds: 20, asks: 0 },
    run: async (say, { devices = 0, "per-second": perSecond = 0, seconds = 0, asks = 0 }) =>
      (await import("../bench-command/command.ts")).benchCommand(say, {
        ...{ devices, perSecond, seconds },
        asks: asks !== 0,
      }),
  },
  pages: {
    about: "every page and list of a large organisation, while operators work in it and its gateways report",
    options: {
      sites: 1_000,
      devices: 100,
      operators: 20,
      "entries-per-second": 2_000,
      "think-ms": 500,
      seconds: 480,
    },
    run: async (say, options) =>
      (await import("../bench-pages/pages.ts")).benchPages(say, {
        sites: options.sites!,
        devices: options.devices!,
        operators: options.operators!,
        perSecond: options["entries-per-second"]!,
        thinkMs: options["think-ms"]!,
        seconds: options.seconds!,
      }),
  },
  push: {
    about: "messages handed to push platforms a second, through the API; against the bare libraries",
    options: { "web-push": 20_000, apns: 40_000, broker: 40_000, devices: 100_000, receipts: 20_000 },
    run: async (say, options) =>
      (await import("../bench-push/push.ts")).benchPush(say, {
        webPush: options["web-push"]!,
        apns: options.apns!,
        broker: options.broker!,
        devices: options.devices!,
        receipts: options.receipts!,
      }),
  },
  "push-memory": {
    about: "the cloud's memory while so many messages are handed to browsers, Apple and a broker in turn",
    options: { messages: 1_000_000 },
    run: async (say, { messages = 0 }) =>
      (await import("../bench-push/memory.ts")).benchPushMemory(say, messages),
  },
  "edge-memory": {
    about: "the gateway's memory with a thousand devices that send a message a second; against mosquitto",
    options: { devices: 1_000, seconds: 90 },
    run: async (say, { devices = 0, seconds = 0 }) =>
      (await import("../bench-edge-memory/edge-memory.ts")).benchEdgeMemory(say, { devices, seconds }),
  },
  "simulated-devices": {
    about:
      "what simulated devices of all kinds take of one core, and of memory, beside the gateway they talk to",
    options: { devices: 1_000, "interval-seconds": 1, seconds: 20 },
    run: async (say, { devices = 0, "interval-seconds": intervalSeconds = 0, seconds = 0 }) =>
      (await import("../bench-simulated-devices/simulated-devices.ts")).benchSimulatedDevices(say, {
        ...{ devices, intervalSeconds, seconds },
      }),
  },
  "catch-up": {
    about:
      "a gateway that was alone for long brings what it has to the cloud; both programs, over the real line",
    options: { readings: 10_000_000, "chunk-readings": 1_000, runs: 3 },
    run: async (say, { readings = 0, "chunk-readings": chunkReadings = 0, runs = 0 }) =>
      (await import("../bench-catch-up/catch-up.ts")).benchCatchUp(say, { readings, chunkReadings, runs }),
  },
  "smart-meters": {
    about:
      "100,000 meters over 100 gateways: points a second, bytes a point; against what ThingsBoard publishes",
    options: {
      meters: 100_000,
      gateways: 100,
      "mqtt-gateways": 20,
      "period-seconds": 3,
      "seal-after-seconds": 60,
      "chunks-at-rest": 255,
      "points-per-second": 100_000,
      "busy-gateways": 6,
      seconds: 60,
    },
    run: async (say, options) =>
      (await import("../bench-smart-meters/smart-meters.ts")).benchSmartMeters(say, {
        meters: options.meters!,
        gateways: options.gateways!,
        mqttGateways: options["mqtt-gateways"]!,
        periodSeconds: options["period-seconds"]!,
        sealAfterSeconds: options["seal-after-seconds"]!,
        chunksAtRest: options["chunks-at-rest"]!,
        pointsPerSecond: options["points-per-second"]!,
        busyGateways: options["busy-gateways"]!,
        seconds: options.seconds!,
      }),
  },
};
