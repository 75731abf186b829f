import { basename } from "node:path";
import { Command } from "commander";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import { awaitLine, examine, install, realHost, uninstall } from "../installation/installation.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const parts = () => ({
  ...{ host: realHost(), isRoot: process.getuid?.() === 0, say },
  wait: (ms: number) => Bun.sleepSync(ms),
});

interface InstallArguments {
  cloud?: string;
  claim?: string;
  releaseKey?: string;
  proxy?: string;
  dryRun?: boolean;
}

/** `homepot-edge install`: this program as a service of this machine. Run again it repairs. */
export function installCommand(): Command {
  return new Command("install")
    .description("make this program a service of this machine; run again it repairs")
    .option("--cloud <url>", "enrol the gateway too: address of the cloud")
    .option("--claim <code>", "one-time code from the dashboard: Gateways, Add gateway")
    .option("--proxy <url>", "HTTP proxy on the way to the cloud, for a first installation")
    .option("--release-key <file>", "the key that releases must be signed with from now on (release-key.pem)")
    .option("--dry-run", "say what would be done, and do nothing")
    .action(({ cloud, claim, releaseKey = "", proxy = "", dryRun = false }: InstallArguments) => {
      if ((cloud === undefined) !== (claim === undefined))
        throw new RefusalError(refuse("config.invalid", "--cloud and --claim go together").refusal);
      if (basename(process.execPath).startsWith("bun"))
        throw new RefusalError(refuse("install.not-compiled", process.execPath).refusal);
      const enrol = cloud === undefined || claim === undefined ? null : { cloud, claim };
      const options = {
        program: process.execPath,
        enrol,
        releaseKey: releaseKey || null,
        proxy: proxy || null,
      };
      const installed = install({ ...options, dryRun }, parts());
      if (!installed.ok) throw new RefusalError(installed.refusal);
      if (!dryRun) tellHowItIs();
    });
}

/** What works and what does not, and where to look at it from a phone. */
function tellHowItIs(): void {
  const status = awaitLine(parts());
  const { ok, said } = examine(parts());
  say(`\n${said}\n`);
  const [address] = status?.page?.addresses ?? [];
  if (address !== undefined) say(`Its status page: ${address}, code ${status?.page?.code}`);
  say(
    ok
      ? "The gateway is installed and runs."
      : "The gateway is installed; see above for what does not work yet.",
  );
}

/** `homepot-edge uninstall`: takes all of it away again. */
export function uninstallCommand(): Command {
  return new Command("uninstall")
    .description("remove the service, its program and its account")
    .option("--keep-data", "keep database, key and settings, for another installation")
    .option("--delete-data", "delete them too: what the cloud does not have is lost")
    .option("--dry-run", "say what would be done, and do nothing")
    .action((options: { keepData?: boolean; deleteData?: boolean; dryRun?: boolean }) => {
      const { keepData = false, deleteData = false, dryRun = false } = options;
      if (keepData === deleteData) {
        const detail =
          "say either --keep-data or --delete-data: what the cloud does not have would be lost with it";
        throw new RefusalError(refuse("config.invalid", detail).refusal);
      }
      const removed = uninstall({ keepData, dryRun }, parts());
      if (!removed.ok) throw new RefusalError(removed.refusal);
      if (!dryRun) say("The gateway is uninstalled.");
    });
}
