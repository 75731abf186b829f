import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Host } from "./host.ts";
import {
  ACCOUNT,
  DATA,
  DIRECTORIES_FILE,
  FIRST_SETTINGS,
  ownFiles,
  PROGRAM,
  REMOVED,
  SERVICE,
  SETTINGS,
  USERS_FILE,
} from "./system-files.ts";

export { type Host, realHost } from "./host.ts";

/**
 * The gateway as a service of this machine: program, unit, account, directories.
 *
 * Promises: run twice it repairs, and changes nothing that is as it should be; settings and data that are there stay as
 * they are; `uninstall` leaves only what it was asked to keep. It never takes data away that nobody said to delete.
 */
export interface InstallOptions {
  /** The program to install: this one. */
  program: string;
  /** Enrols the gateway too, where it is not enrolled yet. */
  enrol: { cloud: string; claim: string } | null;
  /** Says what would be done, and does nothing. */
  dryRun: boolean;
}

export interface UninstallOptions {
  /** The database, the key and the settings stay. */
  keepData: boolean;
  dryRun: boolean;
}

export interface InstallationParts {
  host: Host;
  /** Whether this process may change the system. */
  isRoot: boolean;
  /** Tells what is done, a line each. */
  say(line: string): void;
}

/** Codes: `install.not-root`, `install.no-systemd`, `install.failed`, which names the step and what it said. */
export function install(options: InstallOptions, parts: InstallationParts): Result<void> {
  const { host, say } = parts;
  const version = ready(parts, options.dryRun);
  if (!version.ok) return version;
  const step = stepper(parts, options.dryRun);
  if (!step.change(`install ${PROGRAM}`, () => host.place(options.program, PROGRAM)))
    say(`${PROGRAM} is up to date`);
  for (const { path, text } of ownFiles(version.value)) {
    if (host.exists(path) && host.read(path) === text) continue;
    step.change(`write ${path}`, () => host.write(path, text, 0o644));
  }
  const prepared = step.run(
    ["systemd-sysusers", USERS_FILE],
    ["systemd-tmpfiles", "--create", DIRECTORIES_FILE],
  );
  if (!prepared.ok) return prepared;
  if (!host.exists(SETTINGS)) {
    step.change(`write ${SETTINGS}`, () => host.write(SETTINGS, FIRST_SETTINGS, 0o644));
  }
  if (options.enrol !== null) {
    const { cloud, claim } = options.enrol;
    const enrolled = step.run(asService("enroll", "--cloud", cloud, "--claim", claim, "--data", DATA));
    if (!enrolled.ok) return enrolled;
  }
  // `restart` comes back when the gateway says that it takes connections, or that it failed.
  return step.run(
    ["systemctl", "daemon-reload"],
    ["systemctl", "enable", "--quiet", SERVICE],
    ["systemctl", "restart", SERVICE],
  );
}

/** What the gateway says of itself, once it runs. `ok`: nothing is wrong. */
export function examine({ host }: Pick<InstallationParts, "host">): { ok: boolean; said: string } {
  return host.run(asService("doctor", "--config", SETTINGS, "--data", DATA));
}

/** Codes as of {@link install}. */
export function uninstall({ keepData, dryRun }: UninstallOptions, parts: InstallationParts): Result<void> {
  const { host, say } = parts;
  const allowed = ready(parts, dryRun);
  if (!allowed.ok) return allowed;
  const step = stepper(parts, dryRun);
  if (host.exists("/etc/systemd/system/homepot-edge.service")) {
    const stopped = step.run(["systemctl", "disable", "--now", "--quiet", SERVICE]);
    if (!stopped.ok) return stopped;
  }
  for (const path of REMOVED) if (host.exists(path)) step.change(`remove ${path}`, () => host.remove(path));
  const reloaded = step.run(["systemctl", "daemon-reload"]);
  if (!reloaded.ok) return reloaded;
  if (keepData) {
    say(`kept ${DATA} and ${SETTINGS}, and the account ${ACCOUNT} that they belong to`);
    return accept(undefined);
  }
  for (const path of [DATA, SETTINGS])
    if (host.exists(path)) step.change(`remove ${path}`, () => host.remove(path));
  return host.run(["getent", "passwd", ACCOUNT]).ok ? step.run(["userdel", ACCOUNT]) : accept(undefined);
}

/** The machine can be installed on: gives the version of its systemd. */
function ready({ host, isRoot }: InstallationParts, dryRun: boolean): Result<number> {
  if (!isRoot && !dryRun) return refuse("install.not-root", "this changes the system");
  const { ok, said } = host.run(["systemctl", "--version"]);
  const version = Number(/^systemd (\d+)/.exec(said)?.[1]);
  if (!ok || !Number.isInteger(version) || !host.exists("/run/systemd/system")) {
    return refuse("install.no-systemd", "systemd does not run on this machine");
  }
  return accept(version);
}

/** A command of the gateway's program, as the account the service has, so that what it makes belongs to the service. */
function asService(...args: string[]): string[] {
  return ["runuser", "-u", ACCOUNT, "--", PROGRAM, ...args];
}

/** Does steps and tells them; or only tells them. */
function stepper({ host, say }: InstallationParts, dryRun: boolean) {
  const prefix = dryRun ? "would " : "";
  return {
    /** False when there was nothing to do. */
    change(what: string, act: () => unknown): boolean {
      if (!dryRun && act() === false) return false;
      say(`${prefix}${what}`);
      return true;
    },
    run(...commands: string[][]): Result<void> {
      for (const command of commands) {
        // A claim code works once and is no secret afterwards, but need not stand in a log.
        const shown = command.map((word, index) => (command[index - 1] === "--claim" ? "…" : word)).join(" ");
        say(`${prefix}run ${shown}`);
        if (dryRun) continue;
        const { ok, said } = host.run(command);
        if (!ok) return refuse("install.failed", `${shown}: ${said || "it failed and said nothing"}`);
      }
      return accept(undefined);
    },
  };
}
