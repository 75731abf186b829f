import { Command } from "commander";
import { ERRORS, RefusalError } from "../../protocol/errors.ts";
import { VERSION } from "../config/version.ts";

/**
 * The commands of `homepot-edge`. Only the one that was asked for is loaded: the gateway takes connections sooner,
 * and stays smaller, without the simulator's MQTT client in it.
 */
const COMMANDS: { name: string; about: string; load: () => Promise<Command> }[] = [
  {
    name: "run",
    about: "run the gateway: MQTT broker, store, line to the cloud",
    load: async () => (await import("./run.ts")).runCommand(),
  },
  {
    name: "enroll",
    about: "exchange a claim code for this gateway's own identity",
    load: async () => (await import("./enroll.ts")).enrollCommand(),
  },
  {
    name: "device",
    about: "the devices of this site and their MQTT credentials",
    load: async () => (await import("./device.ts")).deviceCommand(),
  },
  {
    name: "status",
    about: "what works, what does not, what to do about it",
    load: async () => (await import("./status.ts")).statusCommand(),
  },
  {
    name: "health",
    about: "whether the gateway works, for what watches it",
    load: async () => (await import("./health.ts")).healthCommand(),
  },
  {
    name: "doctor",
    about: "examine everything and say what to do about what does not work",
    load: async () => (await import("./doctor.ts")).doctorCommand(),
  },
  {
    name: "logs",
    about: "the log of the installed gateway",
    load: async () => (await import("./logs.ts")).logsCommand(),
  },
  {
    name: "support-bundle",
    about: "one file for whoever helps from afar, without secrets",
    load: async () => (await import("./support-bundle.ts")).supportBundleCommand(),
  },
  {
    name: "install",
    about: "make this program a service of this machine; run again it repairs",
    load: async () => (await import("./install.ts")).installCommand(),
  },
  {
    name: "upgrade",
    about: "bring the installed gateway to a newer release, from its cloud or a folder",
    load: async () => (await import("./upgrade.ts")).upgradeCommand(),
  },
  {
    name: "uninstall",
    about: "remove the service, its program and its account",
    load: async () => (await import("./install.ts")).uninstallCommand(),
  },
  {
    name: "verify-release",
    about: "whether the release in a folder is signed by a key",
    load: async () => (await import("./verify-release.ts")).verifyReleaseCommand(),
  },
  {
    name: "simulate",
    about: "run simulated devices from a scenario",
    load: async () => (await import("./simulate.ts")).simulateCommand(),
  },
];

/** Runs the program. Gives the exit code: 0, 1 for a failure, 2 for bad usage. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const program = new Command("homepot-edge")
    .description("The HOMEPOT gateway of a site.")
    .version(VERSION)
    .showHelpAfterError("(homepot-edge --help shows what there is)")
    .exitOverride();
  const asked = args.find((arg) => !arg.startsWith("-"));
  for (const { name, about, load } of COMMANDS) {
    program.addCommand(name === asked ? strict(await load()) : new Command(name).description(about));
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return typeof process.exitCode === "number" ? process.exitCode : 0;
  } catch (error) {
    return exitCodeOf(error);
  }
}

/** A command and all below it throw instead of ending the process. */
function strict(command: Command): Command {
  command.exitOverride();
  for (const below of command.commands) strict(below);
  return command;
}

function exitCodeOf(error: unknown): number {
  if (isCommanderError(error)) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof RefusalError)) {
    // A fault of the machine (a directory that may not be written, a port that is taken) in its own words.
    process.stderr.write(`homepot-edge: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const { code, detail } = error.refusal;
  process.stderr.write(`${ERRORS[code].title}: ${detail}\n${ERRORS[code].hint}\n`);
  return BAD_USAGE.has(code) ? 2 : 1;
}

const BAD_USAGE: ReadonlySet<string> = new Set([
  "config.unknown-setting",
  "config.invalid",
  "request.invalid",
]);

function isCommanderError(error: unknown): error is { exitCode: number } {
  return error instanceof Error && "code" in error && String(error.code).startsWith("commander.");
}
