import { Database } from "bun:sqlite";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeChunk } from "../../protocol/chunks/chunk.ts";
import type { Random } from "../../protocol/random.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { LedgerDevice } from "../e2e/ledger.ts";
import { Cloud, Gateway, runCommand, until } from "../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";
import { deviceId, settle } from "./verdict.ts";
import { lastFrame } from "./wal.ts";

/** Messages under way at once, and so the most that one commit holds. */
const WINDOW = 8;
const SEAL_READINGS = 100;

/**
 * Bytes at rest change: in the last page of the gateway's write-ahead log, in a chunk that waits at the gateway, and in
 * a chunk in the cloud. Invariants: each costs no more than what it is in, somebody is told of it, and everything else
 * is served.
 */
async function run(task: DrillTask): Promise<Findings> {
  const random = seededRandom(task.seed);
  const figures = {
    "lost with the last page": 0,
    "lost with a waiting chunk": 0,
    "lost with a stored chunk": 0,
  };
  const faults: string[] = [];
  for (let round = 1; round <= task.rounds; round += 1) {
    await using cloud = await Cloud.start();
    await using gateway = await Gateway.enrolled(cloud, "Corruption");
    gateway.runsAs.options = ["--telemetry-seal-readings", String(SEAL_READINGS)];
    await gateway.run();
    await using device = new LedgerDevice(gateway.port, await gateway.addDevice("ledger-1"));
    await until("the device to be known in the cloud", () => deviceId(cloud, device.key));
    await cloud.program.kill();

    // The write-ahead log of the gateway: its last commit is in it and nowhere else.
    await load(device, 500);
    await gateway.program.kill();
    await device.pause();
    const endsCommit = damageLastFrame(join(gateway.directory, "edge.db-wal"), random);
    await gateway.run();
    const doctor = await runCommand(["edge/main.ts", "doctor", "--data", gateway.directory]);
    // The last frame of a commit that the kill cut off is nothing that anybody was promised.
    if (endsCommit && !/write-ahead log was damaged/.test(gateway.program.said))
      faults.push("the log's damage is not in the log");
    if (endsCommit && !/write-ahead log was damaged/.test(doctor.stdout))
      faults.push("the doctor did not see the log's damage");
    await load(device, 500);
    await device.pause();

    // A chunk that waits for the cloud.
    await gateway.program.kill();
    const waiting = damageChunk(join(gateway.directory, "edge.db"), "uplog_bulk", "seq", "payload", random);
    await cloud.run();
    await gateway.run();
    const settled = await settle(cloud, gateway, device);
    const inChunk = new Set(waiting);
    const missing = settled.missing.filter((number) => !inChunk.has(number));
    figures["lost with the last page"] += missing.length;
    figures["lost with a waiting chunk"] += settled.missing.length - missing.length;
    if (missing.length > WINDOW)
      faults.push(`the last page cost ${missing.length} readings; a commit has ${WINDOW}`);
    if (settled.missing.length === missing.length)
      faults.push("a damaged chunk of the gateway went unnoticed");
    if (settled.doubled.length > 0) faults.push(`${settled.doubled.length} readings are in the cloud twice`);
    if (!/set aside/.test(gateway.program.said + cloud.program.said)) {
      faults.push("nobody was told of the gateway's damaged chunk");
    }

    // A chunk in the cloud.
    await cloud.program.kill();
    const stored = damageChunk(join(cloud.directory, "cloud.db"), "chunk", "id", "bytes", random);
    await cloud.run();
    const id = await deviceId(cloud, device.key);
    const series = await cloud.api<{ points: [number, number, number, number, number][] }>(
      `/devices/${id}/telemetry?metric=n&points=2000&from=${Date.now() - 120_000}`,
    );
    const counted = series.points.reduce((sum, point) => sum + point[4], 0);
    const lost = settled.stored - counted;
    figures["lost with a stored chunk"] += lost;
    // Where a header suffices the damaged column is not looked at, and the count is right all the same.
    if (lost < 0 || lost > stored.length)
      faults.push(`${lost} readings lost; the damaged chunk had ${stored.length}`);
    if (lost > 0 && !/damaged/.test(cloud.program.said))
      faults.push("nobody was told of the cloud's damaged chunk");
    task.say(
      `round ${round}/${task.rounds}: ${settled.acknowledged} acknowledged; lost ${missing.length} with the last page, ` +
        `${settled.missing.length - missing.length} of ${waiting.length} and ${lost} of ${stored.length} with chunks`,
    );
  }
  return { figures: { rounds: task.rounds, ...figures }, faults };
}

async function load(device: LedgerDevice, messages: number): Promise<void> {
  const goal = device.acknowledged.size + messages;
  device.start(WINDOW);
  await until("load to be taken", () => device.acknowledged.size >= goal);
}

/** Gives whether the frame was the end of a commit. */
function damageLastFrame(path: string, random: Random): boolean {
  const bytes = readFileSync(path);
  const { offset, length } = lastFrame(bytes);
  const endsCommit = bytes.readUInt32BE(offset + 4) !== 0;
  const at = offset + Math.floor(random.next() * length);
  bytes[at] = bytes[at]! ^ 0xff;
  writeFileSync(path, bytes);
  return endsCommit;
}

/** Changes a byte of a random chunk. Gives the numbers that were in it. */
function damageChunk(path: string, table: string, key: string, column: string, random: Random): number[] {
  using database = new Database(path);
  const rows = database
    .query<{ id: number; bytes: Uint8Array }, []>(
      `SELECT ${key} AS id, ${column} AS bytes FROM ${table} ORDER BY ${key}`,
    )
    .all();
  const row = rows[Math.floor(random.next() * rows.length)];
  if (row === undefined) throw new Error(`${path} has no chunk to damage`);
  const chunk = decodeChunk(row.bytes, {
    compress: Bun.zstdCompressSync,
    decompress: Bun.zstdDecompressSync,
  });
  if (!chunk.ok) throw new Error(chunk.refusal.detail);
  const bytes = Uint8Array.from(row.bytes);
  const at = Math.floor(random.next() * bytes.length);
  bytes[at] = bytes[at]! ^ 0xff;
  database.query(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`).run(bytes, row.id);
  return chunk.value.readings.map((reading) => Number(reading.values.n));
}

export const corruption: Drill = {
  name: "corruption",
  about: "bytes change at rest: in the gateway's log, in a chunk that waits there, in a chunk in the cloud",
  rounds: 10,
  shortRounds: 2,
  run,
};
