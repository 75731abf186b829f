/** The newest lines of the log, for who asks for them from afar. */
export class RecentLines {
  readonly #limit: number;
  readonly #lines: string[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(line: string): void {
    this.#lines.push(line.trimEnd());
    if (this.#lines.length > this.#limit) this.#lines.shift();
  }

  /** At most so many, oldest first. */
  last(count: number): string[] {
    return this.#lines.slice(-count);
  }
}
