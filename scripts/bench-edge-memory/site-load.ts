import { connectPacket } from "../bench-start/connack.ts";

/**
 * A site's devices, in a process of their own: `bun site-load.ts PORT USER PASSWORD CLIENTS SECONDS`. Each client sends a
 * QoS 1 message of 60 bytes with three metrics once a second, spread over it, and counts the acknowledgements. Prints
 * one JSON object.
 */

const [port = "0", username = "", password = "", clients = "1", seconds = "10"] = process.argv.slice(2);
const CLIENTS = Number(clients);
const TOPIC = `homepot/${username}/telemetry`;

interface Client {
  write(bytes: Buffer): number;
}

let acknowledgedBytes = 0;
let sent = 0;
const PUBACK_BYTES = 4;

function publishPacket(id: number): Buffer {
  const topic = Buffer.from(TOPIC);
  const temperature = (20 + 5 * Math.random()).toFixed(2);
  const payload = Buffer.from(`{"temperature":${temperature},"humidity":47.3,"power":1234.5,"n":0}`);
  const body = Buffer.concat([
    Buffer.from([topic.length >> 8, topic.length & 0xff]),
    topic,
    Buffer.from([id >> 8, id & 0xff]),
    payload,
  ]);
  const length = body.length < 128 ? [body.length] : [(body.length % 128) | 128, body.length >> 7];
  return Buffer.concat([Buffer.from([0x32, ...length]), body]);
}

const sockets: Client[] = [];
for (let index = 0; index < CLIENTS; index += 1) {
  const ready = Promise.withResolvers<void>();
  let greeted = false;
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(port),
    socket: {
      data(_socket, data) {
        if (greeted) acknowledgedBytes += data.length;
        greeted = true;
        ready.resolve();
      },
      close: () => ready.reject(new Error("the broker closed the connection")),
    },
  });
  socket.write(connectPacket({ clientId: `device-${index}`, username, password }));
  await ready.promise;
  sockets.push(socket);
}

const startMs = performance.now();
const endMs = startMs + Number(seconds) * 1_000;
while (performance.now() < endMs) {
  const due = Math.floor(((performance.now() - startMs) / 1_000) * CLIENTS);
  for (; sent < due; sent += 1) {
    const packetId = (Math.floor(sent / CLIENTS) % 65_535) + 1;
    sockets[sent % CLIENTS]!.write(publishPacket(packetId));
  }
  await Bun.sleep(2);
}
await Bun.sleep(500);
console.log(JSON.stringify({ sent, acknowledged: acknowledgedBytes / PUBACK_BYTES }));
process.exit(0);
