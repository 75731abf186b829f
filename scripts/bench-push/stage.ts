import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Notification, NotificationDetail } from "../../protocol/notifications/notification.ts";
import { cpuSeconds } from "../benchmarks/process-meter.ts";
import { Cloud, freePort, until } from "../e2e/stack.ts";
import { type Doubles, startDoubles } from "./doubles.ts";

/** A cloud, the doubles of its platforms, a broker, and recipients that are sent to it as a stream. */

export const MESSAGE = {
  ...{ title: "Cold room 2 is open", body: "Since 12:04, at 9.5 °C", timeToLiveSeconds: 3_600 },
};
const CHECK_EVERY = 500;
const SUBSCRIPTIONS = 200;
/** For so long what was left to its turn is waited for. */
const TURN_LIMIT_MS = 300_000;

export type Recipient = (index: number) => object;

/** Recipients on each platform. */
export interface Recipients {
  webPush: Recipient;
  apns: Recipient;
  broker: Recipient;
}

export interface Stage extends AsyncDisposable {
  cloud: Cloud;
  doubles: Doubles;
  mosquitto: { url: string };
  /** Of browsers, with the keys of the cloud. */
  addresses: Awaited<ReturnType<Doubles["subscribe"]>>;
  recipients: Recipients;
  /** How messages go to the broker from now on. */
  setBroker(qos: 1 | 2): Promise<void>;
}

export async function startStage(directory: string): Promise<Stage> {
  const stack = new AsyncDisposableStack();
  try {
    const doubles = stack.use(await startDoubles(CHECK_EVERY));
    const mosquitto = stack.use(await startMosquitto(directory));
    const authority = join(directory, "authority.pem");
    writeFileSync(authority, doubles.authority);
    const cloud = stack.use(
      await Cloud.start([
        ...["--outbound-allowed", [doubles.webPush, mosquitto.url].join(",")],
        ...["--outbound-authority", authority, "--push-apns-url", doubles.apns.url, "--log-level", "warning"],
      ]),
    );
    const { url: _, ...apns } = doubles.apns;
    await setCredentials(cloud, "apns", apns);
    const setBroker = (qos: 1 | 2) => setCredentials(cloud, "mqtt", { url: mosquitto.url, qos: String(qos) });
    await setBroker(2);
    const { publicKey } = await cloud.api<{ publicKey: string }>("/push/vapid-public-key");
    const addresses = await doubles.subscribe(publicKey, SUBSCRIPTIONS);
    const recipients: Recipients = {
      webPush: (index) => ({ address: addresses[index % SUBSCRIPTIONS] }),
      apns: (index) => ({ address: { platform: "apns", token: index.toString(16).padStart(64, "0") } }),
      broker: () => ({ address: { platform: "mqtt", topic: "bench/signs" } }),
    };
    const whole = stack.move();
    const end = () => whole.disposeAsync();
    return { cloud, doubles, mosquitto, addresses, recipients, setBroker, [Symbol.asyncDispose]: end };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

export interface Sent {
  /** Of all, when some were left to their turn. */
  perSecond: number;
  /** Those that the API left to the engine because their platform did not keep up, and that were sent by it. */
  leftToTurn: number;
  /** MB, 10^6 bytes. */
  grewMb: number;
  /** Of the cloud, a message. */
  cpuUs: number;
}

/**
 * One request, until all of its messages are sent. `heard`: how many are answered so far. Throws when one was refused, or
 * is not sent in the end.
 */
export async function sendBulk(
  cloud: Cloud,
  count: number,
  recipient: Recipient,
  heard: (answers: number) => void = () => undefined,
): Promise<Sent> {
  const before = residentMb(cloud.program.pid);
  const busy = cpuSeconds(cloud.program.pid);
  const beganMs = performance.now();
  const answer = await fetch(`${cloud.url}/api/v1/push/send-bulk`, {
    method: "POST",
    headers: { authorization: `Bearer ${cloud.token}`, "content-type": "application/x-ndjson" },
    body: linesOf(count, recipient),
  });
  if (!answer.ok || answer.body === null) throw new Error(`${answer.status} ${await answer.text()}`);
  let last = "";
  let sum = "";
  let answers = 0;
  const decoder = new TextDecoder();
  for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (last + decoder.decode(piece, { stream: true })).split("\n");
    last = lines.pop() ?? "";
    answers += lines.length;
    // The one behind the last answer is the sum.
    sum = lines.at(-1) ?? sum;
    heard(Math.min(answers, count));
  }
  const { sums } = JSON.parse(sum) as { sums: Record<string, number> };
  const { sent = 0, retryable = 0 } = sums;
  if (sent + retryable !== count) throw new Error(`not all were taken: ${JSON.stringify(sums)}`);
  if (retryable > 0) await untilAllSent(cloud, count);
  const tookMs = performance.now() - beganMs;
  const cpuUs = ((cpuSeconds(cloud.program.pid) - busy) / count) * 1_000_000;
  const perSecond = (count / tookMs) * 1_000;
  const grewMb = residentMb(cloud.program.pid) - before;
  return { perSecond, leftToTurn: retryable, grewMb, cpuUs };
}

/** What a platform does not take at once waits for its turn, as any delivery does. */
async function untilAllSent(cloud: Cloud, count: number): Promise<void> {
  const { items } = await cloud.api<{ items: Notification[] }>("/notifications?limit=1&sort=-createdAt");
  const newest = `/notifications/${items[0]?.id}`;
  const isDone = async () => (await cloud.api<Notification>(newest)).status === "done";
  await until("all to be handed over", isDone, TURN_LIMIT_MS);
  const { counts } = await cloud.api<NotificationDetail>(newest);
  if (counts.sent !== count) throw new Error(`not all were sent: ${JSON.stringify(counts)}`);
}

function linesOf(count: number, recipient: Recipient): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let index = -1;
  return new ReadableStream<Uint8Array>({
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
}

/** MB, 10^6 bytes. */
export function residentMb(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kib) * 1_024) / 1_000_000;
}

async function setCredentials(cloud: Cloud, platform: string, credentials: object): Promise<void> {
  await cloud.api(`/push/platforms/${platform}/credentials`, {
    method: "PUT",
    body: JSON.stringify({ credentials }),
  });
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
