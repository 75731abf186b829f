import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, Program, runCommand, runJson, until } from "./program.ts";

export { freePort, Program, runCommand, until } from "./program.ts";

/**
 * The real thing for end-to-end tests and drills: a cloud process and gateway processes on free ports and temporary
 * directories, driven by the same commands a person types. Nothing of `edge` or `cloud` is imported.
 */

export const EMAIL = "operator@homepot.example";
export const PASSWORD = "a long pass phrase";

export interface DeviceCredential {
  device: string;
  username: string;
  password: string;
}

export class Cloud implements AsyncDisposable {
  readonly port: number;
  readonly directory: string;
  readonly #options: readonly string[];
  readonly #main: string;
  #program: Program | null = null;
  #token = "";

  private constructor(port: number, directory: string, options: readonly string[], main: string) {
    this.port = port;
    this.directory = directory;
    this.#options = options;
    this.#main = main;
  }

  /**
   * A cloud with an owner, running and logged in; with further options of `homepot-cloud serve`. In a directory of its own unless one is
   * given; `main` is another program in the cloud's place.
   */
  static async start(
    options: readonly string[] = [],
    { directory, main = "cloud/main.ts" }: { directory?: string; main?: string } = {},
  ): Promise<Cloud> {
    const home = directory ?? (await mkdtemp(join(tmpdir(), "homepot-cloud-")));
    const cloud = new Cloud(await freePort(), home, options, main);
    const created = await runCommand(
      ["cloud/main.ts", "admin", "create", "--data", cloud.directory, "--email", EMAIL, "--password-stdin"],
      `${PASSWORD}\n`,
    );
    if (created.code !== 0) throw new Error(created.stderr);
    await cloud.run();
    const login = await fetch(`${cloud.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
    });
    cloud.#token = ((await login.json()) as { token: string }).token;
    return cloud;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Of its owner, for what `api` cannot ask. */
  get token(): string {
    return this.#token;
  }

  get program(): Program {
    if (this.#program === null) throw new Error("the cloud is not running");
    return this.#program;
  }

  /** Starts the process and waits until it is ready. */
  async run(): Promise<void> {
    this.#program = new Program([
      this.#main,
      "serve",
      "--data",
      this.directory,
      "--listen",
      `127.0.0.1:${this.port}`,
      // Who waits for something here asks as fast as it can.
      "--limits-person-per-minute",
      "0",
      "--limits-address-per-minute",
      "0",
      ...this.#options,
    ]);
    const program = this.#program;
    await until(
      "the cloud to be ready",
      async () => !program.running || (await fetch(`${this.url}/readyz`)).ok,
      30_000,
    );
    if (!program.running) throw new Error(program.said);
  }

  async api<T>(path: string, init: RequestInit = {}): Promise<T> {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${this.#token}`);
    if (init.body !== undefined) headers.set("content-type", "application/json");
    const answer = await fetch(`${this.url}/api/v1${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async claim(site: string): Promise<string> {
    const args = ["cloud/main.ts", "gateway", "claim", "--data", this.directory, "--site", site, "--json"];
    return (await runJson<{ claim: string }>(args)).claim;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#program?.running) await this.#program.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Of what `homepot-edge status --json` tells. */
export interface GatewayStatus {
  running: boolean;
  uplink: { state: string; since: string } | null;
  waiting: { urgent: number; bulk: number };
  rejected: { total: number };
}

/** How a gateway's process is run where it is not as usual. Read at every `run`. */
export interface RunsAs {
  /** Further options of `homepot-edge run`. */
  options: readonly string[];
  environment: Record<string, string>;
  /** A command before the program: a tracer, a false clock. */
  under: readonly string[];
  /** The program. */
  main: string;
}

export class Gateway implements AsyncDisposable {
  readonly port: number;
  readonly directory: string;
  readonly runsAs: RunsAs = { options: [], environment: {}, under: [], main: "edge/main.ts" };
  #program: Program | null = null;

  private constructor(port: number, directory: string) {
    this.port = port;
    this.directory = directory;
  }

  /** A gateway on its own, not running yet; in a directory of its own unless one is given. */
  static async create(directory?: string): Promise<Gateway> {
    return new Gateway(await freePort(), directory ?? (await mkdtemp(join(tmpdir(), "homepot-edge-"))));
  }

  /** A gateway enrolled at `cloud` for `site`, not running yet. */
  static async enrolled(cloud: Cloud, site: string, directory?: string): Promise<Gateway> {
    const gateway = await Gateway.create(directory);
    const enrolled = await gateway.enroll(cloud.url, await cloud.claim(site));
    if (enrolled.code !== 0) throw new Error(enrolled.stderr);
    return gateway;
  }

  /** The same, running. */
  static async start(cloud: Cloud, site: string): Promise<Gateway> {
    const gateway = await Gateway.enrolled(cloud, site);
    await gateway.run();
    return gateway;
  }

  get program(): Program {
    if (this.#program === null) throw new Error("the gateway is not running");
    return this.#program;
  }

  enroll(cloudUrl: string, claim: string): ReturnType<typeof runCommand> {
    return runCommand([
      "edge/main.ts",
      "enroll",
      "--cloud",
      cloudUrl,
      "--claim",
      claim,
      "--data",
      this.directory,
    ]);
  }

  /** Starts the process and waits until it takes MQTT connections. */
  async run(): Promise<void> {
    const { options, environment, under, main } = this.runsAs;
    const listen = `127.0.0.1:${this.port}`;
    this.#program = new Program(
      [main, "run", "--data", this.directory, "--mqtt-listen", listen, ...options],
      environment,
      under,
    );
    const program = this.#program;
    await until("the gateway to take connections", async () => {
      if (!program.running) return true;
      const socket = await Bun.connect({ hostname: "127.0.0.1", port: this.port, socket: { data() {} } });
      socket.end();
      return true;
    });
    if (!program.running) throw new Error(program.said);
  }

  status(): Promise<GatewayStatus> {
    return runJson(["edge/main.ts", "status", "--data", this.directory, "--json"]);
  }

  async removeDevice(key: string): Promise<void> {
    await runJson(["edge/main.ts", "device", "remove", key, "--data", this.directory, "--json"]);
  }

  addDevice(key: string): Promise<DeviceCredential> {
    return runJson(["edge/main.ts", "device", "add", key, "--data", this.directory, "--json"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#program?.running) await this.#program.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
