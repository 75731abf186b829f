import { checkDemo } from "../../demonstration/check.ts";
import { Demo } from "../../demonstration/demo.ts";
import type { ApiDocument, Known } from "./targets.ts";

/** What is scanned: cloud, gateway and simulated devices, with records of every kind, and somebody logged in. */
export class Estate implements AsyncDisposable {
  readonly #demo: Demo;
  cookie = "";
  token = "";

  private constructor(demo: Demo) {
    this.#demo = demo;
  }

  static async start(directory: string, say: (line: string) => void): Promise<Estate> {
    const demo = new Demo({ directory, ports: { dashboard: 0, mqtt: 0 }, say });
    const estate = new Estate(demo);
    await demo.start();
    await checkDemo(demo, performance.now() + UP_WITHIN_MS);
    await estate.logIn();
    for (const name of SITES) await estate.send("/sites", { name, tags: ["scanned"] });
    await estate.send("/invitations", { email: "invited@homepot.example", role: "viewer" });
    return estate;
  }

  get url(): string {
    return this.#demo.url;
  }

  get port(): number {
    return Number(new URL(this.#demo.url).port);
  }

  /** Sessions of their own for what scans: one that a scan ends takes no other with it. */
  async logIn(): Promise<void> {
    const { email, password } = this.#demo.login;
    const entered = await fetch(`${this.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    if (!entered.ok) throw new Error(`nobody can log in: ${entered.status} ${await entered.text()}`);
    this.token = ((await entered.json()) as { token: string }).token;
    this.cookie = entered.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
  }

  async isLoggedIn(): Promise<boolean> {
    return (await fetch(`${this.url}/api/v1/auth/me`, { headers: { cookie: this.cookie } })).ok;
  }

  document(): Promise<ApiDocument> {
    return this.#get<ApiDocument>("/openapi.json");
  }

  /** One record of each kind that paths name. */
  async known(): Promise<Known> {
    const first = async (path: string): Promise<string> => {
      const answer = await this.#get<{ items: { id: string }[] } | { id: string }[]>(path);
      const [record] = Array.isArray(answer) ? answer : answer.items;
      return record?.id ?? "";
    };
    return {
      sites: await first("/sites?q=Spare"),
      devices: await first("/devices"),
      gateways: await first("/gateways"),
      members: await first("/members"),
      invitations: await first("/invitations"),
      sessions: "a-session-that-is-none",
      roles: "a-role-that-is-none",
    };
  }

  async send(path: string, body: object): Promise<void> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  async #get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#demo[Symbol.asyncDispose]();
  }
}

const UP_WITHIN_MS = 60_000;
const SITES = ["Spare site", "Harbour", "Station", "Airport", "Market", "Library", "Castle", "Bridge"];
