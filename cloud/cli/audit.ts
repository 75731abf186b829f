import { Command } from "commander";
import { RefusalError } from "../../protocol/errors.ts";
import { openLog } from "../log/log.ts";
import { openCloud } from "./open-cloud.ts";
import { settingsOf, withSettings } from "./options.ts";

/** `homepot-cloud audit verify`: whether anybody has changed what was written about who did what. */
export function auditCommand(): Command {
  const audit = new Command("audit").description("who did what");
  withSettings(audit.command("verify"), ["data"])
    .description("check the chain of the audit log; ends with 1 when it is broken")
    .option("--organization <name>", "the organisation's name; not needed while there is only one")
    .option("--json", "print JSON")
    .action(verify);
  return audit;
}

async function verify({ organization, json, ...rest }: Record<string, unknown>): Promise<void> {
  const settings = settingsOf(rest);
  const log = await openLog({ level: "warning", format: settings.logFormat });
  await using opened = await openCloud(settings, log, "http://localhost");
  const { accounts, audit } = opened.cloud;
  const found = await accounts.findOrganization(typeof organization === "string" ? organization : null);
  if (!found.ok) throw new RefusalError(found.refusal);
  const verdict = await audit.verify(found.value.id);
  if (json === true) process.stdout.write(`${JSON.stringify(verdict)}\n`);
  else if (verdict.brokenAt === null)
    process.stdout.write(`${verdict.entries} entries, as they were written\n`);
  else
    process.stdout.write(
      `broken at entry ${verdict.brokenAt}: ${verdict.reason}; the ${verdict.entries} before it are as they were written\n`,
    );
  if (verdict.brokenAt !== null) process.exitCode = 1;
}
