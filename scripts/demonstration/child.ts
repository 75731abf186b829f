/** A program of the demo, with its last lines kept for when it ends unexpectedly. */
export class Child {
  readonly name: string;
  readonly #process: Bun.Subprocess<"ignore", "ignore", "pipe">;
  #lines: string[] = [];
  #stopping = false;

  constructor(name: string, args: string[], onCrash: (child: Child) => void) {
    this.name = name;
    // It goes when we go, even where we are killed and cannot say so.
    this.#process = Bun.spawn([process.execPath, "--no-orphans", ...args], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
      // A group of its own, so that Ctrl+C reaches it through us and in order.
      detached: true,
    });
    const read = this.#read();
    void this.#process.exited.then(async () => {
      await read;
      if (!this.#stopping) onCrash(this);
    });
  }

  get lastLines(): string {
    return this.#lines.join("\n");
  }

  /** What it ended with, in words; for one that has ended. */
  get ending(): string {
    const { exitCode, signalCode } = this.#process;
    return signalCode === null ? `exit code ${exitCode}` : `killed by ${signalCode}`;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#process.kill("SIGTERM");
    const killer = setTimeout(() => this.#process.kill("SIGKILL"), 5_000);
    await this.#process.exited;
    clearTimeout(killer);
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#process.stderr) {
      const lines = decoder.decode(bytes, { stream: true }).split("\n");
      this.#lines = [...this.#lines, ...lines.filter((line) => line !== "")].slice(-15);
    }
  }
}

/** Runs a command to its end and gives what it printed; throws with what it said when it failed or was aborted. */
export async function run(args: string[], signal: AbortSignal, input?: string): Promise<string> {
  const child = Bun.spawn([process.execPath, "--no-orphans", ...args], {
    stdin: input === undefined ? "ignore" : new Blob([input]),
    stdout: "pipe",
    stderr: "pipe",
    signal,
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`${args.slice(0, 3).join(" ")}: ${stderr.trim()}`);
  return stdout;
}
