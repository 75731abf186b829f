/** The cloud's API as a program of somebody else's would use it. */
export class Api {
  readonly #url: string;
  #token = "";

  constructor(url: string) {
    this.#url = url;
  }

  async login(email: string, password: string): Promise<void> {
    const answer = await fetch(`${this.#url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    if (!answer.ok) throw new Error(`log-in failed: ${await answer.text()}`);
    this.#token = ((await answer.json()) as { token: string }).token;
  }

  async get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.#url}/api/v1${path}`, {
      headers: { authorization: `Bearer ${this.#token}` },
    });
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async isReady(): Promise<boolean> {
    return fetch(`${this.#url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  }
}
