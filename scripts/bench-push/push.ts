import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alone, type BenchRow } from "../bench-chunks/bench-row.ts";
import { cpuSeconds } from "../benchmarks/process-meter.ts";
import { Cloud, freePort, Gateway, until } from "../e2e/stack.ts";
import { type Doubles, startDoubles } from "./doubles.ts";
import { benchReceipts } from "./receipts.ts";

export interface PushCounts {
  webPush: number;
  apns: number;
  broker: number;
  devices: number;
  receipts: number;
}

const MESSAGE = { title: "Cold room 2 is open", body: "Since 12:04, at 9.5 °C", timeToLiveSeconds: 60 };
/** About what MESSAGE comes to on the wire. */
const PAYLOAD = JSON.stringify({ id: crypto.randomUUID(), ...MESSAGE, aps: { alert: MESSAGE } });
const CHECK_EVERY = 500;
const SUBSCRIPTIONS = 200;
const WARM_UP = 1_000;

/**
 * A running cloud is sent recipients by `POST /api/v1/push/send-bulk` and hands each its message; the platforms are doubles in
 * another process, the broker is mosquitto. Beside it the bare library, in a process of its own, against the same double,
 * with as many messages under way.
 */
export async function benchPush(say: (line: string) => void, counts: PushCounts): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), "homepot-bench-push-"));
  try {
    using doubles = await startDoubles(CHECK_EVERY);
    using mosquitto = await startMosquitto(directory);
    const authority = join(directory, "authority.pem");
    writeFileSync(authority, doubles.authority);
    await using cloud = await Cloud.start([
      ...["--outbound-allowed", [doubles.webPush, mosquitto.url].join(",")],
      ...["--outbound-authority", authority, "--push-apns-url", doubles.apns.url, "--log-level", "warning"],
    ]);
    await setCredentials(cloud, doubles, mosquitto.url);
    const bare = (what: string, order: object) => runBare(directory, what, { ...order, payload: PAYLOAD });
    const { publicKey } = await cloud.api<{ publicKey: string }>("/push/vapid-public-key");
    const addresses = await doubles.subscribe(publicKey, SUBSCRIPTIONS);
    const rows: BenchRow[] = [];
    const compare = async (
      name: string,
      count: number,
      target: string,
      own: Recipient,
      peer: () => Promise<number>,
    ) => {
      say(`${name}: ${count.toLocaleString("en")} messages`);
      await sendBulk(cloud, WARM_UP, own);
      const { perSecond, grewMb, cpuUs } = await sendBulk(cloud, count, own);
      const peerValue = await peer();
      const library = name === "Web Push" ? "web-push" : name === "APNs" ? "node-apn" : "mqtt.js";
      rows.push({
        ...{
          name: `push: ${name} handed over`,
          value: round(perSecond),
          unit: "1/s",
          peer: `bare ${library}`,
        },
        ...{ peerValue: round(peerValue), ratio: round(perSecond / peerValue), target },
      });
      rows.push(alone(`push: ${name}, the cloud grew by`, round(grewMb), "MB"));
      rows.push(alone(`push: ${name}, processor of the cloud a message`, round(cpuUs), "µs"));
    };
    const { authority: pem } = doubles;
    await compare(
      "Web Push",
      counts.webPush,
      "4,000/s, 0.8 of it",
      (index) => ({ address: addresses[index % SUBSCRIPTIONS] }),
      () => bare("web-push", { count: counts.webPush, authority: pem, addresses }),
    );
    await compare("APNs", counts.apns, "10,000/s, 0.8 of it", apnsRecipient, () =>
      bare("apns", { count: counts.apns, authority: pem, ...doubles.apns }),
    );
    await compare(
      "MQTT broker",
      counts.broker,
      "0.8 of it",
      () => ({ address: { platform: "mqtt", topic: "bench/signs" } }),
      () => bare("mqtt", { count: counts.broker, url: mosquitto.url }),
    );
    say(`devices of a site: ${counts.devices.toLocaleString("en")} messages`);
    const device = await deviceOf(cloud);
    const toDevice: Recipient = () => ({ address: { platform: "mqtt", device } });
    await sendBulk(cloud, WARM_UP, toDevice);
    const { perSecond, cpuUs } = await sendBulk(cloud, counts.devices, toDevice);
    rows.push(alone("push: gateway's log, processor of the cloud a message", round(cpuUs), "µs"));
    rows.push({
      ...{
        name: "push: into a gateway's log, durable",
        value: round(perSecond),
        unit: "1/s",
        peer: "target",
      },
      ...{ peerValue: 20_000, ratio: round(perSecond / 20_000), target: "20,000/s" },
    });
    say(`notifications and receipts: ${counts.receipts.toLocaleString("en")} deliveries`);
    rows.push(...(await benchReceipts(directory, counts.receipts)));
    return rows;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

type Recipient = (index: number) => object;
const apnsRecipient: Recipient = (index) => ({
  address: { platform: "apns", token: index.toString(16).padStart(64, "0") },
});

/** Throws when one was not taken. */
async function sendBulk(
  cloud: Cloud,
  count: number,
  recipient: Recipient,
): Promise<{ perSecond: number; grewMb: number; cpuUs: number }> {
  const encoder = new TextEncoder();
  let index = -1;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (index < 0) controller.enqueue(encoder.encode(`${JSON.stringify({ message: MESSAGE })}\n`));
      index = Math.max(index, 0);
      const lines = Array.from({ length: Math.min(200, count - index) }, (_, offset) =>
        JSON.stringify(recipient(index + offset)),
      );
      index += lines.length;
      if (lines.length > 0) controller.enqueue(encoder.encode(`${lines.join("\n")}\n`));
      if (index >= count) controller.close();
    },
  });
  const before = residentMb(cloud.program.pid);
  const busy = cpuSeconds(cloud.program.pid);
  const beganMs = performance.now();
  const answer = await fetch(`${cloud.url}/api/v1/push/send-bulk`, {
    method: "POST",
    headers: { authorization: `Bearer ${cloud.token}`, "content-type": "application/x-ndjson" },
    body,
  });
  if (!answer.ok || answer.body === null) throw new Error(`${answer.status} ${await answer.text()}`);
  let last = "";
  const decoder = new TextDecoder();
  for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
    last = (last + decoder.decode(piece, { stream: true })).split("\n").slice(-2).join("\n");
  }
  const tookMs = performance.now() - beganMs;
  const { sums } = JSON.parse(last.trim().split("\n").at(-1)!) as { sums: Record<string, number> };
  if (sums.sent !== count) throw new Error(`not all were sent: ${JSON.stringify(sums)}`);
  const cpuUs = ((cpuSeconds(cloud.program.pid) - busy) / count) * 1_000_000;
  return { perSecond: (count / tookMs) * 1_000, grewMb: residentMb(cloud.program.pid) - before, cpuUs };
}

async function runBare(directory: string, what: string, order: object): Promise<number> {
  const file = join(directory, `${what}.json`);
  writeFileSync(file, JSON.stringify(order));
  const child = Bun.spawn([process.execPath, "scripts/bench-push/bare.ts", what, file], {
    stdout: "pipe",
    stderr: "ignore",
  });
  const rate = Number(await new Response(child.stdout).text());
  if ((await child.exited) !== 0 || Number.isNaN(rate)) throw new Error(`bare ${what} failed`);
  return rate;
}

async function setCredentials(
  cloud: Cloud,
  { apns: { url: _, ...apns } }: Doubles,
  broker: string,
): Promise<void> {
  for (const [platform, credentials] of Object.entries({ apns, mqtt: { url: broker } })) {
    await cloud.api(`/push/platforms/${platform}/credentials`, {
      method: "PUT",
      body: JSON.stringify({ credentials }),
    });
  }
}

async function deviceOf(cloud: Cloud): Promise<string> {
  const gateway = await Gateway.start(cloud, "Bench");
  await gateway.addDevice("sign");
  const id = await until("the device in the cloud", async () => {
    const { items } = await cloud.api<{ items: { id: string }[] }>("/devices?q=sign");
    return items[0]?.id;
  });
  // It is away while messages are sent: they wait for it.
  await gateway[Symbol.asyncDispose]();
  return id;
}

async function startMosquitto(directory: string): Promise<Disposable & { url: string }> {
  const port = await freePort();
  const config = join(directory, "mosquitto.conf");
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\n`,
  );
  const child = Bun.spawn(["mosquitto", "-c", config], {
    ...{ stdout: "ignore", stderr: "ignore" },
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  await until("mosquitto", async () => {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
    socket.end();
    return true;
  });
  return { url: `mqtt://127.0.0.1:${port}`, [Symbol.dispose]: () => child.kill() };
}

function residentMb(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib) / 1_000;
}

const round = (value: number) => Number(value.toPrecision(3));
