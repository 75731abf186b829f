import { mkdtemp, rm } from "node:fs/promises";
import { until } from "../../e2e/stack.ts";
import { MACHINE_PACKAGES, must, type Ran, ran, rootArchive } from "../install/machine.ts";

/**
 * A Debian with its own systemd whose power can be cut: its first process is killed, and with it, in the same moment, everything
 * it had started. Its disk stays. It has this machine's network, so that devices and cloud need not be in it.
 */
export class PowerMachine implements AsyncDisposable {
  readonly root: string;
  #container: Bun.Subprocess | null = null;
  #leader = 0;

  private constructor(root: string) {
    this.root = root;
  }

  /** One that is off. */
  static async make(suite: string): Promise<PowerMachine> {
    const archive = await rootArchive(suite, [
      "--variant=minbase",
      `--include=${MACHINE_PACKAGES.join(",")}`,
    ]);
    const root = await mkdtemp("/var/tmp/homepot-power-");
    await must(["tar", "--extract", `--file=${archive}`, `--directory=${root}`]);
    return new PowerMachine(root);
  }

  async boot(): Promise<void> {
    const options = ["--quiet", `--directory=${this.root}`, "--boot", "--register=no", "--keep-unit"];
    const container = Bun.spawn(["systemd-nspawn", ...options], {
      ...{ stdin: "ignore", stdout: "ignore", stderr: "ignore" },
    });
    this.#container = container;
    await until("the machine to boot", async () => {
      // Before there is the machine's first process there is one that prepares for it.
      const children = await Bun.file(`/proc/${container.pid}/task/${container.pid}/children`).text();
      this.#leader = Number(children.trim().split(" ")[0]);
      const { said } = await this.run("systemctl is-system-running");
      return this.#leader > 0 && /^(running|degraded)/.test(said);
    });
  }

  /** No goodbye to anybody. */
  async cut(): Promise<void> {
    if (this.#leader > 0) process.kill(this.#leader, "SIGKILL");
    await this.#container?.exited;
    this.#container = null;
    this.#leader = 0;
  }

  /** A command line of its own shell, as root. */
  run(line: string): Promise<Ran> {
    const namespaces = ["--mount", "--uts", "--ipc", "--pid"];
    return ran(["nsenter", `--target=${this.#leader}`, ...namespaces, "sh", "-c", line]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#container !== null) await this.cut();
    await rm(this.root, { recursive: true, force: true });
  }
}
