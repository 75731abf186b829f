import { helloSigningText } from "../../protocol/frames/control.ts";
import { decodeFrame, encodeFrame } from "../../protocol/frames/frame.ts";
import { toEntry } from "../../protocol/log/kinds.ts";
import { PROTOCOL_VERSION } from "../../protocol/version.ts";

/**
 * Many gateways in one process, as light as they can be: `bun gateways.ts URL`. Takes orders as lines of JSON on stdin:
 * `{"connect": [[gatewayId, epoch], …], "key": PKCS8 in base64}` answers `{"connected": n}` when all are welcomed;
 * `{"plain": n}` opens so many bare WebSockets instead; `{"load": perSecond, "seconds": s}` has them report in turn
 * that a device has gone or come back, with `"devices": n` each of its devices `device-0` to `device-<n-1>` after the other,
 * and answers `{"sent": n, "acknowledged": n}`; `{"count": true}` answers `{"open": n}`.
 */

const url = process.argv[2] ?? "";
const AT_ONCE = 64;

interface Gateway {
  id: string;
  socket: WebSocket;
  seq: number;
  acked: number;
}

const gateways: Gateway[] = [];
const plain: WebSocket[] = [];
let key: CryptoKey;

const say = (answer: object): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);
const base64url = (bytes: Uint8Array): string => bytes.toBase64({ alphabet: "base64url", omitPadding: true });

function connect(id: string, epoch: string): Promise<void> {
  const socket = new WebSocket(`${url}/api/v1/gateways/connect`);
  socket.binaryType = "arraybuffer";
  const gateway: Gateway = { id, socket, seq: 0, acked: 0 };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const greet = async (nonce: string): Promise<void> => {
    const text = new TextEncoder().encode(helloSigningText(nonce, id, epoch));
    const signature = base64url(new Uint8Array(await crypto.subtle.sign("Ed25519", key, text)));
    const protocol = { min: PROTOCOL_VERSION, max: PROTOCOL_VERSION };
    const uplog = { urgent: { head: 0 }, bulk: { head: 0 } };
    const facts = { downlog: null, version: "bench", nowMs: Date.now() };
    socket.send(encodeFrame({ type: "hello", protocol, gateway: id, signature, epoch, uplog, ...facts }));
  };
  socket.onclose = ({ reason }) => reject(new Error(`closed: ${reason}`));
  socket.onmessage = async ({ data }) => {
    const frame = decodeFrame(new Uint8Array(data as ArrayBuffer));
    if (!frame.ok) return reject(new Error(frame.refusal.detail));
    const { value } = frame;
    if (value.type === "challenge") await greet(value.nonce);
    else if (value.type === "ack") gateway.acked = value.seq;
    else if (value.type === "ping") socket.send(encodeFrame({ type: "pong", nowMs: Date.now() }));
    // Nothing of its devices waits to be sealed.
    else if (value.type === "flush") socket.send(encodeFrame({ type: "flushed", id: value.id, seq: 0 }));
    else if (value.type === "refuse") reject(new Error(`${value.code}: ${value.detail}`));
    else if (value.type === "welcome") {
      gateways.push(gateway);
      resolve();
    }
  };
  return promise;
}

function openPlain(): Promise<void> {
  const socket = new WebSocket(url);
  plain.push(socket);
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error("a bare WebSocket was not taken"));
  });
}

async function eachAtOnce<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (let first = 0; first < items.length; first += AT_ONCE) {
    await Promise.all(items.slice(first, first + AT_ONCE).map(run));
  }
}

/** Each gateway says something now and then, as real ones do, or the cloud takes it for dead. */
setInterval(() => {
  for (const { socket } of gateways) socket.send(encodeFrame({ type: "ping", nowMs: Date.now() }));
}, 15_000);

async function load(perSecond: number, seconds: number, devices: number): Promise<void> {
  const startMs = performance.now();
  const endMs = startMs + seconds * 1_000;
  const before = gateways.reduce((sum, { acked }) => sum + acked, 0);
  let sent = 0;
  while (performance.now() < endMs) {
    const due = Math.floor(((performance.now() - startMs) / 1_000) * perSecond);
    for (; sent < due; sent += 1) {
      const gateway = gateways[sent % gateways.length]!;
      const nowMs = Date.now();
      const connectivity = gateway.seq % 2 === 0 ? "offline" : "online";
      const device = devices === 0 ? "till-1" : `device-${Math.floor(gateway.seq / 2) % devices}`;
      const entry = toEntry({ kind: "device.connectivity", device, connectivity, sinceMs: nowMs }, nowMs);
      const after = gateway.seq;
      gateway.seq += 1;
      const entries = [{ ...entry, seq: gateway.seq }];
      gateway.socket.send(
        encodeFrame({ type: "entries", stream: "urgent", after, head: gateway.seq, entries }),
      );
    }
    await Bun.sleep(1);
  }
  await Bun.sleep(1_000);
  say({ sent, acknowledged: gateways.reduce((sum, { acked }) => sum + acked, 0) - before });
}

for await (const line of console) {
  const order = JSON.parse(line) as {
    connect?: [string, string][];
    key?: string;
    plain?: number;
    load?: number;
    seconds?: number;
    devices?: number;
  };
  if (order.key !== undefined) {
    key = await crypto.subtle.importKey("pkcs8", Uint8Array.fromBase64(order.key), "Ed25519", false, [
      "sign",
    ]);
  }
  if (order.connect !== undefined) {
    await eachAtOnce(order.connect, ([id, epoch]) => connect(id, epoch));
    say({ connected: gateways.length });
  } else if (order.plain !== undefined) {
    await eachAtOnce(Array.from({ length: order.plain }), openPlain);
    say({ connected: plain.length });
  } else if (order.load !== undefined) await load(order.load, order.seconds ?? 1, order.devices ?? 0);
  else say({ open: gateways.filter(({ socket }) => socket.readyState === WebSocket.OPEN).length });
}
