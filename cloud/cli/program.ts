import { Command } from "commander";
import { ERRORS, RefusalError } from "../../protocol/errors.ts";
import { VERSION } from "../config/version.ts";

/** The commands of `homepot-cloud`. Only the one that was asked for is loaded. */
const COMMANDS: { name: string; about: string; load: () => Promise<Command> }[] = [
  {
    name: "serve",
    about: "run the control plane: dashboard, API, gateways' line",
    load: async () => (await import("./serve.ts")).serveCommand(),
  },
  {
    name: "health",
    about: "whether the service of this machine is ready, for what watches it",
    load: async () => (await import("./health.ts")).healthCommand(),
  },
  {
    name: "admin",
    about: "accounts, from the machine the service runs on",
    load: async () => (await import("./admin.ts")).adminCommand(),
  },
  {
    name: "gateway",
    about: "the gateways of sites",
    load: async () => (await import("./gateway.ts")).gatewayCommand(),
  },
  {
    name: "audit",
    about: "who did what",
    load: async () => (await import("./audit.ts")).auditCommand(),
  },
  {
    name: "keys",
    about: "what seals stored secrets, and what signs for browsers",
    load: async () => (await import("./keys.ts")).keysCommand(),
  },
  {
    name: "setup-link",
    about: "print a new link that makes the first account",
    load: async () => (await import("./setup-link.ts")).setupLinkCommand(),
  },
  {
    name: "mail-test",
    about: "send one letter by the mail server of the settings, or say why it cannot be sent",
    load: async () => (await import("./mail-test.ts")).mailTestCommand(),
  },
  {
    name: "openapi",
    about: "print the OpenAPI document of the API",
    load: async () => (await import("./openapi.ts")).openapiCommand(),
  },
];

/** Runs the program. Gives the exit code: 0, 1 for a failure, 2 for bad usage. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const program = new Command("homepot-cloud")
    .description("The HOMEPOT control plane.")
    .version(VERSION)
    .showHelpAfterError("(homepot-cloud --help shows what there is)")
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
  if (isSystemError(error)) {
    process.stderr.write(`homepot-cloud: ${error.message}\n`);
    return 1;
  }
  if (!(error instanceof RefusalError)) {
    // A fault of the machine (a directory that may not be written, a port that is taken) in its own words.
    process.stderr.write(`homepot-cloud: ${error instanceof Error ? error.message : String(error)}\n`);
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

/** Of the operating system or of SQLite, such as EACCES: the machine is at fault and no stack trace helps. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
