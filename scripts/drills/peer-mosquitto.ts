import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { LedgerDevice } from "../e2e/ledger.ts";
import { freePort, until } from "../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";

const TOPIC = "homepot/ledger-1/telemetry";
/** The queue is delivered when nothing has come for so long. */
const QUIET_MS = 500;

/**
 * The same question put to Debian's mosquitto, with its persistence on and everything else as it comes: of what it has
 * acknowledged for a subscriber with a durable session, how much is there after SIGKILL? Figures, no verdict of ours.
 */
async function run(task: DrillTask): Promise<Findings> {
  const random = seededRandom(task.seed);
  const home = mkdtempSync(join(tmpdir(), "homepot-mosquitto-"));
  try {
    const killed = { acknowledged: 0, missing: 0 };
    for (let round = 1; round <= task.rounds; round += 1) {
      const { acknowledged, missing } = await endUnderLoad(home, "SIGKILL", 200 + random.next() * 800);
      killed.acknowledged += acknowledged;
      killed.missing += missing;
      task.say(`round ${round}/${task.rounds}: ${missing} of ${acknowledged} acknowledged messages are gone`);
    }
    // Stopped as it likes to be it keeps them: that they are gone is not of our making.
    const stopped = await endUnderLoad(home, "SIGTERM", 500);
    return {
      figures: { kills: task.rounds, ...killed, "missing after a proper stop": stopped.missing },
      faults:
        stopped.missing === 0 ? [] : ["it also lost messages when stopped properly: no fair comparison"],
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Loads a new mosquitto for so long, ends it, starts it again, and compares what it delivers with the ledger. */
async function endUnderLoad(
  home: string,
  signal: "SIGKILL" | "SIGTERM",
  afterMs: number,
): Promise<{ acknowledged: number; missing: number }> {
  const port = await freePort();
  const data = mkdtempSync(join(home, "round-"));
  const file = join(data, "mosquitto.conf");
  const lines = [
    `listener ${port} 127.0.0.1`,
    "allow_anonymous true",
    "user root",
    "persistence true",
    `persistence_location ${data}/`,
    "max_queued_messages 0",
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  let broker = await startMosquitto(file, port);
  await (await subscriber(port, () => undefined)).endAsync();
  await using device = new LedgerDevice(port, { device: "ledger-1", username: "any", password: "any" });
  device.start(8);
  await until("the first acknowledgement", () => device.acknowledged.size > 0);
  await Bun.sleep(afterMs);
  broker.kill(signal);
  await broker.exited;
  await device.stop();

  broker = await startMosquitto(file, port);
  const kept = new Set<number>();
  let heardMs = performance.now();
  const reader = await subscriber(port, (number) => {
    kept.add(number);
    heardMs = performance.now();
  });
  await until("the queue to be delivered", () => performance.now() - heardMs > QUIET_MS);
  await reader.endAsync();
  broker.kill("SIGKILL");
  await broker.exited;
  const missing = [...device.acknowledged].filter((number) => !kept.has(number)).length;
  return { acknowledged: device.acknowledged.size, missing };
}

async function startMosquitto(file: string, port: number): Promise<Bun.Subprocess> {
  const broker = Bun.spawn(["mosquitto", "-c", file], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  await until("mosquitto to take connections", async () => {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
    socket.end();
    return true;
  });
  return broker;
}

/** A durable subscriber, whose messages mosquitto must keep while it is away. */
async function subscriber(port: number, heard: (number: number) => void): Promise<mqtt.MqttClient> {
  const client = mqtt.connect({
    host: "127.0.0.1",
    port,
    clientId: "reader",
    clean: false,
    reconnectPeriod: 0,
  });
  client.on("message", (_topic, payload) =>
    heard(Number((JSON.parse(payload.toString()) as { n: number }).n)),
  );
  await until("the subscriber to be connected", () => client.connected);
  await client.subscribeAsync(TOPIC, { qos: 1 });
  return client;
}

export const peerMosquitto: Drill = {
  name: "peer-mosquitto",
  about: "for comparison: what mosquitto keeps of what it acknowledged when it is killed; no verdict",
  rounds: 5,
  shortRounds: 0,
  tools: ["mosquitto"],
  run,
};
