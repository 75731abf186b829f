import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../../e2e/stack.ts";

/** What a Debian that boots consists of, and what `curl … | sh` needs. */
export const MACHINE_PACKAGES = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "udev",
  "ca-certificates",
  "curl",
  "iproute2",
  "passwd",
];
const MIRROR = "http://deb.debian.org/debian";
const CACHE = ".cache/roots";
/** On a disk: a root is larger than what some machines give /tmp. */
const ROOTS = "/var/tmp";

const BOOTS_WITHIN_MS = 180_000;

export interface Ran {
  code: number;
  said: string;
}

/**
 * A clean Debian that has booted its own systemd, in a container of systemd-nspawn with no network but the loopback, and what
 * {@link cable} leads to. Its
 * files are real, and so are its accounts, its journal and its service manager.
 */
export class Machine implements AsyncDisposable {
  readonly root: string;
  readonly #container: Bun.Subprocess;
  readonly #leader: number;

  private constructor(root: string, container: Bun.Subprocess, leader: number) {
    this.root = root;
    this.#container = container;
    this.#leader = leader;
  }

  /** Boots a Debian of this name: `bookworm`, `trixie`. */
  static async boot(suite: string): Promise<Machine> {
    const archive = await rootArchive(suite, [
      "--variant=minbase",
      `--include=${MACHINE_PACKAGES.join(",")}`,
    ]);
    const root = await mkdtemp(join(ROOTS, "homepot-machine-"));
    await must(["tar", "--extract", `--file=${archive}`, `--directory=${root}`]);
    const container = Bun.spawn(
      [
        "systemd-nspawn",
        "--quiet",
        `--directory=${root}`,
        "--boot",
        "--register=no",
        "--keep-unit",
        "--private-network",
      ],
      { stdin: "ignore", stdout: "ignore", stderr: "ignore" },
    );
    const leader = await until("the container's first process", () => firstInside(container.pid));
    const machine = new Machine(root, container, leader);
    const hasBooted = async () =>
      /^(running|degraded)/.test((await machine.run("systemctl is-system-running")).said);
    try {
      await until("the machine to boot", hasBooted, BOOTS_WITHIN_MS);
      return machine;
    } catch (error) {
      await machine[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A command line of its own shell, as root. */
  run(line: string): Promise<Ran> {
    return ran([
      "nsenter",
      `--target=${this.#leader}`,
      "--mount",
      "--uts",
      "--ipc",
      "--net",
      "--pid",
      "sh",
      "-c",
      line,
    ]);
  }

  /** How to start a program of this machine so that it has the container's network. */
  inNetwork(...command: string[]): string[] {
    return ["nsenter", `--target=${this.#leader}`, "--net", ...command];
  }

  /** A cable to another machine, which has this address from then on and reaches what this one has at `own`. */
  async cable(other: Machine, own: string, address: string): Promise<void> {
    const [here, there] = [this.#leader, other.#leader].map(String) as [string, string];
    const ends = ["netns", here, "name", "cable", "type", "veth", "peer", "netns", there, "name", "cable"];
    await must(["ip", "link", "add", ...ends]);
    for (const machine of [this, other]) await must(machine.inNetwork("ip", "link", "set", "cable", "up"));
    await must(this.inNetwork("ip", "route", "add", `${address}/32`, "dev", "cable", "src", own));
    await must(other.inNetwork("ip", "address", "add", `${address}/32`, "dev", "cable"));
    await must(other.inNetwork("ip", "route", "add", `${own}/32`, "dev", "cable"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run("systemctl poweroff --no-block");
    const gone = await Promise.race([
      this.#container.exited.then(() => true),
      Bun.sleep(20_000).then(() => false),
    ]);
    if (!gone) {
      this.#container.kill("SIGKILL");
      await this.#container.exited;
    }
    await rm(this.root, { recursive: true, force: true });
  }
}

/** A root of Debian as an archive, which is made once. */
export async function rootArchive(name: string, options: readonly string[], suite = name): Promise<string> {
  const path = join(CACHE, `${name}.tar`);
  if (existsSync(path)) return path;
  await mkdir(CACHE, { recursive: true });
  const unfinished = `${path}.${process.pid}.tar`;
  await must(["mmdebstrap", "--quiet", ...options, suite, unfinished, MIRROR]);
  await rename(unfinished, path);
  return path;
}

/** Runs a program, in another environment if there is one, and gives what it said, on both streams. */
export async function ran(
  command: readonly string[],
  input = "",
  env: Record<string, string | undefined> = process.env,
): Promise<Ran> {
  const piped = { stdin: Buffer.from(input), stdout: "pipe", stderr: "pipe" } as const;
  const started = Bun.spawn([...command], { ...piped, env });
  const [stdout, stderr, code] = await Promise.all([
    new Response(started.stdout).text(),
    new Response(started.stderr).text(),
    started.exited,
  ]);
  return { code, said: `${stdout}${stderr}` };
}

export async function must(command: readonly string[], input = ""): Promise<string> {
  const { code, said } = await ran(command, input);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${said.trim().slice(-500)}`);
  return said;
}

/** The process that is the first of the container's own. nspawn has other children before, which come to their end. */
async function firstInside(pid: number): Promise<number | null> {
  const children = await textOf(`/proc/${pid}/task/${pid}/children`);
  for (const child of children.split(" ").filter((text) => text !== "")) {
    const status = await textOf(`/proc/${child}/status`);
    if (/^NSpid:\s+\d+\s+1$/m.test(status)) return Number(child);
  }
  return null;
}

/** Empty where there is no such process any more. */
function textOf(path: string): Promise<string> {
  return Bun.file(path)
    .text()
    .catch(() => "");
}
