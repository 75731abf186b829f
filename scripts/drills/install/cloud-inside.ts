import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EMAIL, PASSWORD, until } from "../../e2e/stack.ts";
import { type Machine, must } from "./machine.ts";

const PORT = 8080;

/** The compiled cloud, with a release to hand out, in the network of a machine, where nothing else is. */
export class CloudInside implements AsyncDisposable {
  readonly url = `http://127.0.0.1:${PORT}`;
  readonly #machine: Machine;
  readonly #program: string;
  readonly #data: string;
  #running: Bun.Subprocess | null = null;

  private constructor(machine: Machine, program: string, data: string) {
    this.#machine = machine;
    this.#program = program;
    this.#data = data;
  }

  static async start(machine: Machine, release: string): Promise<CloudInside> {
    const data = await mkdtemp(join(tmpdir(), "homepot-drill-cloud-"));
    const cloud = new CloudInside(machine, join(release, "homepot-cloud-linux-x64"), data);
    const owner = ["admin", "create", "--data", data, "--email", EMAIL, "--password-stdin"];
    await must([cloud.#program, ...owner], `${PASSWORD}\n`);
    const listen = [
      "--listen",
      `127.0.0.1:${PORT}`,
      "--public-url",
      cloud.url,
      "--releases-directory",
      release,
    ];
    const serve = machine.inNetwork(cloud.#program, "serve", "--data", data, ...listen);
    cloud.#running = Bun.spawn(serve, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    await until("the cloud to answer", async () => {
      const { code } = await machine.run(`curl -fsS ${cloud.url}/readyz`);
      return code === 0;
    });
    return cloud;
  }

  async claim(site: string): Promise<string> {
    const said = await must([
      this.#program,
      "gateway",
      "claim",
      "--site",
      site,
      "--data",
      this.#data,
      "--json",
    ]);
    return (JSON.parse(said) as { claim: string }).claim;
  }

  /** The command of the dashboard, run on the machine. */
  install(...args: string[]): ReturnType<Machine["run"]> {
    return this.#machine.run(`curl -fsSL ${this.url}/install.sh | sh -s -- ${args.join(" ")}`);
  }

  async stop(): Promise<void> {
    this.#running?.kill();
    await this.#running?.exited;
    this.#running = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#data, { recursive: true, force: true });
  }
}
