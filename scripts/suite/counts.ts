/** How many tests passed and failed. */
export interface Counts {
  passed: number;
  failed: number;
}

/**
 * Reads the summary that `bun test` prints at its end (` 12 pass`, ` 1 fail`). A run that failed but counted no
 * failure (it did not get to its tests, or an error came between them) counts as one failed.
 */
export function countTests(output: string, exitCode: number): Counts {
  const number = (word: string): number => {
    const found = [...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}$`, "gm"))].at(-1);
    return found === undefined ? 0 : Number(found[1]);
  };
  const passed = number("pass");
  const failed = number("fail");
  const ranNothing = passed + failed === 0;
  return { passed, failed: failed === 0 && (exitCode !== 0 || ranNothing) ? 1 : failed };
}

export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}
