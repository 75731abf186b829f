import { mkdirSync, symlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { EMAIL, PASSWORD, until } from "../../e2e/stack.ts";
import { type Machine, must } from "./machine.ts";

/** Of the addresses that are for examples; machines that a cable leads to reach it there. */
const ADDRESS = "192.0.2.1";
const PORT = 8080;

/** The compiled cloud, with a release to hand out, in the network of a machine, where nothing else is. */
export class CloudInside implements AsyncDisposable {
  readonly address = ADDRESS;
  readonly url = `http://${ADDRESS}:${PORT}`;
  /** Where its database is. */
  readonly directory: string;
  readonly #machine: Machine;
  readonly #program: string;
  readonly #releases: string;
  #running: Bun.Subprocess | null = null;
  #token = "";

  private constructor(machine: Machine, program: string, directory: string) {
    this.#machine = machine;
    this.#program = program;
    this.directory = directory;
    this.#releases = join(directory, "releases");
  }

  static async start(machine: Machine, release: string): Promise<CloudInside> {
    const data = await mkdtemp(join(tmpdir(), "homepot-drill-cloud-"));
    const cloud = new CloudInside(machine, join(release, "homepot-cloud-linux-x64"), data);
    const owner = ["admin", "create", "--data", data, "--email", EMAIL, "--password-stdin"];
    await must([cloud.#program, ...owner], `${PASSWORD}\n`);
    mkdirSync(cloud.#releases);
    cloud.publish(release);
    await must(machine.inNetwork("ip", "address", "add", `${ADDRESS}/32`, "dev", "lo"));
    // Who waits for something here asks as fast as it can.
    const limits = ["--limits-person-per-minute", "0", "--limits-address-per-minute", "0"];
    const listen = ["--listen", `${ADDRESS}:${PORT}`, "--public-url", cloud.url, ...limits];
    const serve = machine.inNetwork(cloud.#program, "serve", "--data", data, ...listen);
    cloud.#running = Bun.spawn(serve, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    await until("the cloud to answer", async () => {
      const { code } = await machine.run(`curl -fsS ${cloud.url}/readyz`);
      return code === 0;
    });
    const login = { method: "POST", body: JSON.stringify({ email: EMAIL, password: PASSWORD }) };
    cloud.#token = (await cloud.api<{ token: string }>("/auth/login", login)).token;
    return cloud;
  }

  /** Puts another release into its folder, for everybody to have. */
  publish(release: string): void {
    symlinkSync(release, join(this.#releases, basename(release)));
  }

  async api<T>(path: string, { method = "GET", body }: RequestInit = {}): Promise<T> {
    const headers = ["content-type: application/json", `authorization: Bearer ${this.#token}`];
    const options = ["--fail-with-body", "--silent", "--request", method];
    for (const header of headers) options.push("--header", header);
    if (typeof body === "string") options.push("--data", body);
    const said = await must(this.#machine.inNetwork("curl", ...options, `${this.url}/api/v1${path}`));
    return JSON.parse(said) as T;
  }

  async claim(site: string): Promise<string> {
    const said = await must([
      this.#program,
      "gateway",
      "claim",
      "--site",
      site,
      "--data",
      this.directory,
      "--json",
    ]);
    return (JSON.parse(said) as { claim: string }).claim;
  }

  /** The command of the dashboard, run on its machine, or on another that a cable leads to. */
  install(code = "", on: Machine = this.#machine): ReturnType<Machine["run"]> {
    return on.run(`curl -fsSL ${this.url}/install.sh | sh -s -- ${code}`);
  }

  async stop(): Promise<void> {
    this.#running?.kill();
    await this.#running?.exited;
    this.#running = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
