/** Runs git; null when it fails, as it does outside a repository. */
export function git(...args: string[]): string | null {
  if (Bun.which("git") === null) return null;
  const { exitCode, stdout } = Bun.spawnSync(["git", ...args], { stdout: "pipe", stderr: "ignore" });
  return exitCode === 0 ? stdout.toString().trim() : null;
}

/** The commit's time, seconds since 1970; now for a tree that differs from it, which no two releases may share. */
export function sequenceOfTree(nowMs: number): number {
  const isClean = git("status", "--porcelain", "--untracked-files=no") === "";
  const committed = isClean ? git("log", "-1", "--format=%ct") : null;
  return committed === null ? Math.floor(nowMs / 1_000) : Number(committed);
}
