import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alone, type BenchRow } from "../bench-chunks/bench-row.ts";
import { type Cloud, Gateway, until } from "../e2e/stack.ts";
import { benchNotifications } from "./notifications.ts";
import { benchReceipts } from "./receipts.ts";
import { MESSAGE, type Recipient, sendBulk, startStage } from "./stage.ts";

export interface PushCounts {
  webPush: number;
  apns: number;
  broker: number;
  devices: number;
  receipts: number;
}

/** About what MESSAGE comes to on the wire. */
const PAYLOAD = JSON.stringify({ id: crypto.randomUUID(), ...MESSAGE, aps: { alert: MESSAGE } });
/** So many are sent before it is measured, by either side: neither is a program that has just been started. */
const warmUpOf = (count: number) => Math.ceil(count / 2);

/**
 * A running cloud is sent recipients by `POST /api/v1/push/send-bulk` and hands each its message; the platforms are doubles in
 * another process, the broker is mosquitto. Beside it the bare library, in a process of its own, against the same double,
 * with as many messages under way; to the broker also one that writes each message down before it is published and after it is
 * acknowledged, as deliveries are.
 */
export async function benchPush(say: (line: string) => void, counts: PushCounts): Promise<BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), "homepot-bench-push-"));
  try {
    await using stage = await startStage(directory);
    const { cloud, doubles, mosquitto, addresses, recipients } = stage;
    const bare = (what: string, order: { count: number; [detail: string]: unknown }) =>
      runBare(directory, what, { ...order, warmUp: warmUpOf(order.count), payload: PAYLOAD });
    const rows: BenchRow[] = [];
    const compare = async (
      name: string,
      count: number,
      target: string,
      own: Recipient,
      peers: Record<string, () => Promise<number>>,
    ) => {
      say(`${name}: ${count.toLocaleString("en")} messages`);
      await sendBulk(cloud, warmUpOf(count), own);
      const { perSecond, grewMb, cpuUs } = await sendBulk(cloud, count, own);
      for (const [peer, rate] of Object.entries(peers)) {
        const peerValue = await rate();
        rows.push({
          ...{ name: `push: ${name} handed over`, value: round(perSecond), unit: "1/s", peer },
          ...{ peerValue: round(peerValue), ratio: round(perSecond / peerValue), target },
        });
      }
      rows.push(alone(`push: ${name}, the cloud grew by`, round(grewMb), "MB"));
      rows.push(alone(`push: ${name}, processor of the cloud a message`, round(cpuUs), "µs"));
    };
    const { authority: pem } = doubles;
    await compare("Web Push", counts.webPush, "4,000/s, 0.8 of it", recipients.webPush, {
      "bare web-push": () => bare("web-push", { count: counts.webPush, authority: pem, addresses }),
    });
    await compare("APNs", counts.apns, "10,000/s, 0.8 of it", recipients.apns, {
      "bare node-apn": () => bare("apns", { count: counts.apns, authority: pem, ...doubles.apns }),
    });
    for (const qos of [2, 1] as const) {
      await stage.setBroker(qos);
      const broker = { count: counts.broker, url: mosquitto.url, qos };
      await compare(`MQTT broker, QoS ${qos},`, counts.broker, "20,000/s, 0.8 of it", recipients.broker, {
        "mqtt.js, each kept before and after": () => bare("mqtt-kept", { ...broker, directory }),
        "bare mqtt.js, which keeps nothing": () => bare("mqtt", broker),
      });
    }
    say(`devices of a site: ${counts.devices.toLocaleString("en")} messages`);
    const device = await deviceOf(cloud);
    const toDevice: Recipient = () => ({ address: { platform: "mqtt", device } });
    await sendBulk(cloud, warmUpOf(counts.devices), toDevice);
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
    rows.push(await benchNotifications(stage, counts.receipts));
    rows.push(await benchReceipts(directory, counts.receipts));
    return rows;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
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

const round = (value: number) => Number(value.toPrecision(3));
