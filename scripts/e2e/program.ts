import { createServer } from "node:net";
import { join } from "node:path";

/** Programs of ours as a person starts them, and what a test needs around them. */

const ROOT = join(import.meta.dir, "../..");

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
export async function runJson<T>(args: string[], input?: string): Promise<T> {
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
  limitMs = 50_000,
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
