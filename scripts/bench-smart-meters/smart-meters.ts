import { SECOND } from "../../protocol/units.ts";
import { againstTarget, alone, type BenchRow } from "../bench-chunks/bench-row.ts";
import { benchCloudLine } from "./cloud-line.ts";
import { chunkSeconds } from "./sealing.ts";
import { benchWholeLine, type WholeLine } from "./whole-line.ts";

/** How much of it: less for a trial. */
export interface SmartMetersBench {
  meters: number;
  gateways: number;
  /** Of the gateways, so many are there as processes, with their meters' MQTT. */
  mqttGateways: number;
  /** A meter's reading comes so often. */
  periodSeconds: number;
  sealAfterSeconds: number;
  /** Chunks of a meter, after its first, when it is asked how much room they take. */
  chunksAtRest: number;
  /** What should be reached, and so many gateways with their MQTT are asked for. */
  pointsPerSecond: number;
  busyGateways: number;
  /** How long the whole line is measured. */
  seconds: number;
}

const POINTS_PER_READING = 3;
/** Of each meter, after its first, when all of them bring some. */
const CHUNKS = 5;
/** What rests after long is measured with few meters that have much. */
const LONG_GATEWAYS = 4;
const LONG_METERS_EACH = 75;
/** What ThingsBoard publishes of 100,000 smart meters with three data points a message. */
const THINGSBOARD = [
  { name: "ThingsBoard, 4 cores", pointsPerSecond: 3_333, bytesPerPoint: 16.7 },
  { name: "ThingsBoard, 36 cores", pointsPerSecond: 33_333, bytesPerPoint: 3.5 },
];
const TARGET_BYTES = 2;

/**
 * ThingsBoard's published scenario. In parts, because this machine also has to be the meters and the gateways: the
 * cloud's part of the line with all of them, who bring at once what the meters measured, sealed as the gateways of the
 * other parts do; the whole line with some of the gateways, each under the load it has in the whole; and the whole line
 * with few gateways under all of the load.
 */
export async function benchSmartMeters(
  say: (line: string) => void,
  bench: SmartMetersBench,
): Promise<BenchRow[]> {
  const metersEach = Math.ceil(bench.meters / bench.gateways);
  const common = { metersEach, pointsPerReading: POINTS_PER_READING, periodMs: bench.periodSeconds * SECOND };
  const readingsIn = (seconds: number): number => Math.max(1, Math.floor(seconds / bench.periodSeconds));
  const readings = readingsIn(chunkSeconds(bench));
  const line = await benchCloudLine(say, { ...common, gateways: bench.gateways, chunks: CHUNKS, readings });
  const rest = (readingsEach: number) =>
    benchCloudLine(say, {
      ...common,
      gateways: Math.min(bench.gateways, LONG_GATEWAYS),
      metersEach: Math.min(metersEach, LONG_METERS_EACH),
      chunks: bench.chunksAtRest,
      readings: readingsEach,
    });
  const asSealed = await rest(readings);
  const withNews = await rest(readingsIn(bench.sealAfterSeconds));
  const name = (what: string): string =>
    `smart-meters: ${(metersEach * bench.gateways).toLocaleString("en")} meters, ${what}`;
  const rows = [
    ...THINGSBOARD.flatMap((peer) => [
      against(
        peer.name,
        peer.pointsPerSecond,
        againstTarget(name("gateways to cloud"), line.pointsPerSecond, "points/s", bench.pointsPerSecond),
      ),
      against(
        peer.name,
        peer.bytesPerPoint,
        againstTarget(name("at rest"), asSealed.bytesPerPoint, "bytes/point", TARGET_BYTES),
      ),
    ]),
    alone(name("points a chunk"), readings * POINTS_PER_READING, ""),
    alone(
      name(`at rest, were there news every ${bench.sealAfterSeconds} s`),
      withNews.bytesPerPoint,
      "bytes/point",
    ),
    alone(name("at rest, before its digests"), line.bytesPerPoint, "bytes/point"),
    alone(name("CPU of the cloud"), line.cloudCpu, "cores"),
    alone(name("never seen before"), line.newDevicesPerSecond, "meters/s"),
  ];
  const { gateways: _, ...timing } = { ...bench, ...common };
  rows.push(...(await wholeLineRows(say, { ...timing, gateways: bench.mqttGateways })));
  const busyMeters = metersEach * bench.busyGateways;
  const periodMs = (busyMeters * POINTS_PER_READING * SECOND) / bench.pointsPerSecond;
  rows.push(...(await wholeLineRows(say, { ...timing, gateways: bench.busyGateways, periodMs })));
  return rows;
}

async function wholeLineRows(say: (line: string) => void, bench: WholeLine): Promise<BenchRow[]> {
  const whole = await benchWholeLine(say, bench);
  const meters = bench.gateways * bench.metersEach;
  const count = (number: number): string => number.toLocaleString("en");
  const sent = (meters * bench.pointsPerReading * SECOND) / bench.periodMs;
  const name = (what: string): string =>
    `smart-meters: MQTT, ${count(meters)} meters send ${count(Math.round(sent))} points/s, ${what}`;
  return [
    againstTarget(name("readable in the cloud"), whole.pointsPerSecond, "points/s", sent),
    alone(name("acknowledged, p50"), whole.acknowledgement.p50, "ms"),
    alone(name("acknowledged, p99"), whole.acknowledgement.p99, "ms"),
    againstTarget(name("readable after"), whole.lagSeconds, "s", chunkSeconds(inSeconds(bench))),
    alone(name("CPU of the cloud"), whole.cores.cloud, "cores"),
    alone(name("CPU of a gateway"), whole.cores.gateways / bench.gateways, "cores"),
    alone(name("CPU of all meters"), whole.cores.meters, "cores"),
  ];
}

function inSeconds({ sealAfterSeconds, periodMs }: WholeLine) {
  return { sealAfterSeconds, periodSeconds: periodMs / SECOND };
}

/** The same figure beside a peer's. */
function against(peer: string, peerValue: number, row: BenchRow): BenchRow {
  return { ...row, peer, peerValue, ratio: row.value / peerValue };
}
