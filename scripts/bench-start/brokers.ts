import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttLogin } from "./connack.ts";

/** A broker that can be started again and again on the same data, with one device that may log in. */
export interface Broker extends Disposable {
  name: string;
  port: number;
  login: MqttLogin;
  command: string[];
}

/** The compiled gateway, not enrolled, as it stands at a site. */
export function gateway(program: string, port: number): Broker {
  const directory = mkdtempSync(join(tmpdir(), "homepot-bench-edge-"));
  const added = run([program, "device", "add", "bench", "--data", directory, "--json"]);
  return gatewayWith(program, port, directory, JSON.parse(added) as { username: string; password: string });
}

/** The same with a data directory of its own, which is removed with it. */
export function gatewayWith(
  program: string,
  port: number,
  directory: string,
  { username, password }: { username: string; password: string },
): Broker {
  const listen = `127.0.0.1:${port}`;
  return {
    name: "homepot-edge",
    port,
    login: { clientId: username, username, password },
    // The one device that sends all the load, over a thousand connections, is not to be held up.
    command: [
      program,
      "run",
      ...["--data", directory, "--mqtt-listen", listen, "--log-level", "warning"],
      // What it has is kept as it is, however large that is.
      ...["--disk-budget-mib", "1048576"],
      ...["--mqtt-max-messages-per-second", "0", "--mqtt-max-connections-per-device", "0"],
    ],
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Debian's mosquitto with a password file, storing nothing. */
export function mosquitto(port: number): Broker {
  const directory = mkdtempSync(join(tmpdir(), "homepot-bench-mosquitto-"));
  const passwords = join(directory, "passwords");
  const config = join(directory, "mosquitto.conf");
  const login = { clientId: "bench", username: "bench", password: "AbCdEfGhIjKlMnOpQrStUv" };
  run(["mosquitto_passwd", "-c", "-b", passwords, login.username, login.password]);
  const lines = [
    `listener ${port} 127.0.0.1`,
    "allow_anonymous false",
    `password_file ${passwords}`,
    "persistence false",
    // What a subscriber has not taken yet is kept for it, as much as it is.
    "max_inflight_messages 0",
    "max_queued_messages 0",
    "log_type error",
    "user root",
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  const version = /mosquitto version (\S+)/.exec(run(["mosquitto", "-h"], 3))?.[1] ?? "";
  return {
    name: `mosquitto ${version}`.trim(),
    port,
    login,
    command: ["mosquitto", "-c", config],
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Runs a command that must end with 0, or with the code that `orCode` allows; gives what it printed. */
function run(command: string[], orCode = 0): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { timeout: 20_000 });
  if (exitCode !== 0 && exitCode !== orCode) {
    throw new Error(`${command.join(" ")} ended with ${exitCode}: ${stderr.toString()}`);
  }
  return stdout.toString();
}
