import { SECOND } from "../../protocol/units.ts";
import { againstTarget, alone, type BenchRow } from "../bench-chunks/bench-row.ts";
import { benchCloudLine } from "./cloud-line.ts";
import { benchWholeLine } from "./whole-line.ts";

/** How much of it: less for a trial. */
export interface SmartMetersBench {
  meters: number;
  gateways: number;
  /** Of the gateways, so many are there as processes, with their meters' MQTT. */
  mqttGateways: number;
  /** A meter's reading comes so often. */
  periodSeconds: number;
  sealAfterSeconds: number;
  /** How long the whole line is measured. */
  seconds: number;
}

const POINTS_PER_READING = 3;
const CHUNKS = 5;
/** What ThingsBoard publishes of 100,000 smart meters with three data points a message. */
const THINGSBOARD = [
  { name: "ThingsBoard, 4 cores", pointsPerSecond: 3_333, bytesPerPoint: 16.7 },
  { name: "ThingsBoard, 36 cores", pointsPerSecond: 33_333, bytesPerPoint: 3.5 },
];
const TARGET = { pointsPerSecond: 100_000, bytesPerPoint: 2 };

/**
 * ThingsBoard's published scenario. Two parts, because this machine also has to be the meters and the gateways: the
 * whole line with some of the gateways, each with as many meters as in the whole; and the cloud's part of the line with
 * all of them, who bring at once what the meters measured, sealed as the gateways of the first part do.
 */
export async function benchSmartMeters(
  say: (line: string) => void,
  bench: SmartMetersBench,
): Promise<BenchRow[]> {
  const metersEach = Math.ceil(bench.meters / bench.gateways);
  const common = { metersEach, pointsPerReading: POINTS_PER_READING, periodMs: bench.periodSeconds * SECOND };
  const readings = Math.max(1, Math.floor(bench.sealAfterSeconds / bench.periodSeconds));
  const line = await benchCloudLine(say, { ...common, gateways: bench.gateways, chunks: CHUNKS, readings });
  say(JSON.stringify(line));
  const whole = await benchWholeLine(say, { ...bench, ...common, gateways: bench.mqttGateways });
  say(JSON.stringify(whole));

  const count = (meters: number): string => `${meters.toLocaleString("en")} meters`;
  const all = (what: string): string => `smart-meters: ${count(metersEach * bench.gateways)}, ${what}`;
  const some = (what: string): string =>
    `smart-meters: ${count(metersEach * bench.mqttGateways)} over MQTT, ${what}`;
  const expected = (metersEach * bench.mqttGateways * POINTS_PER_READING) / bench.periodSeconds;
  const perGateway = whole.cores.gateways / bench.mqttGateways;
  return [
    ...THINGSBOARD.flatMap((peer): BenchRow[] => [
      {
        ...againstTarget(all("gateways to cloud"), line.pointsPerSecond, "points/s", TARGET.pointsPerSecond),
        peer: peer.name,
        peerValue: peer.pointsPerSecond,
        ratio: line.pointsPerSecond / peer.pointsPerSecond,
      },
      {
        ...againstTarget(all("at rest"), line.bytesPerPoint, "bytes/point", TARGET.bytesPerPoint),
        peer: peer.name,
        peerValue: peer.bytesPerPoint,
        ratio: line.bytesPerPoint / peer.bytesPerPoint,
      },
    ]),
    alone(all("points a chunk"), readings * POINTS_PER_READING, ""),
    alone(all("CPU of the cloud"), line.cloudCpu, "cores"),
    alone(all("never seen before"), line.newDevicesPerSecond, "meters/s"),
    againstTarget(some("readable in the cloud"), whole.pointsPerSecond, "points/s", expected),
    alone(some("acknowledged, p50"), whole.acknowledgement.p50, "ms"),
    alone(some("acknowledged, p99"), whole.acknowledgement.p99, "ms"),
    againstTarget(some("readable after"), whole.lagSeconds, "s", bench.sealAfterSeconds),
    alone(some("CPU of the cloud"), whole.cores.cloud, "cores"),
    alone(some("CPU of a gateway"), perGateway, "cores"),
    alone(some("CPU of all meters"), whole.cores.meters, "cores"),
  ];
}
