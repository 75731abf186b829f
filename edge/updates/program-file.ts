import { statfsSync } from "node:fs";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { SECOND } from "../../protocol/units.ts";

/** SHA-256 in hexadecimal; null when there is no such file. */
export async function sha256OfFile(path: string): Promise<string | null> {
  const file = Bun.file(path);
  if (!(await file.exists())) return null;
  const hash = new Bun.CryptoHasher("sha256");
  for await (const part of file.stream()) hash.update(part);
  return hash.digest("hex");
}

/** Bytes that the account of this process may still write there. */
export function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

const STARTS_WITHIN_MS = 30 * SECOND;

/** Whether a program can be started on this machine, and says that it is `version`. Code: `update.not-possible`. */
export async function runsHere(path: string, version: string): Promise<Result<void>> {
  const refused = (said: string) => refuse("update.not-possible", `the program does not start here: ${said}`);
  try {
    const program = Bun.spawn([path, "--version"], {
      ...{ stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: STARTS_WITHIN_MS },
      env: { PATH: "/usr/bin:/bin" },
    });
    const [said, wrong] = await Promise.all([
      new Response(program.stdout).text(),
      new Response(program.stderr).text(),
    ]);
    await program.exited;
    return said.trim() === version ? accept(undefined) : refused(`${said}${wrong}`.trim().slice(0, 300));
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}
