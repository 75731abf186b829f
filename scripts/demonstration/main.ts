import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDemo } from "./check.ts";
import { Demo } from "./demo.ts";
import { noteRunning, runningDemo } from "./lock.ts";

const CHECK_LIMIT_MS = 45_000;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** A promise that resolves with Ctrl+C or a termination. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

async function runDemo(): Promise<number> {
  const directory = ".demo";
  const running = runningDemo(directory);
  if (running !== null) {
    say(`The demo runs already (process ${running.pid}): ${running.url}`);
    return 1;
  }
  const stopped = stopSignal();
  await using demo = new Demo(directory, say);
  await Promise.race([demo.start(), demo.crashed]);
  using _note = noteRunning(directory, demo.url);
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
  say("stopping");
  return 0;
}

async function check(): Promise<number> {
  const startedMs = performance.now();
  const directory = mkdtempSync(join(tmpdir(), "homepot-demo-"));
  try {
    await using demo = new Demo(directory, say);
    await Promise.race([demo.start(), demo.crashed]);
    say("waiting for telemetry of every simulated device");
    const { devices, kinds, readings } = await checkDemo(demo, CHECK_LIMIT_MS);
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    process.stdout.write(
      `demo check: ${devices} devices of ${kinds} kinds, ${readings} readings readable through the API after ${seconds} s\n`,
    );
    return 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await (process.argv.includes("--check") ? check() : runDemo());
} catch (error) {
  say(`the demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
