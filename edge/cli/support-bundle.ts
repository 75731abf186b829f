import { Command } from "commander";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import { gatherSupport } from "../support/support.ts";
import { openDataDirectory } from "./data-directory.ts";
import { describeFinding, examine } from "./doctor.ts";
import { settingsOf, withSettings } from "./options.ts";
import { readStatusReport } from "./status-report.ts";

/** `homepot-edge support-bundle`: one file for whoever helps from afar, without secrets. */
export function supportBundleCommand(): Command {
  const command = new Command("support-bundle")
    .description("gather status, findings, log and machine into one file, without secrets")
    .option("--out <file>", "where to", "homepot-support.tar.gz");
  return withSettings(command, ["data", "mqttListen"]).action(supportBundle);
}

async function supportBundle({ out, ...rest }: Record<string, unknown>): Promise<void> {
  const settings = settingsOf(rest);
  const status = await readStatusReport(settings.data, settings.mqttListen);
  if (status === null) {
    throw new RefusalError(refuse("config.invalid", `there is no gateway in ${settings.data}`).refusal);
  }
  const findings = await examine(settings);
  using db = openDataDirectory(settings.data);
  const files = gatherSupport({
    ...{ dataDirectory: settings.data, settings, db, status },
    doctor: findings.map(describeFinding).join(""),
    run: (command) => {
      if (Bun.which(command[0] ?? "") === null) return null;
      const { stdout, stderr } = Bun.spawnSync([...command], {
        stdout: "pipe",
        stderr: "pipe",
        timeout: 30_000,
      });
      return `${stdout}${stderr}`;
    },
  });
  const path = String(out);
  await Bun.Archive.write(path, files, { compress: "gzip" });
  process.stdout.write(
    `${path} holds ${Object.keys(files).join(", ")}.\nSecrets were taken out; read it before you pass it on.\n`,
  );
}
