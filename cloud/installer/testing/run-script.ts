import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What install.sh may find on a machine; a test takes away or replaces what it is about. */
const TOOLS = [
  ...["awk", "base64", "cat", "chmod", "cp", "curl", "cut", "date", "df", "grep", "id", "mkdir", "mktemp"],
  ...["openssl", "rm", "sed", "sh", "sha256sum", "sleep", "tr", "uname", "wc", "wget"],
];

/** In place of the gateway's program: notes how it was called, and ends as it is told. */
export const STAND_IN = `#!/bin/sh
echo "$*" >>"$CALLS"
case $1 in verify-release) exit "\${VERIFY_ENDS:-0}" ;; esac
echo "installed"
exit "\${INSTALL_ENDS:-0}"
`;

export interface Machine extends Disposable {
  path: string;
  /** Takes commands away. */
  lacks(...tools: string[]): void;
  /** Puts a shell script in the place of a command. */
  has(tool: string, script: string): void;
  /** Runs the script with these arguments, as `curl … | sh -s -- ARGS` does. */
  run(script: string, args: readonly string[], more?: RunOptions): Promise<Ran>;
}

export interface RunOptions {
  env?: Record<string, string>;
  /** Shell commands before it, in its view of the machine. */
  before?: string;
  /** False where systemd does not run. */
  systemd?: boolean;
}

export interface Ran {
  code: number;
  said: string;
  /** How the program was called, a line each. */
  calls: string[];
  /** What is left in the folder it works in. */
  left: string[];
}

/**
 * A machine of its own for the script: the files that it looks at and writes are in a namespace (unshare(1), which wants
 * root), the commands it finds are links in a folder.
 */
export function makeMachine(): Machine {
  const path = mkdtempSync(join(tmpdir(), "homepot-installer-"));
  const bin = join(path, "bin");
  mkdirSync(bin);
  for (const tool of TOOLS) {
    const found = Bun.which(tool);
    if (found !== null) symlinkSync(found, join(bin, tool));
  }
  return {
    path,
    lacks(...tools) {
      for (const tool of tools) rmSync(join(bin, tool));
    },
    has(tool, script) {
      rmSync(join(bin, tool), { force: true });
      writeFileSync(join(bin, tool), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    },
    async run(script, args, { env = {}, before = "", systemd = true } = {}) {
      writeFileSync(join(path, "script"), script);
      const calls = join(path, "calls");
      writeFileSync(calls, "");
      const setUp = `set -e
mkdir -p ${path}/over
mount -t tmpfs none ${path}/over
mkdir ${path}/over/upper ${path}/over/work
mount -t overlay none -o lowerdir=/usr/lib,upperdir=${path}/over/upper,workdir=${path}/over/work /usr/lib
mount -t tmpfs none /run
mount -t tmpfs none /var/cache
mkdir -p ${systemd ? "/run/systemd/system" : "/run"}
${before}
set +e
PATH=${bin} sh -s -- "$@" <${path}/script
code=$?
ls -A /var/cache/homepot-edge >${path}/left 2>/dev/null
exit $code`;
      const ran = Bun.spawn(["unshare", "--mount", "sh", "-c", setUp, "sh", ...args], {
        env: { PATH: process.env.PATH ?? "", LANG: "C", CALLS: calls, ...env },
        stdout: "pipe",
        stderr: "pipe",
      });
      const [stdout, stderr, code] = await Promise.all([
        new Response(ran.stdout).text(),
        new Response(ran.stderr).text(),
        ran.exited,
      ]);
      const lines = async (file: string) =>
        (await Bun.file(file).text()).split("\n").filter((line) => line !== "");
      return {
        code,
        said: `${stdout}${stderr}`,
        calls: await lines(calls),
        left: await lines(join(path, "left")),
      };
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
