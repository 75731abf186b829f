import { describe, expect, test } from "bun:test";
import { accept, refuse } from "../../protocol/errors.ts";
import { FAULTS, type FaultName } from "../../protocol/simulation/fault.ts";
import { type Scenario, scenarioSchema } from "../../protocol/simulation/scenario.ts";
import { parseTelemetry } from "../../protocol/telemetry/reading.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";
import { check } from "../../protocol/validate.ts";
import { forgetfulMemories } from "./device-memory.ts";
import { Bench } from "./testing/bench.ts";

const GATEWAY = { paymentGateway: "https://pay.example", merchantId: "M-1001" };
const NOON = Date.UTC(2026, 5, 1, 12);

function scenario(fault: unknown[] = [], more: object = {}): Scenario {
  const devices = [
    { profile: "payment-terminal", "key-prefix": "till", count: 2, "interval-seconds": 2 },
    { profile: "kiosk", "key-prefix": "kiosk", count: 1, "interval-seconds": 2 },
    { profile: "energy-meter", "key-prefix": "meter", count: 1, "interval-seconds": 2 },
  ];
  const read = check(scenarioSchema, { name: "Test", seed: 3, devices, fault, ...more });
  if (!read.ok) throw new Error(read.refusal.detail);
  return read.value;
}

const benchOf = (...fault: unknown[]): Bench => new Bench(scenario(fault), { startMs: NOON });
const command = (device: string, execution = "e1") => ({ channel: "command", device, execution }) as const;
const answers = (bench: Bench, channel: "progress" | "log" | "result", device = "till-1", execution = "e1") =>
  bench.on({ channel: `command-${channel}`, device, execution });
const states = (bench: Bench, device: string) => bench.on({ channel: "state", device });

test("a run repeats byte for byte with its seed, faults, commands and all; another seed is another run", () => {
  const run = (seed: number): string => {
    const faults = FAULTS.map((what: FaultName, index) => ({
      what,
      which: index % 2 === 0 ? "till-*" : ["kiosk-1", "till-2"],
      when: `${5 + 12 * index}s`,
      until: `${35 + 12 * index}s`,
    }));
    const bench = new Bench(scenario(faults, { seed }), { startMs: NOON });
    bench.pass(20 * SECOND);
    bench.tell(command("till-1"), {
      command: "update-payment-config",
      args: { version: "2", config: GATEWAY },
    });
    bench.tell(command("kiosk-1"), { command: "collect-logs", args: { lines: 3 } });
    bench.tell({ channel: "config-desired", device: "till-2" }, { version: 1, config: GATEWAY });
    bench.tell({ channel: "notification", device: "kiosk-1" }, { id: "n1", title: "Hello" });
    bench.pass(4 * MINUTE);
    return bench.sent.join("\n");
  };
  const first = run(3);
  expect(first.length).toBeGreaterThan(50_000);
  expect(run(3)).toBe(first);
  expect(run(4)).not.toBe(first);
});

describe("a command", () => {
  test("to ping is answered with what the device is", () => {
    const bench = benchOf();
    bench.tell(command("till-1"), { command: "ping", args: {}, deadline: NOON + MINUTE });
    expect(answers(bench, "result")).toEqual([]);
    bench.pass(SECOND);
    expect(answers(bench, "result")).toEqual([
      { ok: true, output: { firmware: "7.12.0", configVersion: 0 } },
    ]);
  });

  test("that comes again is not followed again, and its result is told again", () => {
    const bench = benchOf();
    for (let time = 0; time < 3; time += 1) bench.tell(command("till-1"), { command: "restart" });
    bench.pass(20 * SECOND);
    expect(answers(bench, "result")).toEqual([expect.objectContaining({ ok: true })]);
    const opened = bench.devices.get("till-1")!.line.opened;
    expect(opened).toBe(2);
    bench.tell(command("till-1"), { command: "restart" });
    bench.pass(20 * SECOND);
    expect(answers(bench, "result")).toHaveLength(2);
    expect(bench.devices.get("till-1")!.line.opened).toBe(opened);
  });

  test("of an execution that is tried again is followed again", () => {
    const bench = benchOf();
    for (const deadline of [NOON + MINUTE, NOON + 2 * MINUTE]) {
      bench.tell(command("till-1"), { command: "ping", deadline });
      bench.pass(SECOND);
    }
    expect(answers(bench, "result")).toHaveLength(2);
  });

  test("to restart takes the device off the line, and its answer comes when it is back", () => {
    const bench = benchOf();
    bench.tell(command("till-1"), { command: "restart" });
    bench.pass(2 * SECOND);
    expect(bench.isUp("till-1")).toBe(false);
    expect(answers(bench, "progress")).toEqual([{ percent: 10, message: "restarting" }]);
    expect(answers(bench, "result")).toEqual([]);
    bench.pass(10 * SECOND);
    expect(bench.isUp("till-1")).toBe(true);
    expect(answers(bench, "result")).toEqual([expect.objectContaining({ ok: true })]);
  });

  test.each([
    ["nobody knows", { command: "dance" }, 'unknown command "dance"; known are ping, restart, '],
    ["that is no JSON", "dance", "not a JSON object"],
    ["with bad arguments", { command: "ping", args: 3 }, "args: must be a JSON object"],
    ["past its deadline", { command: "ping", deadline: NOON - 1 }, "after its deadline"],
    ["for too many lines", { command: "collect-logs", args: { lines: 0 } }, "lines: must be a whole number"],
    ["without its configuration", { command: "update-config" }, "config: must be a JSON object"],
    ["with a bad version", { command: "update-config", args: { config: {}, version: 1.5 } }, "version: must"],
    [
      "with a setting that is wrong",
      { command: "update-config", args: { config: { merchantId: "?" } } },
      "validate: merchantId: must be 3 to 40",
    ],
  ])("%s is answered with an error", (_, message, error) => {
    const bench = benchOf();
    bench.tell(command("till-1"), message);
    bench.pass(10 * SECOND);
    expect(answers(bench, "result")).toEqual([{ ok: false, error: expect.stringContaining(error) }]);
  });

  test("for logs sends as many lines", () => {
    const bench = benchOf();
    bench.tell(command("meter-1"), { command: "collect-logs", args: { lines: 4 } });
    bench.pass(2 * SECOND);
    expect(answers(bench, "log", "meter-1")).toHaveLength(4);
    expect(answers(bench, "result", "meter-1")).toEqual([{ ok: true, output: { lines: 4 } }]);
  });

  test("to add settings is done and reported", () => {
    const bench = benchOf();
    bench.tell(command("meter-1"), { command: "update-config", args: { config: { intervalSeconds: 10 } } });
    bench.pass(5 * SECOND);
    expect(answers(bench, "result", "meter-1")).toMatchObject([{ ok: true }]);
    expect(bench.on({ channel: "config-reported", device: "meter-1" })).toEqual([
      { version: 1, config: { intervalSeconds: 10 } },
    ]);
  });
});

describe("the change of a payment gateway", () => {
  const update = (args: object) => ({ command: "update-payment-config", args });

  test("is downloaded, validated, applied, checked after a restart, and confirmed", async () => {
    const asked: string[] = [];
    const json = (url: string) => {
      asked.push(url);
      return Promise.resolve(accept({ ...GATEWAY }));
    };
    const download = { json, digest: json };
    const bench = new Bench(scenario(), { startMs: NOON, download });
    bench.tell(command("till-1"), update({ version: "2026-11", url: "https://config.example/pay.json" }));
    bench.pass(3 * SECOND);
    await Promise.resolve();
    bench.pass(20 * SECOND);
    expect(asked).toEqual(["https://config.example/pay.json"]);
    const messages = (answers(bench, "progress") as { message: string }[]).map(({ message }) => message);
    expect(messages.map((message) => message.split(" ")[0])).toEqual([
      ...["downloading", "validating", "applying", "restarting", "checking"],
    ]);
    expect(answers(bench, "result")).toEqual([{ ok: true, output: { version: "2026-11", healthy: true } }]);
    expect(states(bench, "till-1").at(-1)).toMatchObject({ paymentConfig: "2026-11" });
    expect(bench.on({ channel: "config-reported", device: "till-1" })).toEqual([
      { version: 0, config: GATEWAY },
    ]);
    expect(bench.devices.get("till-1")!.line.opened).toBe(2);
  });

  test("fails on a terminal that its gateway rejects, for as long as the cause lasts, and succeeds afterwards", () => {
    const bench = benchOf({ what: "config-rejected", which: "till-2" });
    const attempt = (execution: string) => {
      for (const till of ["till-1", "till-2"])
        bench.tell(command(till, execution), update({ version: execution, config: GATEWAY }));
      bench.pass(30 * SECOND);
      return ["till-1", "till-2"].map((till) => answers(bench, "result", till, execution));
    };
    const errorCodes = () => ["till-1", "till-2"].map((till) => bench.last(till, "errorCode"));
    bench.pass(10 * SECOND);
    expect(errorCodes()).toEqual(["", ""]);
    for (const execution of ["first", "second"]) {
      expect(attempt(execution)).toEqual([
        [expect.objectContaining({ ok: true })],
        [{ ok: false, error: expect.stringContaining("the payment gateway rejected the configuration") }],
      ]);
      expect(errorCodes()).toEqual(["", "CONFIG_REJECTED"]);
    }
    expect(states(bench, "till-2").at(-1)).not.toHaveProperty("paymentConfig");
    bench.pass(10 * MINUTE);
    expect(errorCodes()).toEqual(["", "CONFIG_REJECTED"]);
    bench.faults.set([], ["scenario-1"]);
    bench.pass(5 * SECOND);
    expect(errorCodes()).toEqual(["", ""]);
    expect(attempt("third")[1]).toEqual([{ ok: true, output: { version: "third", healthy: true } }]);
  });

  test.each([
    ["without a version", { config: GATEWAY }, "version: must be a text"],
    ["without a configuration", { version: "2" }, "needs either config or url"],
    ["with two of them", { version: "2", url: "https://x.example", config: {} }, "needs either"],
    ["from no address", { version: "2", url: 3 }, "url: must be a text"],
    [
      "with something missing",
      { version: "2", config: {} },
      "validate: paymentGateway: is missing; merchantId",
    ],
    ["with more than there is", { version: "2", config: { ...GATEWAY, x: 1 } }, "validate: x: is not known"],
    [
      "to an address that is not safe",
      { version: "2", config: { ...GATEWAY, paymentGateway: "http://pay.example" } },
      "validate: paymentGateway: must be an address that begins with https://",
    ],
    ["that is no object", { version: "2", config: [] }, "validate: must be a JSON object"],
  ])("%s is refused before anything is changed", (_, args, error) => {
    const bench = benchOf();
    bench.tell(command("till-1"), update(args));
    bench.pass(20 * SECOND);
    expect(answers(bench, "result")).toEqual([{ ok: false, error: expect.stringContaining(error) }]);
    expect(bench.devices.get("till-1")!.line.opened).toBe(1);
  });

  test("is nothing for a kiosk, and what cannot be downloaded or kept is said", async () => {
    const none = () => Promise.resolve(refuse("request.invalid", "the server answered 404"));
    const download = { json: none, digest: none };
    const fault = [{ what: "disk-full", which: "till-2" }];
    const bench = new Bench(scenario(fault), { startMs: NOON, download });
    const args = { version: "2", url: "https://config.example/none" };
    for (const key of ["till-1", "till-2", "kiosk-1"]) bench.tell(command(key), update(args));
    bench.pass(5 * SECOND);
    await Promise.resolve();
    expect(answers(bench, "result", "kiosk-1")).toEqual([
      { ok: false, error: expect.stringContaining("a kiosk") },
    ]);
    expect(answers(bench, "result", "till-2")).toEqual([
      { ok: false, error: "download: no space left on the device" },
    ]);
    expect(answers(bench, "result")).toEqual([{ ok: false, error: "download: the server answered 404" }]);
  });
});

describe("a new firmware", () => {
  const sha256 = "ab".repeat(32);
  const args = { version: "8.0.0", url: "https://firmware.example/8", sha256 };
  const digest = () => Promise.resolve(accept({ sha256, sizeBytes: 9 }));
  const update = async (fault: unknown[], more: object = {}): Promise<Bench> => {
    const bench = new Bench(scenario(fault), { startMs: NOON, download: { json: digest, digest } });
    bench.tell(command("till-1"), { command: "update-firmware", args: { ...args, ...more } });
    bench.pass(3 * SECOND);
    await Promise.resolve();
    bench.pass(30 * SECOND);
    return bench;
  };

  test("is fetched, compared, started and confirmed", async () => {
    const bench = await update([]);
    expect(answers(bench, "result")).toEqual([{ ok: true, output: { version: "8.0.0", healthy: true } }]);
    expect(states(bench, "till-1").at(-1)).toMatchObject({ firmware: "8.0.0" });
    expect(bench.devices.get("till-1")!.line.opened).toBe(2);
  });

  test("that does not come up is rolled back, with the reason", async () => {
    const bench = await update([{ what: "firmware-fails", which: "till-1" }]);
    expect(answers(bench, "result")).toEqual([
      { ok: false, error: expect.stringMatching(/^health check: .*; rolled back to 7\.12\.0$/) },
    ]);
    expect(states(bench, "till-1").at(-1)).toMatchObject({ firmware: "7.12.0" });
    expect(bench.devices.get("till-1")!.line.opened).toBe(3);
  });

  test.each([
    ["is another than was meant", [], { sha256: "cd".repeat(32) }, "checksum: "],
    ["has no room", [{ what: "disk-full", which: "till-1" }], {}, "download: no space"],
    ["has no version", [], { version: "" }, "version: "],
    ["has no address", [], { url: 3 }, "url: "],
    ["has no checksum", [], { sha256: "12" }, "sha256: "],
  ])("that %s is refused, and nothing is started", async (_, fault, more, error) => {
    const bench = await update(fault, more);
    expect(answers(bench, "result")).toEqual([{ ok: false, error: expect.stringContaining(error) }]);
    expect(bench.devices.get("till-1")!.line.opened).toBe(1);
  });

  const bytes = Buffer.alloc(100_000, "all that a till runs ");
  const offer = {
    ...{ name: "till", version: "8.0.0", sizeBytes: bytes.length, partMaxBytes: 65_536 },
    sha256: new Bun.CryptoHasher("sha256").update(bytes).digest("hex"),
  };
  const wants = (bench: Bench) =>
    bench.on({ ...command("till-1"), channel: "firmware-want" }) as { offset: number; length: number }[];
  /** A gateway that gives what is asked for, but for what `loses` says. */
  const give = async (bench: Bench, loses: (want: number) => boolean = () => false) => {
    for (let given = 0; given < wants(bench).length; given += 1) {
      const { offset, length } = wants(bench)[given]!;
      const topic = { ...command("till-1"), channel: "firmware-part", offset } as const;
      if (!loses(given)) bench.hear(topic, bytes.subarray(offset, offset + length));
      if (given === wants(bench).length - 1) bench.pass(5 * SECOND);
      await Promise.resolve();
    }
    bench.pass(30 * SECOND);
    await Promise.resolve();
  };
  const offered = (more: object = {}, fault: unknown[] = []) => {
    const bench = new Bench(scenario(fault), { startMs: NOON });
    bench.tell(command("till-1"), { command: "update-firmware", args: { ...offer, ...more } });
    bench.pass(3 * SECOND);
    return bench;
  };

  test("comes from the gateway part by part, and what is lost is asked for again", async () => {
    const bench = offered();
    expect(wants(bench)).toEqual([0, 1, 2, 3].map((n) => ({ offset: n * 16_384, length: 16_384 })));
    await give(bench, (want) => want === 1 || want === 6);
    expect(wants(bench).length).toBeGreaterThan(7);
    expect(answers(bench, "result")).toEqual([{ ok: true, output: { version: "8.0.0", healthy: true } }]);
    expect(
      answers(bench, "progress")
        .map((said) => (said as { stage?: string }).stage)
        .filter(Boolean),
    ).toEqual(["staged", "applied", "confirmed"]);
    // Told of it once more, as by a gateway that did not hear the answer.
    bench.tell({ ...command("till-1"), execution: "again" }, { command: "update-firmware", args: offer });
    expect(bench.on({ channel: "command-result", device: "till-1", execution: "again" })).toEqual([
      { ok: true, output: { version: "8.0.0", healthy: true } },
    ]);
  });

  test("that comes damaged is not started, and one that stops coming is given up", async () => {
    const bench = offered({ sha256 });
    await give(bench);
    expect(answers(bench, "result")).toEqual([
      { ok: false, error: "checksum: it is not the firmware that was meant" },
    ]);
    const deserted = offered();
    deserted.pass(3 * MINUTE);
    await Promise.resolve();
    deserted.pass(SECOND);
    expect(answers(deserted, "result")).toEqual([
      { ok: false, error: "download: nothing came after 0 of 100000 bytes" },
    ]);
    const unreadable = offered({ sizeBytes: 0 });
    expect(answers(unreadable, "result")).toEqual([
      { ok: false, error: expect.stringContaining("sizeBytes") },
    ]);
  });
});

describe("a configuration that is wanted", () => {
  const desired = (device: string) => ({ channel: "config-desired", device }) as const;
  const reported = (bench: Bench, device: string) => bench.on({ channel: "config-reported", device });

  test("that makes no sense is not applied; the device says so and reports what it runs with", () => {
    const bench = benchOf();
    bench.tell(desired("till-1"), { version: 2, config: { intervalSeconds: "often" } });
    bench.pass(5 * SECOND);
    expect(reported(bench, "till-1")).toEqual([{ version: 0, config: {} }]);
    expect(states(bench, "till-1").at(-1)).toMatchObject({
      configError: "validate: intervalSeconds: must be a number from 0.1 to 86400 s",
      configErrorVersion: 2,
    });
    const wanted = { version: 3, config: { intervalSeconds: 4 } };
    bench.tell(desired("till-1"), wanted);
    bench.pass(5 * SECOND);
    expect(reported(bench, "till-1").at(-1)).toEqual(wanted);
    expect(states(bench, "till-1").at(-1)).not.toHaveProperty("configError");
    expect(states(bench, "till-1").at(-1)).not.toHaveProperty("configErrorVersion");
  });

  test("that is the one it runs with takes back what was said of another", () => {
    const bench = benchOf();
    const running = { version: 1, config: { intervalSeconds: 4 } };
    bench.tell(desired("till-1"), running);
    bench.pass(5 * SECOND);
    bench.tell(desired("till-1"), { version: 2, config: { intervalSeconds: "often" } });
    bench.pass(5 * SECOND);
    expect(states(bench, "till-1").at(-1)).toHaveProperty("configError");
    bench.tell(desired("till-1"), running);
    bench.pass(5 * SECOND);
    expect(states(bench, "till-1").at(-1)).not.toHaveProperty("configError");
    expect(reported(bench, "till-1").at(-1)).toEqual(running);
  });

  test("that comes again, as it does with every connection, is reported and not applied again", () => {
    const bench = benchOf();
    const wanted = { version: 1, config: GATEWAY };
    bench.tell(desired("till-1"), wanted);
    bench.tell(desired("till-1"), wanted);
    bench.pass(20 * SECOND);
    bench.tell(desired("till-1"), wanted);
    bench.pass(20 * SECOND);
    expect(reported(bench, "till-1")).toEqual([wanted, wanted]);
    expect(bench.devices.get("till-1")!.line.opened).toBe(2);
  });

  test("that a fault keeps from it is applied by itself when the fault is gone", () => {
    const bench = benchOf({ what: "config-rejected", which: "till-1", until: "3m" });
    const wanted = { version: 1, config: GATEWAY };
    // Every connection brings it again, that after the restart in the middle too.
    for (let second = 0; second < 20; second += 1) {
      bench.tell(desired("till-1"), wanted);
      bench.pass(SECOND);
    }
    bench.pass(2 * MINUTE - 20 * SECOND);
    expect(reported(bench, "till-1")).toEqual([{ version: 0, config: {} }]);
    expect(bench.last("till-1", "errorCode")).toBe("CONFIG_REJECTED");
    bench.pass(2 * MINUTE);
    expect(reported(bench, "till-1").at(-1)).toEqual(wanted);
    expect(bench.last("till-1", "errorCode")).toBe("");
  });

  test("is remembered by a device that is started again", () => {
    const memories = forgetfulMemories();
    const before = new Bench(scenario(), { startMs: NOON, memories });
    before.tell(desired("till-1"), { version: 5, config: { intervalSeconds: 60 } });
    before.pass(5 * SECOND);
    const after = new Bench(scenario(), { startMs: NOON + 5 * SECOND, startedMs: NOON, memories });
    after.pass(MINUTE);
    expect(after.on({ channel: "telemetry", device: "till-1" })).toHaveLength(1);
    expect(after.on({ channel: "telemetry", device: "till-2" }).length).toBeGreaterThan(20);
  });
});

test("a notification is acknowledged once, and opened where there is a screen; one that has expired is not shown", () => {
  const bench = benchOf();
  const to = (device: string) => ({ channel: "notification", device }) as const;
  for (const device of ["kiosk-1", "kiosk-1", "meter-1"])
    bench.tell(to(device), { id: "n1", title: "Hello" });
  bench.tell(to("kiosk-1"), { id: "n2", expiresAt: new Date(NOON - 1).toISOString() });
  bench.tell(to("kiosk-1"), "what?");
  bench.pass(30 * SECOND);
  const acks = (device: string) => bench.on({ channel: "notification-ack", device });
  expect(acks("kiosk-1")).toEqual([
    { id: "n1", action: "delivered" },
    { id: "n1", action: "opened" },
  ]);
  expect(acks("meter-1")).toEqual([{ id: "n1", action: "delivered" }]);
});

describe("a fault", () => {
  test("lasts from when it begins until it ends, and no look at it changes that", () => {
    const bench = benchOf({ what: "offline", which: "till-1", when: "1m", until: "3m" });
    const up = Array.from({ length: 8 }, () => {
      bench.pass(30 * SECOND);
      return bench.isUp("till-1");
    });
    expect(up).toEqual([true, false, false, false, false, true, true, true]);
    expect(bench.isUp("till-2")).toBe(true);
  });

  test("that is injected lasts until it is taken away", () => {
    const bench = benchOf();
    bench.pass(MINUTE);
    bench.faults.set([{ id: "f1", what: "offline", which: ["till-*"], sinceMs: bench.clock.nowMs() }], []);
    bench.pass(10 * MINUTE);
    expect([bench.isUp("till-1"), bench.isUp("till-2"), bench.isUp("kiosk-1")]).toEqual([false, false, true]);
    expect(bench.faults.active(bench.runClock.nowMs()).map(({ id }) => id)).toEqual(["f1"]);
    bench.faults.set([], []);
    bench.pass(SECOND);
    expect(bench.isUp("till-1")).toBe(true);
  });

  test("of a loose plug makes it come and go, in its own time", () => {
    const bench = benchOf({ what: "flapping", which: "till-*", seconds: 10 });
    const seen = Array.from({ length: 240 }, () => {
      bench.pass(SECOND);
      return [bench.isUp("till-1"), bench.isUp("till-2")];
    });
    const share = (index: number): number => seen.filter((up) => up[index]).length / seen.length;
    expect(Math.abs(share(0) - 0.5)).toBeLessThan(0.1);
    expect(seen.some(([one, two]) => one !== two)).toBe(true);
  });

  test("of the switch makes all go and come at the same moment", () => {
    const bench = benchOf({ what: "reconnect-storm", which: "*", seconds: 30 });
    const ups = Array.from({ length: 120 }, () => {
      bench.pass(SECOND);
      return [...bench.devices.keys()].filter((key) => bench.isUp(key)).length;
    });
    expect(new Set(ups)).toEqual(new Set([0, 4]));
    expect(bench.devices.get("till-1")!.line.opened).toBe(4);
  });

  test("that makes it slow delays its answers and shows where answers are measured", () => {
    const bench = benchOf({ what: "slow", which: "*", seconds: 20 });
    bench.tell(command("till-1"), { command: "ping" });
    bench.pass(19 * SECOND);
    expect(answers(bench, "result")).toEqual([]);
    bench.pass(3 * SECOND);
    expect(answers(bench, "result")).toHaveLength(1);
    expect(Number(bench.last("till-1", "latency"))).toBeGreaterThan(20_000);
    expect(bench.last("kiosk-1", "cpu")).toBe(100);
  });

  test("of its firmware makes every message one that no gateway takes, until it is gone", () => {
    const bench = benchOf({ what: "wrong-payloads", which: "till-1", until: "5m" });
    bench.pass(5 * MINUTE - SECOND);
    const texts = bench.sent
      .filter((line) => line.includes(" homepot/till-1/telemetry "))
      .map((line) => line.split(" ").slice(2).join(" "));
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.filter((text) => parseTelemetry(text, NOON).ok)).toEqual([]);
    bench.pass(10 * SECOND);
    expect(bench.last("till-1", "latency")).toBeNumber();
  });

  test("of its clock shifts the time of what it measures, and nothing else", () => {
    const bench = benchOf({ what: "clock-skew", which: "till-1", seconds: -600 });
    bench.pass(MINUTE);
    const now = bench.clock.nowMs();
    expect(now - Number(bench.last("till-1", "ts"))).toBeGreaterThan(600 * SECOND - 1);
    expect(now - Number(bench.last("till-2", "ts"))).toBeLessThan(3 * SECOND);
  });

  test("of its battery empties it until it is dead, and another battery brings it back; a meter has none", () => {
    const bench = benchOf({ what: "battery-decay", which: "*", seconds: 300, until: "10m" });
    bench.pass(150 * SECOND);
    const half = Number(bench.last("till-1", "battery"));
    expect(half).toBeGreaterThan(10);
    expect(half).toBeLessThan(51);
    bench.pass(160 * SECOND);
    expect([bench.isUp("till-1"), bench.isUp("meter-1")]).toEqual([false, true]);
    expect(Number(bench.last("till-1", "battery"))).toBeLessThan(3);
    bench.pass(5 * MINUTE);
    expect(bench.isUp("till-1")).toBe(true);
    expect(Number(bench.last("till-1", "battery"))).toBeGreaterThan(20);
  });

  test("of a full disk is reported, and the device says when it is gone", () => {
    const bench = benchOf({ what: "disk-full", which: "kiosk-1", until: "1m" });
    bench.pass(30 * SECOND);
    expect([bench.last("kiosk-1", "disk"), bench.last("kiosk-1", "errorCode")]).toEqual([100, "DISK_FULL"]);
    bench.pass(40 * SECOND);
    expect(bench.last("kiosk-1", "errorCode")).toBe("");
    expect(Number(bench.last("kiosk-1", "disk"))).toBeLessThan(60);
  });
});
