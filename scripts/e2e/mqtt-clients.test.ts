import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type DeviceCredential, Gateway, until } from "./stack.ts";

/** Clients of other makes, as Debian ships them, against a real gateway: Mosquitto's and those of Paho's C library. */

let gateway: Gateway;
let credential: DeviceCredential;
const TELEMETRY = "homepot/pump-1/telemetry";
const STATE = "homepot/pump-1/state";
const STATUS = "homepot/pump-1/status";
const REPORTED = "homepot/pump-1/config/reported";
const ANSWER = '{"version":1,"config":{"answer":42}}';

beforeAll(async () => {
  gateway = await Gateway.create();
  await gateway.run();
  credential = await gateway.addDevice("pump-1");
}, 60_000);

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
});

interface Running {
  said(): string;
  exited: Promise<number>;
  kill(signal?: NodeJS.Signals): void;
}

/** Starts a client of the device's, with what every one of them understands. */
function start(program: string, ...args: string[]): Running {
  const { username, password } = credential;
  const common = ["-h", "127.0.0.1", "-p", String(gateway.port), "-u", username, "-P", password];
  const child = Bun.spawn([program, ...args, ...common], {
    stdout: "pipe",
    stderr: "pipe",
    stdin: "ignore",
    timeout: 20_000,
    killSignal: "SIGKILL",
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    const gather = async (): Promise<void> => {
      const decoder = new TextDecoder();
      for await (const bytes of stream) said += decoder.decode(bytes, { stream: true });
    };
    gather().catch(() => undefined);
  }
  return { said: () => said, exited: child.exited, kill: (signal) => child.kill(signal ?? "SIGTERM") };
}

const run = async (program: string, ...args: string[]): Promise<{ code: number; said: string }> => {
  const client = start(program, ...args);
  const code = await client.exited;
  return { code, said: client.said() };
};

/** Publishes until the subscriber has it: when a subscription is in force its client does not tell. */
async function publishUntilHeard(publish: () => Promise<unknown>, subscriber: Running, text: string) {
  await until(`the subscriber to hear ${text}`, async () => {
    await publish();
    return subscriber.said().includes(text);
  });
}

describe("mosquitto's clients", () => {
  test.each(["0", "1", "2"])("publish and subscribe with QoS %s", async (qos) => {
    const subscriber = start("mosquitto_sub", "-q", qos, "-t", TELEMETRY, "-i", `sub-${qos}`);
    const message = `{"qos":${qos}}`;
    const publish = () => run("mosquitto_pub", "-q", qos, "-t", TELEMETRY, "-m", message);
    await publishUntilHeard(publish, subscriber, message);
    subscriber.kill();
  });

  test("are brought what is retained, and what came while they were away", async () => {
    expect((await run("mosquitto_pub", "-r", "-q", "1", "-t", STATE, "-m", '{"model":"P40"}')).code).toBe(0);
    const retained = await run("mosquitto_sub", "-q", "1", "-t", STATE, "-C", "1", "-W", "5");
    expect(retained).toEqual({ code: 0, said: '{"model":"P40"}\n' });
    const durable = ["-c", "-i", "durable", "-q", "1", "-t", TELEMETRY];
    await run("mosquitto_sub", ...durable, "-E");
    for (const n of [1, 2, 3]) await run("mosquitto_pub", "-q", "1", "-t", TELEMETRY, "-m", `{"n":${n}}`);
    const queued = await run("mosquitto_sub", ...durable, "-C", "3", "-W", "5");
    expect(queued).toEqual({ code: 0, said: '{"n":1}\n{"n":2}\n{"n":3}\n' });
  });

  test("leave their last will behind when they are killed", async () => {
    const watcher = start("mosquitto_sub", "-q", "1", "-t", STATUS, "-i", "watcher", "-v");
    const will = ["--will-topic", STATUS, "--will-payload", "offline", "--will-qos", "1"];
    const doomed = start("mosquitto_sub", "-t", TELEMETRY, "-i", "doomed", ...will);
    await publishUntilHeard(
      () => run("mosquitto_pub", "-t", TELEMETRY, "-m", '{"will":1}'),
      doomed,
      '{"will":1}',
    );
    await publishUntilHeard(() => run("mosquitto_pub", "-t", STATUS, "-m", "online"), watcher, "online");
    doomed.kill("SIGKILL");
    await until("the will", () => watcher.said().includes("offline"));
    watcher.kill();
  });

  test("mosquitto_rr gets the answer to its request", async () => {
    const answerer = start("mosquitto_sub", "-q", "1", "-t", TELEMETRY, "-i", "answerer");
    await publishUntilHeard(
      () => run("mosquitto_pub", "-t", TELEMETRY, "-m", '{"ready":1}'),
      answerer,
      "ready",
    );
    const asked = start(
      "mosquitto_rr",
      "-V",
      "311",
      "-q",
      "1",
      "-R",
      "-t",
      TELEMETRY,
      "-e",
      REPORTED,
      "-m",
      '{"ask":1}',
      "-W",
      "10",
    );
    await until("the request", () => answerer.said().includes('{"ask":1}'));
    await run("mosquitto_pub", "-q", "1", "-t", REPORTED, "-m", ANSWER);
    expect([await asked.exited, asked.said()]).toEqual([0, `${ANSWER}\n`]);
    answerer.kill();
  });

  test("that ask for MQTT 5 are told that it is not spoken", async () => {
    const refused = await run("mosquitto_pub", "-V", "5", "-t", TELEMETRY, "-m", "{}");
    expect(refused.code).not.toBe(0);
    expect(refused.said).toContain("Unsupported Protocol Version");
  });
});

describe("the examples of Paho's C library", () => {
  test.each(["0", "1", "2"])("publish and subscribe with QoS %s", async (qos) => {
    const subscriber = start("paho_c_sub", "-q", qos, "-t", TELEMETRY, "-i", `paho-sub-${qos}`);
    const message = `{"paho":${qos}}`;
    const publish = () =>
      run("paho_c_pub", "-q", qos, "-t", TELEMETRY, "-m", message, "-i", `paho-pub-${qos}`);
    await publishUntilHeard(publish, subscriber, message);
    subscriber.kill("SIGINT");
  });

  test("the synchronous ones too", async () => {
    const subscriber = start("paho_cs_sub", "-q", "1", "-t", TELEMETRY, "-i", "paho-cs-sub");
    const publish = () =>
      run("paho_cs_pub", "-q", "2", "-t", TELEMETRY, "-m", '{"cs":1}', "-i", "paho-cs-pub");
    await publishUntilHeard(publish, subscriber, '{"cs":1}');
    subscriber.kill("SIGINT");
  });

  test("retain, and leave a last will behind", async () => {
    const published = await run(
      "paho_c_pub",
      "-q",
      "1",
      "-r",
      "-t",
      STATE,
      "-m",
      '{"model":"C"}',
      "-i",
      "paho-retain",
    );
    expect(published.code).toBe(0);
    const watcher = start("paho_c_sub", "-q", "1", "-t", "homepot/pump-1/+", "-i", "paho-watcher");
    await until("what is retained", () => watcher.said().includes('{"model":"C"}'));
    const will = ["--will-topic", STATUS, "--will-payload", "offline", "--will-qos", "1"];
    const doomed = start("paho_c_sub", "-t", TELEMETRY, "-i", "paho-doomed", ...will);
    await publishUntilHeard(
      () => run("mosquitto_pub", "-t", TELEMETRY, "-m", '{"will":2}'),
      doomed,
      '{"will":2}',
    );
    doomed.kill("SIGKILL");
    await until("the will", () => watcher.said().includes("offline"));
    watcher.kill("SIGINT");
  });
});
