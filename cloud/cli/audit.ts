import { Command } from "commander";
import { RefusalError } from "../../protocol/errors.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { Verdict } from "../audit/audit.ts";
import { openLog } from "../log/log.ts";
import { openCloud } from "./open-cloud.ts";
import { settingsOf, withSettings } from "./options.ts";

/** `homepot-cloud audit verify`: whether anybody has changed what was written about who did what. */
export function auditCommand(): Command {
  const audit = new Command("audit").description("who did what");
  withSettings(audit.command("verify"), ["data"])
    .description("check the chains of the audit log; ends with 1 when one is broken")
    .option("--organization <name>", "of this organisation alone, by its name or id; otherwise of all")
    .option("--json", "print JSON, a line for each organisation")
    .action(verify);
  return audit;
}

async function verify({ organization, json, ...rest }: Record<string, unknown>): Promise<void> {
  const settings = settingsOf(rest);
  const log = await openLog({ level: "warning", format: settings.logFormat });
  await using opened = await openCloud(settings, log, "http://localhost");
  const { accounts, audit } = opened.cloud;
  for (const { id, name } of await chosen(accounts, organization)) {
    const verdict = await audit.verify(id);
    const line =
      json === true ? JSON.stringify({ organization: { id, name }, ...verdict }) : inWords(verdict);
    process.stdout.write(json === true ? `${line}\n` : `${name}: ${line}\n`);
    if (verdict.brokenAt !== null) process.exitCode = 1;
  }
}

async function chosen(accounts: Accounts, organization: unknown): Promise<{ id: string; name: string }[]> {
  if (typeof organization !== "string") return accounts.organizations();
  const found = await accounts.findOrganization(organization);
  if (!found.ok) throw new RefusalError(found.refusal);
  return [found.value];
}

function inWords(verdict: Verdict): string {
  if (verdict.brokenAt === null)
    return verdict.entries === 1
      ? "1 entry, as it was written"
      : `${verdict.entries} entries, as they were written`;
  return `broken at entry ${verdict.brokenAt}: ${verdict.reason}; the ${verdict.entries} before it are as they were written`;
}
