import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * The real thing for end-to-end tests and drills: a cloud process and gateway processes on free ports and temporary
 * directories, driven by the same commands a person types. Nothing of `edge` or `cloud` is imported.
 */

const ROOT = join(import.meta.dir, "../..");
export const EMAIL = "operator@homepot.example";
export const PASSWORD = "a long pass phrase";

export interface DeviceCredential {
  device: string;
  username: string;
  password: string;
}

/** A program of ours that is running, with what it has said so far. */
export class Program {
  readonly #process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  #said = "";
  readonly #drained: Promise<unknown>;

  /** `under` is a command that starts it: a tracer, a false clock. */
  constructor(args: string[], environment: Record<string, string> = {}, under: readonly string[] = []) {
    this.#process = Bun.spawn([...under, process.execPath, ...args], {
      cwd: ROOT,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, ...environment },
    });
    this.#drained = Promise.all([this.#drain(this.#process.stdout), this.#drain(this.#process.stderr)]);
  }

  get said(): string {
    return this.#said;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** As a power cut would: no warning, no goodbye. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
    await this.#drained;
  }

  async stop(): Promise<number> {
    this.#process.kill("SIGTERM");
    const code = await this.#process.exited;
    await this.#drained;
    return code;
  }

  async #drain(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) this.#said += decoder.decode(bytes, { stream: true });
  }
}

/** Runs a command to its end. */
export async function runCommand(
  args: string[],
  input?: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = Bun.spawn([process.execPath, ...args], {
    cwd: ROOT,
    stdin: input === undefined ? "ignore" : new Blob([input]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, stdout, stderr };
}

/** The same for a command that must succeed and prints JSON. */
async function runJson<T>(args: string[], input?: string): Promise<T> {
  const { code, stdout, stderr } = await runCommand(args, input);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Waits until `probe` gives something other than null, undefined or false. Fails with `what` after `limitMs`. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  limitMs = 20_000,
): Promise<T> {
  const endMs = performance.now() + limitMs;
  let last: unknown;
  while (performance.now() < endMs) {
    try {
      const value = await probe();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    await Bun.sleep(20);
  }
  throw new Error(`waited ${limitMs} ms for ${what}; last: ${String(last)}`);
}

export class Cloud implements AsyncDisposable {
  readonly port: number;
  readonly directory: string;
  #program: Program | null = null;
  #token = "";

  private constructor(port: number, directory: string) {
    this.port = port;
    this.directory = directory;
  }

  /** A cloud with an owner, running and logged in. */
  static async start(): Promise<Cloud> {
    const cloud = new Cloud(await freePort(), await mkdtemp(join(tmpdir(), "homepot-cloud-")));
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

  get program(): Program {
    if (this.#program === null) throw new Error("the cloud is not running");
    return this.#program;
  }

  /** Starts the process and waits until it is ready. */
  async run(): Promise<void> {
    this.#program = new Program([
      "cloud/main.ts",
      "serve",
      "--data",
      this.directory,
      "--listen",
      `127.0.0.1:${this.port}`,
    ]);
    const program = this.#program;
    await until(
      "the cloud to be ready",
      async () => {
        if (!program.running) throw new Error(program.said);
        return (await fetch(`${this.url}/readyz`)).ok;
      },
      30_000,
    );
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
      if (!program.running) throw new Error(program.said);
      const socket = await Bun.connect({ hostname: "127.0.0.1", port: this.port, socket: { data() {} } });
      socket.end();
      return true;
    });
  }

  status(): Promise<GatewayStatus> {
    return runJson(["edge/main.ts", "status", "--data", this.directory, "--json"]);
  }

  addDevice(key: string): Promise<DeviceCredential> {
    return runJson(["edge/main.ts", "device", "add", key, "--data", this.directory, "--json"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#program?.running) await this.#program.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
