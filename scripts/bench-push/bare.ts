import { Database } from "bun:sqlite";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Notification, Provider } from "apn";
import mqtt from "mqtt";
import { generateRequestDetails, generateVAPIDKeys } from "web-push";

/**
 * `bun scripts/bench-push/bare.ts WHAT FILE`: the bare library sends as many messages as the file says, as many at once
 * as the cloud does. Prints how many a second.
 */
interface Order {
  count: number;
  /** So many are sent before it is measured: by then what runs often is compiled. */
  warmUp: number;
  authority: string;
  payload: string;
  url: string;
  key: string;
  keyId: string;
  teamId: string;
  topic: string;
  qos: 1 | 2;
  addresses: { endpoint: string; keys: { p256dh: string; auth: string } }[];
  directory: string;
}

const AT_ONCE = 256;
/** As many as the API takes up at once. */
const KEPT_AT_ONCE = 1_024;

async function many(
  { count, warmUp }: Order,
  send: (index: number) => Promise<unknown>,
  atOnce = AT_ONCE,
): Promise<number> {
  const run = async (from: number, to: number): Promise<void> => {
    let next = from;
    const work = async (): Promise<void> => {
      while (next < to) {
        next += 1;
        await send(next - 1);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  };
  await run(0, warmUp);
  const beganMs = performance.now();
  await run(0, count);
  return (count / (performance.now() - beganMs)) * 1_000;
}

async function sendWebPush(order: Order): Promise<number> {
  const { authority, payload, addresses } = order;
  const keys = generateVAPIDKeys();
  const vapidDetails = { subject: "mailto:bench@homepot.example", ...keys };
  return many(order, async (index) => {
    const address = addresses[index % addresses.length]!;
    const details = generateRequestDetails(address, payload, { vapidDetails, TTL: 60 });
    const answer = await fetch(details.endpoint, {
      method: "POST",
      headers: details.headers as Record<string, string>,
      body: new Uint8Array(details.body),
      tls: { ca: authority },
    });
    await answer.arrayBuffer();
    // Now and then the double looks: it knows subscriptions of the cloud's key only.
    if (answer.status !== 201 && answer.status !== 403) throw new Error(`${answer.status}`);
  });
}

async function sendApns(order: Order): Promise<number> {
  const { authority, payload, url, key, keyId, teamId, topic } = order;
  const { hostname, port } = new URL(url);
  const provider = new Provider({
    token: { key, keyId, teamId },
    ...{
      address: hostname,
      port: Number(port),
      ca: [authority],
      // Without it the runtime ends the connection after some 4,000 messages.
      ...({ maxSessionInvalidFrames: 2 ** 31 - 1 } as object),
    },
  });
  const rate = await many(order, async (index) => {
    const notification = new Notification();
    notification.rawPayload = JSON.parse(payload) as object;
    notification.topic = topic;
    notification.pushType = "alert";
    notification.expiry = Math.floor(Date.now() / 1_000) + 60;
    const { failed } = await provider.send(notification, index.toString(16).padStart(64, "0"));
    if (failed.length > 0) throw new Error(JSON.stringify(failed));
  });
  await provider.shutdown();
  return rate;
}

async function sendMqtt(order: Order): Promise<number> {
  const { payload, url, qos } = order;
  const client = await mqtt.connectAsync(url, { protocolVersion: 5 });
  const rate = await many(order, () => client.publishAsync("bench/signs", payload, { qos }));
  client.end(true);
  return rate;
}

/** Each is on the disk before it is published, and what came of it after: as few statements as that takes, many a commit. */
async function sendMqttKept(order: Order): Promise<number> {
  const { payload, url, directory, qos } = order;
  const client = await mqtt.connectAsync(url, { protocolVersion: 5 });
  const database = new Database(join(directory, `kept-${qos}.db`), { create: true, strict: true });
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL"]) database.run(`PRAGMA ${pragma}`);
  database.run(
    "CREATE TABLE kept (id TEXT PRIMARY KEY, topic TEXT, payload TEXT, state TEXT, at_ms INTEGER)",
  );
  const add = database.prepare("INSERT INTO kept VALUES (?, ?, ?, 'queued', ?)");
  const change = database.prepare("UPDATE kept SET state = 'sent', at_ms = ? WHERE id = ?");
  let waiting: { run: () => void; resolve: () => void }[] = [];
  const commit = (): void => {
    const some = waiting;
    waiting = [];
    database.transaction(() => {
      for (const { run } of some) run();
    })();
    for (const { resolve } of some) resolve();
  };
  const keep = (run: () => void): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ run, resolve });
      if (waiting.length === 1) setImmediate(commit);
    });
  const rate = await many(
    order,
    async () => {
      const id = crypto.randomUUID();
      await keep(() => add.run(id, "bench/signs", payload, Date.now()));
      await client.publishAsync("bench/signs", payload, { qos });
      await keep(() => change.run(Date.now(), id));
    },
    KEPT_AT_ONCE,
  );
  client.end(true);
  return rate;
}

const [, , what = "", file = ""] = process.argv;
const order = JSON.parse(readFileSync(file, "utf8")) as Order;
const send = { "web-push": sendWebPush, apns: sendApns, mqtt: sendMqtt, "mqtt-kept": sendMqttKept }[what];
if (send === undefined) throw new Error(`no library for ${what}`);
process.stdout.write(`${await send(order)}\n`);
process.exit(0);
