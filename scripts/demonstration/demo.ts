import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Api } from "./api.ts";
import { Child, run } from "./child.ts";
import { type Login, provideLogin } from "./login.ts";
import { freePort } from "./ports.ts";

const EMAIL = "demo@homepot.example";
const SITE = "Cardiff Bay";
/** Requests a minute: more than one machine answers. */
const DEMO_LIMIT = "600000";
export const SCENARIO = "scripts/scenarios/restaurant.toml";
const UP_WITHIN_MS = 30_000;

export interface DemoOptions {
  /** Data; used again when it is there. */
  directory: string;
  /** Ports to begin looking for a free one at; 0 for any. */
  ports: { dashboard: number; mqtt: number };
  say(line: string): void;
}

/** The whole system on this machine, with one simulated site. */
export class Demo implements AsyncDisposable {
  readonly #options: DemoOptions;
  readonly #children: Child[] = [];
  readonly #crashed = Promise.withResolvers<never>();
  readonly #stopping = new AbortController();
  url = "";
  mqttPort = 0;
  login: Login = { email: EMAIL, password: "" };

  constructor(options: DemoOptions) {
    this.#options = options;
    // Whoever waits for a crash hears of it; before anybody does it must not end the process.
    this.#crashed.promise.catch(() => undefined);
  }

  /** Rejects when one of the programs ends by itself. */
  get crashed(): Promise<never> {
    return this.#crashed.promise;
  }

  /** The newest lines of what each program logged, for when nothing ended and yet it does not work. */
  get lastLines(): string {
    return this.#children.map(({ name, lastLines }) => `-- ${name}\n${lastLines}`).join("\n");
  }

  async start(): Promise<void> {
    mkdirSync(this.#options.directory, { recursive: true, mode: 0o700 });
    this.#options.say("building the dashboard");
    await this.#run(["ui/build.ts"]);
    await this.#startCloud();
    await this.#startGateway();
    this.#options.say("starting the simulated site");
    const at = ["--data", this.#data("edge"), "--mqtt-listen", `127.0.0.1:${this.mqttPort}`];
    this.#spawn("simulate", ["edge/main.ts", "simulate", "--scenario", SCENARIO, ...at]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    // In reverse, so that the devices say goodbye and the gateway can still tell.
    for (const child of this.#children.toReversed()) await child.stop();
  }

  async #startCloud(): Promise<void> {
    const port = await this.#port(this.#options.ports.dashboard, "the dashboard");
    this.url = `http://127.0.0.1:${port}`;
    this.#options.say("starting the cloud");
    this.#spawn("cloud", [
      "cloud/main.ts",
      "serve",
      "--data",
      this.#data("cloud"),
      "--listen",
      `127.0.0.1:${port}`,
      // Whoever tries it out may try how fast it is, with one log-in from one address; answers still say what is left.
      "--limits-person-per-minute",
      DEMO_LIMIT,
      "--limits-address-per-minute",
      DEMO_LIMIT,
    ]);
    const api = new Api(this.url);
    await this.#until(() => api.isReady());
    this.login = provideLogin(join(this.#options.directory, "login.json"), EMAIL);
    const { email, password } = this.login;
    if (
      await api.login(email, password).then(
        () => true,
        () => false,
      )
    )
      return;
    this.#options.say("making a log-in");
    const owner = ["--email", email, "--organization", "Demo", "--password-stdin"];
    await this.#run(["cloud/main.ts", "admin", "create", "--data", this.#data("cloud"), ...owner], password);
  }

  async #startGateway(): Promise<void> {
    const data = this.#data("edge");
    this.mqttPort = await this.#port(this.#options.ports.mqtt, "the gateway's MQTT broker");
    if (!(await this.#isEnrolled())) {
      this.#options.say("enrolling the gateway");
      const from = ["--data", this.#data("cloud"), "--json"];
      const claimed = await this.#run(["cloud/main.ts", "gateway", "claim", "--site", SITE, ...from]);
      const { claim } = JSON.parse(claimed) as { claim: string };
      await this.#run(["edge/main.ts", "enroll", "--cloud", this.url, "--claim", claim, "--data", data]);
    }
    this.#options.say("starting the gateway");
    // The cloud may have another port than when the gateway was enrolled.
    const at = ["--mqtt-listen", `127.0.0.1:${this.mqttPort}`, "--cloud-url", this.url];
    this.#spawn("edge", ["edge/main.ts", "run", "--data", data, ...at]);
    await this.#until(async () => {
      const socket = await Bun.connect({ hostname: "127.0.0.1", port: this.mqttPort, socket: { data() {} } });
      socket.end();
      return true;
    });
  }

  /** Asked of the gateway itself: an earlier start may have ended at any moment. */
  async #isEnrolled(): Promise<boolean> {
    const status = await this.#run(["edge/main.ts", "status", "--data", this.#data("edge"), "--json"]).catch(
      () => "null",
    );
    this.#stopping.signal.throwIfAborted();
    return (JSON.parse(status) as { enrolment: unknown } | null)?.enrolment != null;
  }

  #data(program: string): string {
    return join(this.#options.directory, program);
  }

  async #port(wanted: number, what: string): Promise<number> {
    const port = await freePort(wanted);
    if (wanted !== 0 && port !== wanted) {
      this.#options.say(`port ${wanted} is in use; ${what} takes ${port}`);
    }
    return port;
  }

  async #run(args: string[], input?: string): Promise<string> {
    return run(args, this.#stopping.signal, input);
  }

  #spawn(name: string, args: string[]): void {
    this.#stopping.signal.throwIfAborted();
    const crashed = (child: Child): void =>
      this.#crashed.reject(
        new Error(`${child.name} ended by itself (${child.ending}); its last words:\n${child.lastLines}`),
      );
    this.#children.push(new Child(name, args, crashed));
  }

  async #until(probe: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + UP_WITHIN_MS;
    while (performance.now() < endMs) {
      this.#stopping.signal.throwIfAborted();
      const done = await Promise.race([probe().catch(() => false), this.#crashed.promise]);
      if (done) return;
      await Bun.sleep(30);
    }
    throw new Error(`it did not come up within ${UP_WITHIN_MS / 1_000} s`);
  }
}
