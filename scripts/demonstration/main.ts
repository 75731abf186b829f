import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDemo } from "./check.ts";
import { Demo } from "./demo.ts";
import { DemoLock } from "./lock.ts";

/** `bun scripts/demonstration/main.ts [--check]`: see scripts/demo. */

/** The check answers within a minute; stopping takes some of it. */
const CHECK_LIMIT_MS = 52_000;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** A promise that resolves with Ctrl+C or a termination. */
function stopSignal(): Promise<"stopped"> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve("stopped"));
    process.once("SIGTERM", () => resolve("stopped"));
  });
}

async function runDemo(): Promise<number> {
  const directory = ".demo";
  const lock = DemoLock.take(directory);
  if (!(lock instanceof DemoLock)) {
    const where = lock.url ?? "it is starting, and tells its address when it is ready";
    say(`The demo runs already (process ${lock.pid}): ${where}`);
    return 1;
  }
  using _lock = lock;
  const stopped = stopSignal();
  await using demo = new Demo({ directory, ports: { dashboard: 8080, mqtt: 1883 }, say });
  const begun = await Promise.race([demo.start(), demo.crashed, stopped]);
  if (begun !== "stopped") {
    lock.announce(demo.url);
    process.stdout.write(
      [
        "",
        `  Dashboard  ${demo.url}`,
        `  Email      ${demo.login.email}`,
        `  Password   ${demo.login.password}`,
        `  MQTT       127.0.0.1:${demo.mqttPort}`,
        "",
        "  Your own device:  bun edge/main.ts device add my-device --data .demo/edge",
        "  Ctrl+C stops everything; the data stays in .demo/",
        "",
        "",
      ].join("\n"),
    );
    await Promise.race([stopped, demo.crashed]);
  }
  say("stopping");
  return 0;
}

async function check(): Promise<number> {
  const startedMs = performance.now();
  const directory = mkdtempSync(join(tmpdir(), "homepot-demo-"));
  const stopped = stopSignal();
  try {
    await using demo = new Demo({ directory, ports: { dashboard: 0, mqtt: 0 }, say });
    const figures = await Promise.race([
      checkFrom(demo, startedMs + CHECK_LIMIT_MS).catch((error: unknown) => {
        say(demo.lastLines);
        throw error;
      }),
      demo.crashed,
      stopped,
    ]);
    if (figures === "stopped") throw new Error("it was stopped");
    const { devices, kinds, readings } = figures;
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    process.stdout.write(
      `demo check: ${devices} devices of ${kinds} kinds, ${readings} readings readable through the API after ${seconds} s\n`,
    );
    return 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function checkFrom(demo: Demo, endMs: number): ReturnType<typeof checkDemo> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("it was not up in time")), endMs - performance.now());
  try {
    await Promise.race([demo.start(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
  say("waiting for telemetry of every simulated device");
  return checkDemo(demo, endMs);
}

try {
  process.exitCode = await (process.argv.includes("--check") ? check() : runDemo());
} catch (error) {
  say(`the demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
