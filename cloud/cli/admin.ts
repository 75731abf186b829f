import { Command } from "commander";
import * as v from "valibot";
import { emailSchema, passwordSchema } from "../../protocol/accounts/account.ts";
import { accept, RefusalError, refuse } from "../../protocol/errors.ts";
import { check } from "../../protocol/validate.ts";
import { openLog } from "../log/log.ts";
import { openCloud } from "./open-cloud.ts";
import { settingsOf, withSettings } from "./options.ts";
import { printResult } from "./output.ts";

const ownerSchema = v.object({ email: emailSchema, password: passwordSchema });

/**
 * `homepot-cloud admin create`: an organisation and its owner; `admin end-sessions`: log-outs from the machine itself.
 * Both work while the service runs and before.
 */
export function adminCommand(): Command {
  const admin = new Command("admin").description("accounts, from the machine the service runs on");
  withSettings(admin.command("create"), ["data"])
    .description("make an organisation and its owner; the password comes from standard input")
    .requiredOption("--email <email>", "the owner's email address")
    .option("--organization <name>", "the organisation's name", "My organisation")
    .option("--password-stdin", "read the password from standard input (this is how it always comes)")
    .option("--json", "print JSON")
    .action(create);
  withSettings(admin.command("end-sessions"), ["data"])
    .description("log somebody out everywhere, or everybody: when a password or a machine is lost")
    .option("--email <email>", "whose sessions end")
    .option("--everybody", "all sessions of all people end")
    .option("--json", "print JSON")
    .action(endSessions);
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

const endedSchema = v.union([
  v.strictObject({ email: emailSchema, everybody: v.optional(v.literal(false), false) }),
  v.strictObject({ email: v.optional(v.never()), everybody: v.literal(true) }),
]);

async function endSessions({ email, everybody, json, ...rest }: Record<string, unknown>): Promise<void> {
  const settings = settingsOf(rest);
  const whose = v.safeParse(endedSchema, {
    ...(email !== undefined && { email }),
    everybody: everybody ?? false,
  });
  if (!whose.success)
    throw new RefusalError(refuse("request.invalid", "say whose: either --email or --everybody").refusal);
  const log = await openLog({ level: "warning", format: settings.logFormat });
  await using opened = await openCloud(settings, log, "http://localhost");
  const ended = await opened.cloud.accounts.sessions.endAllOf(whose.output.email ?? null);
  const told = ended.ok ? accept({ ended: ended.value }) : ended;
  printResult(json === true, told, (result) => [`Sessions ended: ${result.ended}.`]);
}
