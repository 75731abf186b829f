import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { MeterGateways } from "./gateways.ts";
import type { MetersDone, MetersTask } from "./meters.ts";

/** A process may have so many files open: fewer connections than that. */
const METERS_PER_PROCESS = 10_000;

/** The meters of all gateways, in some processes. */
export class Load implements AsyncDisposable {
  readonly #processes: { child: Bun.Subprocess<"pipe", "pipe", "inherit">; answers: AsyncIterator<string> }[];

  private constructor(tasks: readonly MetersTask[]) {
    this.#processes = tasks.map((task) => {
      const child = Bun.spawn([process.execPath, `${import.meta.dir}/meters.ts`], {
        stdin: "pipe",
        stdout: "pipe",
        stderr: "inherit",
      });
      child.stdin.write(`${JSON.stringify(task)}\n`);
      const answers = createInterface({ input: Readable.fromWeb(child.stdout as never) });
      return { child, answers: answers[Symbol.asyncIterator]() };
    });
  }

  /** Begins to connect the meters, which begin to send. */
  static start({ gateways, credentials }: MeterGateways, pace: { periodMs: number; rampMs: number }): Load {
    const perProcess = Math.max(1, Math.floor(METERS_PER_PROCESS / credentials.length));
    const ports = gateways.map(({ port }) => port);
    const tasks: MetersTask[] = [];
    for (let first = 0; first < ports.length; first += perProcess) {
      tasks.push({ ports: ports.slice(first, first + perProcess), credentials, ...pace, seed: first * 1e6 });
    }
    return new Load(tasks);
  }

  get pids(): number[] {
    return this.#processes.map(({ child }) => child.pid);
  }

  /** Resolves when every meter is connected. */
  async connected(): Promise<void> {
    await this.#answers();
  }

  /** From now on latencies count. */
  measure(): void {
    this.#tell("measure");
  }

  /** Ends the sending, and waits until everything is acknowledged. A list for each gateway, in order. */
  async stop(): Promise<{ acknowledged: number[][]; p50: number; p99: number }> {
    this.#tell("stop");
    const done = (await this.#answers()) as MetersDone[];
    return {
      acknowledged: done.flatMap(({ acknowledged }) => acknowledged),
      p50: Math.max(...done.map(({ p50 }) => p50)),
      p99: Math.max(...done.map(({ p99 }) => p99)),
    };
  }

  #tell(line: string): void {
    for (const { child } of this.#processes) {
      child.stdin.write(`${line}\n`);
      child.stdin.flush();
    }
  }

  #answers(): Promise<unknown[]> {
    return Promise.all(
      this.#processes.map(async ({ answers }) => {
        const answer = await answers.next();
        if (answer.done === true) throw new Error("the meters' process has ended");
        return JSON.parse(answer.value) as unknown;
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.#processes) {
      child.kill();
      await child.exited;
    }
  }
}
