import { Command } from "commander";
import { emailSchema } from "../../protocol/accounts/account.ts";
import { accept, RefusalError, type Result, refuse } from "../../protocol/errors.ts";
import { check } from "../../protocol/validate.ts";
import type { CloudSettings } from "../config/settings.ts";
import { faultOf, SmtpMailer, type SmtpServer, testLetter } from "../mail/mail.ts";
import { mailServerOf } from "./mail-server.ts";
import { settingsOf, withSettings } from "./options.ts";
import { printResult } from "./output.ts";
import { publicUrlOf } from "./public-url.ts";

/** `homepot-cloud mail-test ADDRESS`: sends one letter, and says what is wrong when that fails. Needs no running service. */
export function mailTestCommand(): Command {
  const command = new Command("mail-test")
    .description("send one letter by the mail server of the settings, or say why it cannot be sent")
    .argument("<address>", "who gets it")
    .option("--json", "print JSON");
  return withSettings(command, [
    "listen",
    "publicUrl",
    "mailHost",
    "mailPort",
    "mailTls",
    "mailAuthority",
    "mailUser",
    "mailFrom",
  ]).action(mailTest);
}

async function mailTest(address: string, { json, ...rest }: Record<string, unknown>): Promise<void> {
  const settings = settingsOf(rest);
  const to = check(emailSchema, address);
  if (!to.ok) throw new RefusalError(refuse("request.invalid", `${address} is no email address`).refusal);
  const server = mailServerOf(settings);
  if (!server.ok) throw new RefusalError(server.refusal);
  printResult(json === true, await send(server.value, to.value, settings), (sent) => [
    `${sent.server} took a letter for ${sent.to}, ${sent.encrypted ? "encrypted" : "NOT encrypted"}.`,
    "Should it not arrive, look into the spam folder, then into the log of that server.",
  ]);
}

async function send(
  server: SmtpServer | null,
  to: string,
  settings: CloudSettings,
): Promise<Result<{ to: string; server: string; encrypted: boolean }>> {
  if (server === null) return refuse("mail.not-configured", "mail.host is not set");
  const where = `${server.host}:${server.port}`;
  try {
    await new SmtpMailer(server).send(testLetter(to, publicUrlOf(settings)));
    return accept({ to, server: where, encrypted: server.tls !== "none" });
  } catch (error) {
    const { reason, hint } = faultOf(error);
    return refuse("mail.failed", `${where}: ${reason}\n${hint}`);
  }
}
