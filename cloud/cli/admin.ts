import { Command } from "commander";
import * as v from "valibot";
import { emailSchema, passwordSchema } from "../../protocol/accounts/account.ts";
import { RefusalError } from "../../protocol/errors.ts";
import { check } from "../../protocol/validate.ts";
import { openLog } from "../log/log.ts";
import { openCloud } from "./open-cloud.ts";
import { settingsOf, withSettings } from "./options.ts";
import { printResult } from "./output.ts";

const ownerSchema = v.object({ email: emailSchema, password: passwordSchema });

/** `homepot-cloud admin create`: an organisation and its owner. Works while the service runs and before. */
export function adminCommand(): Command {
  const admin = new Command("admin").description("accounts, from the machine the service runs on");
  withSettings(admin.command("create"), ["data"])
    .description("make an organisation and its owner; the password comes from standard input")
    .requiredOption("--email <email>", "the owner's email address")
    .option("--organization <name>", "the organisation's name", "My organisation")
    .option("--password-stdin", "read the password from standard input (this is how it always comes)")
    .option("--json", "print JSON")
    .action(create);
  return admin;
}

async function create({
  email,
  organization,
  passwordStdin: _,
  json,
  ...rest
}: Record<string, unknown>): Promise<void> {
  const settings = settingsOf(rest);
  if (process.stdin.isTTY) process.stderr.write("Password, then Enter and Ctrl+D: ");
  const password = (await Bun.stdin.text()).replace(/\r?\n$/, "");
  const owner = check(ownerSchema, { email, password });
  if (!owner.ok) throw new RefusalError(owner.refusal);
  const log = await openLog({ level: "warning", format: settings.logFormat });
  await using opened = await openCloud(settings, log, "http://localhost");
  const name = owner.value.email.split("@")[0] ?? owner.value.email;
  const made = await opened.cloud.accounts.createOwner({
    ...owner.value,
    name,
    organization: String(organization),
  });
  printResult(json === true, made, (me) => [
    `${me.user.email} is the owner of ${me.organization.name} and can log in now.`,
  ]);
}
