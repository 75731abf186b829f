import { Database } from "bun:sqlite";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import mqtt from "mqtt";
import { readChunkHeader } from "../../protocol/chunks/chunk.ts";
import { formatTopic } from "../../protocol/topics/topics.ts";
import { realisticMix, type SimulatedDevice } from "../bench-chunks/series.ts";
import { Gateway, until } from "../e2e/stack.ts";

/** Mixes of five devices each: with ten of them the gateway has fifty devices. */
const MIXES = 10;
const DEVICES_IN_MIX = 5;
const READINGS_PER_MESSAGE = 200;
const IN_FLIGHT = 20;

/** What a gateway has that no cloud has seen. */
export interface Backlog {
  directory: string;
  readings: number;
  /** A value with its time; a reading has three. */
  values: number;
  chunks: number;
  /** Of all payloads. */
  bytes: number;
}

/**
 * Fills a gateway that has no cloud with `readings` over MQTT, as devices do that measured while they were alone:
 * arrays of readings with their times. It seals them by itself. Leaves its data in `directory`. The same number
 * gives the same readings.
 */
export async function makeBacklog(
  directory: string,
  { readings, chunkReadings }: { readings: number; chunkReadings: number },
  say: (line: string) => void,
): Promise<Backlog> {
  await using gateway = await Gateway.create();
  gateway.runsAs.options = [
    ...["--mqtt-max-messages-per-second", "0", "--mqtt-max-payload-bytes", "1048576"],
    ...["--telemetry-seal-readings", `${chunkReadings}`],
    // Whatever does not fill a chunk is sealed soon after the last reading.
    ...["--telemetry-seal-after-seconds", "1"],
  ];
  await gateway.run();
  const each = Math.ceil(readings / (MIXES * DEVICES_IN_MIX));
  for (let mix = 0; mix < MIXES; mix += 1) {
    for (const { device, readings: made } of realisticMix(each, "little", mix + 1)) {
      await publish(gateway, { device: `${device}-${mix}`, readings: made });
    }
    say(`${((mix + 1) * each * DEVICES_IN_MIX).toLocaleString("en")} readings are in the gateway`);
  }
  const expected = each * MIXES * DEVICES_IN_MIX;
  using database = new Database(join(gateway.directory, "edge.db"), { readonly: true });
  const backlog = await until("all of it to be sealed", () => {
    const found = measure(database, directory);
    return found.readings >= expected && found;
  });
  if (backlog.readings !== expected)
    throw new Error(`${backlog.readings} readings are sealed, not ${expected}`);
  await gateway.program.stop();
  await cp(gateway.directory, directory, { recursive: true });
  return backlog;
}

async function publish(gateway: Gateway, { device, readings }: SimulatedDevice): Promise<void> {
  const { username, password } = await gateway.addDevice(device);
  const client = await mqtt.connectAsync({ host: "127.0.0.1", port: gateway.port, username, password });
  const topic = formatTopic({ channel: "telemetry", device });
  let start = 0;
  const lane = async (): Promise<void> => {
    while (start < readings.length) {
      const some = readings
        .slice(start, start + READINGS_PER_MESSAGE)
        .map(({ atMs, values }) => ({ ts: atMs, ...values }));
      start += READINGS_PER_MESSAGE;
      await client.publishAsync(topic, JSON.stringify(some), { qos: 1 });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  await client.endAsync();
}

function measure(database: Database, directory: string): Backlog {
  const found: Backlog = { directory, readings: 0, values: 0, chunks: 0, bytes: 0 };
  const rows = database.query<{ payload: Uint8Array }, []>("SELECT payload FROM uplog_bulk ORDER BY seq");
  for (const { payload } of rows.iterate()) {
    const header = readChunkHeader(payload);
    if (!header.ok) throw new Error(header.refusal.detail);
    found.readings += header.value.count;
    found.values += header.value.metrics.reduce((sum, metric) => sum + metric.count, 0);
    found.chunks += 1;
    found.bytes += payload.length;
  }
  return found;
}
