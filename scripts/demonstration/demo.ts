import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Api } from "./api.ts";
import { Child, run } from "./child.ts";
import { freePort } from "./ports.ts";

const EMAIL = "demo@homepot.example";
const SITE = "Cardiff Bay";
const SCENARIO = "scripts/scenarios/restaurant.toml";

export interface Login {
  email: string;
  password: string;
}

/** The whole system on this machine, with one simulated site. Data in `directory`; used again when it is there. */
export class Demo implements AsyncDisposable {
  readonly #directory: string;
  readonly #say: (line: string) => void;
  readonly #children: Child[] = [];
  readonly #crashed = Promise.withResolvers<never>();
  url = "";
  mqttPort = 0;
  login: Login = { email: EMAIL, password: "" };

  constructor(directory: string, say: (line: string) => void) {
    this.#directory = directory;
    this.#say = say;
    // Whoever waits for a crash hears of it; before anybody does it must not end the process.
    this.#crashed.promise.catch(() => undefined);
  }

  /** Rejects when one of the programs ends by itself. */
  get crashed(): Promise<never> {
    return this.#crashed.promise;
  }

  async start(): Promise<void> {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    this.#say("building the dashboard");
    await run(["ui/build.ts"]);
    await this.#startCloud();
    await this.#startGateway();
    this.#say("starting the simulated site");
    const gateway = join(this.#directory, "edge");
    this.#spawn("simulate", [
      "edge/main.ts",
      "simulate",
      "--scenario",
      SCENARIO,
      "--data",
      gateway,
      "--mqtt-listen",
      `127.0.0.1:${this.mqttPort}`,
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // In reverse, so that the devices say goodbye and the gateway can still tell.
    for (const child of this.#children.reverse()) await child.stop();
  }

  async #startCloud(): Promise<void> {
    const data = join(this.#directory, "cloud");
    const port = await this.#port(8080, "the dashboard");
    this.url = `http://127.0.0.1:${port}`;
    this.login = await this.#provideLogin(data);
    this.#say("starting the cloud");
    this.#spawn("cloud", ["cloud/main.ts", "serve", "--data", data, "--listen", `127.0.0.1:${port}`]);
    const api = new Api(this.url);
    await this.#until(() => api.isReady());
  }

  async #startGateway(): Promise<void> {
    const data = join(this.#directory, "edge");
    this.mqttPort = await this.#port(1883, "the gateway's MQTT broker");
    const cloud = ["--data", join(this.#directory, "cloud"), "--json"];
    const enrolled = join(this.#directory, "enrolled");
    if (!existsSync(enrolled)) {
      this.#say("enrolling the gateway");
      const { claim } = JSON.parse(
        await run(["cloud/main.ts", "gateway", "claim", "--site", SITE, ...cloud]),
      );
      await run(["edge/main.ts", "enroll", "--cloud", this.url, "--claim", claim, "--data", data]);
      writeFileSync(enrolled, "");
    }
    this.#say("starting the gateway");
    // The cloud may have another port than when the gateway was enrolled.
    const at = ["--mqtt-listen", `127.0.0.1:${this.mqttPort}`, "--cloud-url", this.url];
    this.#spawn("edge", ["edge/main.ts", "run", "--data", data, ...at]);
    await this.#until(async () => {
      const socket = await Bun.connect({ hostname: "127.0.0.1", port: this.mqttPort, socket: { data() {} } });
      socket.end();
      return true;
    });
  }

  /** The demo's owner, made once with a password of its own. */
  async #provideLogin(data: string): Promise<Login> {
    const path = join(this.#directory, "login.json");
    if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as Login;
    this.#say("making a log-in");
    const password = Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString("base64url");
    const create = [
      "admin",
      "create",
      "--data",
      data,
      "--email",
      EMAIL,
      "--organization",
      "Demo",
      "--password-stdin",
    ];
    await run(["cloud/main.ts", ...create], password);
    const login = { email: EMAIL, password };
    writeFileSync(path, JSON.stringify(login), { mode: 0o600 });
    return login;
  }

  async #port(wanted: number, what: string): Promise<number> {
    const port = await freePort(wanted);
    if (port !== wanted) this.#say(`port ${wanted} is in use; ${what} takes ${port}`);
    return port;
  }

  #spawn(name: string, args: string[]): void {
    const crashed = (child: Child): void =>
      this.#crashed.reject(new Error(`${child.name} ended by itself; its last words:\n${child.lastLines}`));
    this.#children.push(new Child(name, args, crashed));
  }

  async #until(probe: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + 30_000;
    while (performance.now() < endMs) {
      const done = await Promise.race([probe().catch(() => false), this.#crashed.promise]);
      if (done) return;
      await Bun.sleep(30);
    }
    throw new Error("it did not come up within 30 s");
  }
}
