/** A program of the demo, with its last lines kept for when it ends unexpectedly. */
export class Child {
  readonly name: string;
  readonly #process: Bun.Subprocess<"ignore", "ignore", "pipe">;
  #lines: string[] = [];
  #stopping = false;

  constructor(name: string, args: string[], onCrash: (child: Child) => void) {
    this.name = name;
    this.#process = Bun.spawn([process.execPath, ...args], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
      // A group of its own, so that Ctrl+C reaches it through us and in order.
      detached: true,
    });
    void this.#read();
    void this.#process.exited.then(() => {
      if (!this.#stopping) onCrash(this);
    });
  }

  get pid(): number {
    return this.#process.pid;
  }

  get lastLines(): string {
    return this.#lines.join("\n");
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

/** Runs a command to its end and gives what it printed; throws with what it said when it failed. */
export async function run(args: string[], input?: string): Promise<string> {
  const child = Bun.spawn([process.execPath, ...args], {
    stdin: input === undefined ? "ignore" : new Blob([input]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`${args.slice(0, 3).join(" ")}: ${stderr.trim()}`);
  return stdout;
}
