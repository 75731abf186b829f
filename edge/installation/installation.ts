import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Host } from "./host.ts";
import { asService, readStatus, whyNotStarted } from "./running.ts";
import {
  ACCOUNT,
  DATA,
  DIRECTORIES_FILE,
  firstSettings,
  ownFiles,
  PACKAGE_FILE,
  PROGRAM,
  RELEASE_KEY,
  REMOVED,
  SERVICE,
  SETTINGS,
  SETTINGS_FOLDER,
  USERS_FILE,
} from "./system-files.ts";

export { type Host, realHost } from "./host.ts";
export { awaitLine, examine } from "./running.ts";
export { SETTINGS as INSTALLED_SETTINGS } from "./system-files.ts";
export { type UpgradeOptions, upgrade } from "./upgrade.ts";

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
  /** File with the key that releases must be signed with from now on; null to leave that as it is. */
  releaseKey: string | null;
  /** HTTP proxy on the way to the cloud, for settings that are written new. */
  proxy: string | null;
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
  wait(ms: number): void;
}

/**
 * Codes: `install.not-root`, `install.no-systemd`; `install.failed`, which names the step and what it said; after all else
 * is done `install.not-enrolled`, `install.not-started`.
 */
export function install(options: InstallOptions, parts: InstallationParts): Result<void> {
  const { host, say } = parts;
  const version = ready(parts, options.dryRun);
  if (!version.ok) return version;
  const step = stepper(parts, options.dryRun);
  if (host.exists(PACKAGE_FILE))
    say("the package homepot-edge has the program and its files: they are left as they are");
  else placeFiles(options, version.value, parts, step);
  const prepared = step.run(
    ["systemd-sysusers", USERS_FILE],
    ["systemd-tmpfiles", "--create", DIRECTORIES_FILE],
  );
  if (!prepared.ok) return prepared;
  if (!host.exists(SETTINGS)) {
    // A proxy's address may hold a password: the file is then for the gateway's account, which root enters on the way.
    const text = firstSettings(options.proxy);
    step.change(`write ${SETTINGS}`, () =>
      host.write(SETTINGS, text, options.proxy === null ? 0o644 : 0o640),
    );
    if (options.proxy !== null) {
      const given = step.run(["chgrp", ACCOUNT, SETTINGS]);
      if (!given.ok) return given;
    }
  } else if (options.proxy !== null) {
    say(`${SETTINGS} is left as it is: set cloud.proxy in it, if it is not there`);
  }
  const enrolled = options.enrol === null ? accept(undefined) : enrol(options.enrol, parts, step);
  const enabled = step.run(["systemctl", "daemon-reload"], ["systemctl", "enable", "--quiet", SERVICE]);
  if (!enabled.ok) return enabled;
  // `restart` comes back when the gateway says that it takes connections, or that it failed.
  const started = step.run(["systemctl", "restart", SERVICE]);
  if (!started.ok) return refuse("install.not-started", whyNotStarted(parts));
  return enrolled;
}

/** Program, launcher, unit and the like; and the key, where one is given. */
function placeFiles(
  { program, releaseKey }: InstallOptions,
  systemdVersion: number,
  { host, say }: InstallationParts,
  step: ReturnType<typeof stepper>,
): void {
  if (!step.change(`install ${PROGRAM}`, () => host.place(program, PROGRAM))) say(`${PROGRAM} is up to date`);
  for (const { path, text, mode = 0o644 } of ownFiles(systemdVersion)) {
    if (host.exists(path) && host.read(path) === text) continue;
    step.change(`write ${path}`, () => host.write(path, text, mode));
  }
  if (releaseKey === null) return;
  if (!step.change(`install ${RELEASE_KEY}`, () => host.place(releaseKey, RELEASE_KEY, 0o644)))
    say(`${RELEASE_KEY} is up to date`);
}

/** A gateway that is enrolled stays what it is: so a code that was used already does no harm when this is run again. */
function enrol(
  { cloud, claim }: { cloud: string; claim: string },
  parts: InstallationParts,
  step: ReturnType<typeof stepper>,
): Result<void> {
  const known = readStatus(parts)?.enrolment ?? null;
  if (known !== null && known.cloud === cloud.replace(/\/+$/, "")) {
    parts.say(`enrolled already, as the gateway of ${known.site}`);
    return accept(undefined);
  }
  const enrolled = step.run(
    asService("enroll", "--cloud", cloud, "--claim", claim, "--config", SETTINGS, "--data", DATA),
  );
  return enrolled.ok
    ? enrolled
    : refuse("install.not-enrolled", enrolled.refusal.detail.replace(/^.*?: /, ""));
}

/** Codes as of {@link install}, and `install.packaged`. */
export function uninstall({ keepData, dryRun }: UninstallOptions, parts: InstallationParts): Result<void> {
  const { host, say } = parts;
  const allowed = ready(parts, dryRun);
  if (!allowed.ok) return allowed;
  if (host.exists(PACKAGE_FILE)) return refuse("install.packaged", "it came as the package homepot-edge");
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
  // Others have their settings there, too: the cloud, and the scripts that jobs may run.
  if (host.exists(SETTINGS_FOLDER))
    step.change(`remove ${SETTINGS_FOLDER}`, () => host.removeEmpty(SETTINGS_FOLDER));
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
