import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectPacket } from "../bench-start/connack.ts";

/**
 * What people put behind a broker that stores nothing: `bun subscriber.ts PORT USER PASSWORD SECONDS`. Subscribes to
 * everything with QoS 1, writes each message into SQLite as a row (time, topic, payload; `synchronous=FULL`, a
 * transaction for all that one read brought), and acknowledges it after the commit. Over a bare socket, so that it is as
 * fast as such a thing can be. Prints how many it committed a second, once messages have come for a second.
 */

const [port = "0", username = "", password = "", seconds = "5"] = process.argv.slice(2);
const MEASURE_MS = Number(seconds) * 1_000;
const WARM_UP_MS = 1_000;
const CONNACK_BYTES = 4;
const SUBACK_BYTES = 5;
const PUBACK = 0x40;

const directory = mkdtempSync(join(tmpdir(), "homepot-bench-subscriber-"));
const database = new Database(join(directory, "messages.db"), { create: true });
for (const pragma of ["journal_mode = WAL", "synchronous = FULL"]) database.run(`PRAGMA ${pragma}`);
database.run("CREATE TABLE message (id INTEGER PRIMARY KEY, at_ms INTEGER, topic TEXT, payload BLOB) STRICT");
const insert = database.query("INSERT INTO message (at_ms, topic, payload) VALUES (?, ?, ?)");

let greeted = 0;
let partial = Buffer.alloc(0);
let firstMs = 0;
let beganMs = 0;
let committed = 0;

/** Stores the PUBLISH packets that are whole and gives their acknowledgements. */
function store(bytes: Buffer): Buffer {
  const acks: number[] = [];
  const nowMs = Date.now();
  let at = 0;
  database.run("BEGIN");
  for (;;) {
    let length = 0;
    let shift = 0;
    let head = at + 1;
    for (; head < bytes.length; head += 1, shift += 7) {
      length |= (bytes[head]! & 0x7f) << shift;
      if (bytes[head]! < 0x80) break;
    }
    const start = head + 1;
    const end = start + length;
    if (head >= bytes.length || end > bytes.length) break;
    if (bytes[at]! >> 4 === 3) {
      const topicEnd = start + 2 + bytes.readUInt16BE(start);
      const hasId = (bytes[at]! & 0x06) !== 0;
      insert.run(
        nowMs,
        bytes.toString("utf8", start + 2, topicEnd),
        bytes.subarray(topicEnd + (hasId ? 2 : 0), end),
      );
      if (hasId) acks.push(PUBACK, 2, bytes[topicEnd]!, bytes[topicEnd + 1]!);
      if (beganMs > 0) committed += 1;
    }
    at = end;
  }
  database.run("COMMIT");
  partial = Buffer.from(bytes.subarray(at));
  return Buffer.from(acks);
}

await Bun.connect({
  hostname: "127.0.0.1",
  port: Number(port),
  socket: {
    data(socket, data) {
      let bytes: Buffer = partial.length === 0 ? data : Buffer.concat([partial, data]);
      if (greeted === 0 && bytes.length >= CONNACK_BYTES) {
        greeted = 1;
        bytes = bytes.subarray(CONNACK_BYTES);
        socket.write(Buffer.from([0x82, 6, 0, 1, 0, 1, "#".charCodeAt(0), 1]));
      }
      if (greeted === 1 && bytes.length >= SUBACK_BYTES) {
        greeted = 2;
        bytes = bytes.subarray(SUBACK_BYTES);
        process.stdout.write("subscribed\n");
      }
      if (greeted < 2) {
        partial = Buffer.from(bytes);
        return;
      }
      if (bytes.length === 0) return;
      if (firstMs === 0) firstMs = performance.now();
      if (beganMs === 0 && performance.now() - firstMs > WARM_UP_MS) beganMs = performance.now();
      socket.write(store(bytes));
      if (beganMs > 0 && performance.now() - beganMs > MEASURE_MS) {
        const perSecond = committed / ((performance.now() - beganMs) / 1_000);
        process.stdout.write(`${JSON.stringify({ perSecond })}\n`);
        database.close();
        rmSync(directory, { recursive: true, force: true });
        process.exit(0);
      }
    },
    open(socket) {
      socket.write(connectPacket({ clientId: "subscriber", username, password }));
    },
  },
});
