import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePort, until } from "../e2e/stack.ts";
import type { MadeRelease } from "./releases.ts";

/**
 * A gateway as `homepot-edge install` leaves it, below a folder instead of `/usr` and `/var`: launcher, program, key, data
 * directory. Started as a process of its own.
 */
export class InstalledEdge implements AsyncDisposable {
  readonly data: string;
  readonly launcher: string;
  port = 0;
  #process: Bun.Subprocess | null = null;

  constructor(directory: string, release: MadeRelease) {
    this.data = join(directory, "data");
    this.launcher = join(directory, "bin/homepot-edge");
    const library = join(directory, "lib/homepot-edge");
    for (const path of [dirname(this.launcher), library, this.data]) mkdirSync(path, { recursive: true });
    copyFileSync("systemd/launcher.sh", this.launcher);
    copyFileSync(release.program, join(library, "homepot-edge"));
    copyFileSync(join(dirname(release.program), "release-key.pem"), join(library, "release-key.pem"));
    writeFileSync(join(library, "sequence"), `${release.sequence}\n`);
    this.#key = join(library, "release-key.pem");
  }

  readonly #key: string;

  command(...args: string[]): string {
    const { exitCode, stdout, stderr } = Bun.spawnSync([this.launcher, ...args, "--data", this.data]);
    if (exitCode !== 0) throw new Error(`${args.join(" ")} ended with ${exitCode}: ${stderr}`);
    return stdout.toString();
  }

  get pid(): number {
    if (this.#process === null) throw new Error("the gateway is not running");
    return this.#process.pid;
  }

  async run(options: readonly string[] = []): Promise<void> {
    if (this.port === 0) this.port = await freePort();
    const listen = `127.0.0.1:${this.port}`;
    const process = Bun.spawn(
      [
        ...[this.launcher, "run", "--data", this.data, "--mqtt-listen", listen],
        ...["--updates-key", this.#key, "--log-level", "warning", ...options],
      ],
      { stdin: "ignore", stdout: "ignore", stderr: "inherit" },
    );
    this.#process = process;
    await until("the gateway to take connections", async () => {
      if (process.exitCode !== null) throw new Error(`the gateway ended with ${process.exitCode}`);
      const socket = await Bun.connect({ hostname: "127.0.0.1", port: this.port, socket: { data() {} } });
      socket.end();
      return true;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process?.kill("SIGTERM");
    await this.#process?.exited;
  }
}
