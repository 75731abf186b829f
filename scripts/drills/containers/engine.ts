import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { must, type Ran, ran } from "../install/machine.ts";

/**
 * Podman with images, containers, volumes and networks of its own, which go with it: nothing of this machine's is seen or
 * touched. Its services are those of the compose file.
 */
export class Engine implements AsyncDisposable {
  readonly folder: string;
  readonly #environment: Record<string, string>;

  private constructor(folder: string) {
    this.folder = folder;
    this.#environment = {
      ...(process.env as Record<string, string>),
      CONTAINERS_CONF: join(folder, "containers.conf"),
      CONTAINERS_STORAGE_CONF: join(folder, "storage.conf"),
      // A health check is asked for here, and by no timer of a systemd that need not be there.
      DISABLE_HC_SYSTEMD: "true",
    };
  }

  static async start(): Promise<Engine> {
    // On a disk: images are larger than what some machines give /tmp.
    const folder = await mkdtemp("/var/tmp/homepot-engine-");
    await Bun.write(join(folder, "containers.conf"), engineSettings(folder));
    await Bun.write(
      join(folder, "storage.conf"),
      `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/images"\nrunroot = "${folder}/run"\n`,
    );
    return new Engine(folder);
  }

  /** What podman gives for these arguments. */
  ask(args: readonly string[], input = ""): Promise<Ran> {
    return ran(["podman", ...args], input, this.#environment);
  }

  /** The same where it must succeed. */
  async podman(...args: string[]): Promise<string> {
    const { code, said } = await this.ask(args);
    if (code !== 0)
      throw new Error(`podman ${args.join(" ")} ended with ${code}: ${said.trim().slice(-500)}`);
    return said.trim();
  }

  /** A script of ours, which finds this engine. */
  async script(command: readonly string[]): Promise<string> {
    const { code, said } = await ran(command, "", this.#environment);
    if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${said.trim().slice(-500)}`);
    return said;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ask(["rm", "--all", "--force", "--time", "1"]);
    await this.ask(["network", "rm", "--force", "front", "site"]);
    await this.ask(["system", "reset", "--force"]);
    await must([
      "sh",
      "-c",
      `! mountpoint -q ${this.folder}/images/overlay || umount ${this.folder}/images/overlay`,
    ]);
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The limits are what the machine itself has: an engine that may not raise them cannot give a container more. */
function engineSettings(folder: string): string {
  const files = Bun.spawnSync(["sh", "-c", "ulimit -Hn"]).stdout.toString().trim();
  return `[containers]
default_ulimits = ["nofile=${files}:${files}", "nproc=1000:1000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
tmp_dir = "${folder}/tmp"
[network]
network_backend = "netavark"
network_config_dir = "${folder}/networks"
`;
}
