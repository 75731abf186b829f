import { readFileSync } from "node:fs";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { CloudSettings } from "../config/settings.ts";
import type { SmtpServer } from "../mail/mail.ts";

/** The mail server of the settings; null when there is none. Code: `config.invalid` for settings that do not go together. */
export function mailServerOf(settings: CloudSettings): Result<SmtpServer | null> {
  const { mailHost: host, mailPort: port, mailTls: tls, mailUser: user, mailPassword: password } = settings;
  if (host === null) return accept(null);
  const from = settings.mailFrom === null ? null : readMailbox(settings.mailFrom);
  if (from === null) {
    const form = "homepot@example.com or HOMEPOT <homepot@example.com>";
    return refuse("config.invalid", `mail.from: with mail.host it must be an address, such as ${form}`);
  }
  if ((user === null) !== (password === null))
    return refuse("config.invalid", "mail.user and mail.password: both, or neither");
  const authority = readAuthority(settings.mailAuthority);
  if (!authority.ok) return authority;
  const login = user === null || password === null ? null : { user, password };
  return accept({ host, port, tls, authority: authority.value, login, from });
}

function readMailbox(text: string): SmtpServer["from"] | null {
  const match = /^(?:"?([^"<>]*?)"?\s*<([^\s<>@,]+@[^\s<>@,]+)>|([^\s<>@,]+@[^\s<>@,]+))$/.exec(text);
  const address = match?.[2] ?? match?.[3];
  return address === undefined ? null : { name: match?.[1] ?? "HOMEPOT", address };
}

function readAuthority(path: string | null): Result<string | null> {
  if (path === null) return accept(null);
  try {
    return accept(readFileSync(path, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse("config.invalid", `mail.authority: ${reason}`);
  }
}
