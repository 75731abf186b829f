import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../../testing/temporary-directory.ts";
import type { Attempt } from "../handler.ts";
import { findScript, scriptRunHandler } from "./script-run.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let folder: string;
beforeEach(() => {
  directory = temporaryDirectory();
  folder = join(directory.path, "scripts");
  mkdirSync(join(folder, "tills"), { recursive: true });
});
afterEach(() => directory[Symbol.dispose]());

function script(name: string, text: string, mode = 0o755): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, name), mode);
}

function start(name: string, args: string[] = []) {
  const abort = new AbortController();
  const lines: [string, string][] = [];
  const attempt = {
    execution: { arguments: { script: name, args } },
    signal: abort.signal,
    log: (level: string, message: string) => lines.push([level, message]),
  } as unknown as Attempt;
  return { outcome: scriptRunHandler(folder).begin(attempt), lines, abort };
}

test("a script gets its arguments as they are, and its lines are the execution's", async () => {
  script("tills/report.sh", 'printf "%s|" "$@"; echo; echo "careful" >&2; printf "%s" "$HOME"');
  const run = start("tills/report.sh", ["a b", "$(id)", ";"]);
  expect(await run.outcome).toEqual({ ok: true, output: { exitCode: 0 } });
  expect(run.lines.filter(([level]) => level === "info")).toEqual([["info", "a b|$(id)|;|"]]);
  expect(run.lines).toContainEqual(["warning", "careful"]);
});

test("one that fails says how it ended", async () => {
  script("fails.sh", "exit 7");
  expect(await start("fails.sh").outcome).toEqual({ ok: false, reason: "it ended with 7" });
});

test("one whose time is over ends with all that it has started", async () => {
  const late = join(directory.path, "late");
  script("slow.sh", `(sleep 2; touch ${late}) & echo begun; wait`);
  const run = start("slow.sh");
  while (run.lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
  run.abort.abort();
  expect(await run.outcome).toMatchObject({ ok: false });
  const { exitCode } = Bun.spawnSync(["pgrep", "-f", late]);
  expect({ exitCode, late: existsSync(late) }).toEqual({ exitCode: 1, late: false });
});

test.each([
  ["missing.sh", "is not in"],
  ["tills", "is not a file"],
  ["plain.sh", "is not executable"],
  ["open.sh", "can be written by others"],
  ["away.sh", "leads out of"],
])("%s is not run: it %s the folder", (name, why) => {
  script("plain.sh", "true", 0o644);
  script("open.sh", "true", 0o777);
  writeFileSync(join(directory.path, "outside.sh"), "#!/bin/sh\n", { mode: 0o755 });
  symlinkSync(join(directory.path, "outside.sh"), join(folder, "away.sh"));
  expect(findScript(folder, name)).toMatchObject({
    ok: false,
    refusal: { detail: expect.stringContaining(why) },
  });
});

test("a gateway without the folder says that it has no scripts", () => {
  expect(findScript(join(directory.path, "none"), "x.sh")).toMatchObject({
    refusal: { detail: expect.stringContaining("there are no scripts on this gateway") },
  });
});
