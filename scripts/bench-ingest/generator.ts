import { connectPacket } from "../bench-start/connack.ts";

/**
 * The load, in a process of its own: `bun generator.ts PORT USER PASSWORD CLIENTS WINDOW SECONDS [RATE]`. Each client
 * keeps WINDOW QoS 1 messages of 60 bytes with three metrics in flight, over a bare socket; with RATE it sends so many a
 * second in all and measures how long each PUBACK takes. Prints one JSON object.
 */

const [port = "0", username = "", password = "", clients = "1", window = "1", seconds = "5", rate = "0"] =
  process.argv.slice(2);
const CLIENTS = Number(clients);
const WINDOW = Number(window);
const RATE = Number(rate);
const MEASURE_MS = Number(seconds) * 1_000;
const WARM_UP_MS = 1_000;
const TOPIC = `homepot/${username}/telemetry`;
const PAYLOAD = '{"temperature":21.42,"humidity":47.3,"power":1234.5,"pad":0}';

/** PUBLISH with QoS 1 and room for the packet id, which is patched in [MQTT-3.3]. */
const TEMPLATE = ((): Buffer => {
  const topic = Buffer.from(TOPIC);
  const body = Buffer.concat([
    Buffer.from([topic.length >> 8, topic.length & 0xff]),
    topic,
    Buffer.from([0, 0]),
    Buffer.from(PAYLOAD),
  ]);
  const length = body.length < 128 ? [body.length] : [(body.length % 128) | 128, body.length >> 7];
  return Buffer.concat([Buffer.from([0x32, ...length]), body]);
})();
const ID_OFFSET = TEMPLATE.length - PAYLOAD.length - 2;

let counting = false;
let acknowledged = 0;
const latencies: number[] = [];

interface State {
  nextId: number;
  connected: boolean;
  partial: Buffer;
  sentAt: Map<number, number>;
}

function packets(state: State, count: number): Buffer {
  const bytes = Buffer.allocUnsafe(TEMPLATE.length * count);
  const now = performance.now();
  for (let index = 0; index < count; index += 1) {
    TEMPLATE.copy(bytes, index * TEMPLATE.length);
    bytes.writeUInt16BE(state.nextId, index * TEMPLATE.length + ID_OFFSET);
    if (RATE > 0) state.sentAt.set(state.nextId, now);
    state.nextId = (state.nextId % 65_535) + 1;
  }
  return bytes;
}

/** Counts the PUBACKs (40 02 id id) in what came. */
function take(state: State, data: Buffer): number {
  const bytes = state.partial.length === 0 ? data : Buffer.concat([state.partial, data]);
  const whole = Math.floor(bytes.length / 4);
  if (RATE > 0) {
    const now = performance.now();
    for (let index = 0; index < whole; index += 1) {
      const id = bytes.readUInt16BE(index * 4 + 2);
      const sentAt = state.sentAt.get(id);
      state.sentAt.delete(id);
      if (counting && sentAt !== undefined) latencies.push(now - sentAt);
    }
  }
  state.partial = Buffer.from(bytes.subarray(whole * 4));
  return whole;
}

const sockets = await Promise.all(
  Array.from({ length: CLIENTS }, async (_, index) => {
    const ready = Promise.withResolvers<void>();
    const state: State = { nextId: 1, connected: false, partial: Buffer.alloc(0), sentAt: new Map() };
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port: Number(port),
      socket: {
        data(self, data) {
          if (!state.connected) {
            state.connected = true;
            ready.resolve();
            return;
          }
          const acks = take(state, data);
          if (counting) acknowledged += acks;
          if (RATE === 0 && acks > 0) self.write(packets(state, acks));
        },
        close: () => ready.reject(new Error("the broker closed the connection")),
      },
    });
    socket.write(connectPacket({ clientId: `load-${index}`, username, password }));
    await ready.promise;
    return { socket, state };
  }),
);

if (RATE === 0) {
  for (const { socket, state } of sockets) socket.write(packets(state, WINDOW));
} else {
  let sent = 0;
  const startMs = performance.now();
  setInterval(() => {
    const due = Math.floor(((performance.now() - startMs) / 1_000) * RATE);
    for (; sent < due; sent += 1) {
      const { socket, state } = sockets[sent % sockets.length]!;
      socket.write(packets(state, 1));
    }
  }, 1);
}
await Bun.sleep(WARM_UP_MS);
counting = true;
const beganMs = performance.now();
await Bun.sleep(MEASURE_MS);
const tookSeconds = (performance.now() - beganMs) / 1_000;
latencies.sort((a, b) => a - b);
const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
console.log(JSON.stringify({ perSecond: acknowledged / tookSeconds, p50: at(0.5), p99: at(0.99) }));
process.exit(0);
