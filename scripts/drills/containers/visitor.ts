import { until } from "../../e2e/program.ts";
import { EMAIL, PASSWORD } from "../../e2e/stack.ts";

interface Session {
  current: boolean;
  address: string | null;
}

/** Somebody who works with the cloud through a proxy that speaks TLS. */
export class Visitor {
  readonly #origin: string;
  readonly #page: string;
  readonly #ca: string;
  #cookie = "";

  /**
   * `ca`: the authority that signed the proxy's certificate, PEM. `page`: the origin of the pages, which the cloud knows as
   * its own, when it is not where the proxy is.
   */
  constructor(origin: string, ca: string, page = origin) {
    this.#origin = origin;
    this.#page = page;
    this.#ca = ca;
  }

  /** And claims to come from somewhere. */
  async logIn(claimed: string): Promise<void> {
    const answer = await this.#fetch("/api/v1/auth/login", {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": claimed },
      body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
    });
    if (!answer.ok) throw new Error(`log-in: ${answer.status} ${await answer.text()}`);
    this.#cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
  }

  async json<T>(path: string): Promise<T> {
    const answer = await this.#fetch(`/api/v1${path}`, { headers: { cookie: this.#cookie } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** From where the cloud has seen this log-in come. */
  async seenFrom(): Promise<string | null> {
    const { items } = await this.json<{ items: Session[] }>("/auth/sessions");
    return items.find(({ current }) => current)?.address ?? null;
  }

  /** Watches a device by an open channel. `provoke` makes it say something; gives after how many ms it is heard here. */
  async hears(device: string, provoke: (temperature: number) => Promise<void>): Promise<number> {
    const socket = new WebSocket(`${this.#origin.replace("https", "wss")}/api/v1/events`, {
      headers: { cookie: this.#cookie, origin: this.#page },
      tls: { ca: this.#ca },
    } as unknown as string[]);
    try {
      const heard: { readings?: [string, number, unknown][] }[] = [];
      socket.onmessage = (event) => heard.push(JSON.parse(String(event.data)));
      await new Promise((resolve, reject) => {
        socket.onopen = resolve;
        socket.onerror = () => reject(new Error("the channel of events does not open"));
      });
      socket.send(JSON.stringify({ watch: [device] }));
      const has = (wanted: number) =>
        heard.some(({ readings }) => readings?.some(([, , value]) => value === wanted) ?? false);
      // The watch reaches the gateway a moment after the channel opens.
      await until("a first live value", async () => {
        await provoke(5);
        return has(5);
      });
      const startedMs = performance.now();
      await provoke(6.5);
      await until("the live value", () => has(6.5));
      return performance.now() - startedMs;
    } finally {
      socket.close();
    }
  }

  #fetch(path: string, init: RequestInit): Promise<Response> {
    return fetch(`${this.#origin}${path}`, { ...init, tls: { ca: this.#ca }, redirect: "manual" });
  }
}
