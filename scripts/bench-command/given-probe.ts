import { cpus } from "node:os";
import { givenSeconds } from "../benchmarks/process-meter.ts";

const EVERY_MS = 500;

/** What the host of a virtual machine gave it of its processors while a bench runs, each half second: what is slow when it is little is the host's. */
export class GivenProbe implements Disposable {
  /** 1: all of them, all the time. */
  readonly parts: number[] = [];
  readonly #timer: ReturnType<typeof setInterval>;
  #before = { atMs: performance.now(), seconds: givenSeconds() };

  constructor() {
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  #look(): void {
    const now = { atMs: performance.now(), seconds: givenSeconds() };
    const passed = (now.atMs - this.#before.atMs) / 1_000;
    this.parts.push((now.seconds - this.#before.seconds) / (passed * cpus().length));
    this.#before = now;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
