/** Why a letter could not be sent, and what to do. */
export interface MailFault {
  /** In the words of the mail server, or of the connection to it. */
  reason: string;
  /** The next step for an administrator. */
  hint: string;
  /** Whether the same letter may pass later with nothing changed. */
  retryable: boolean;
}

interface SmtpError {
  code: string;
  /** What went wrong below, such as the operating system's code. */
  originalCode: string;
  /** The server's answer, such as 451; 0 when there was none. */
  responseCode: number;
  /** At which command. */
  command: string;
}

/** By the codes of the library and of the operating system; those of the connection may pass by themselves. */
const HINTS: Record<string, string> = {
  EDNS: "Check mail.host: this name is not known.",
  ECONNECTION: "Check mail.host and mail.port, and whether a firewall lets this machine reach them.",
  ECONNREFUSED: "Nobody listens there: check mail.host and mail.port, and whether the mail server runs.",
  ETIMEDOUT:
    "Check mail.host, mail.port and mail.tls (465 wants implicit, 587 starttls), and whether a firewall is between.",
  ESOCKET: "Check mail.host, mail.port and mail.tls (465 wants implicit, 587 starttls).",
  EPROTOCOL: "Check mail.port: what answers there does not speak SMTP.",
  ETLS: "The server offers no encryption at this port. Try mail.tls = implicit with port 465; none is for a server on this machine.",
  EAUTH: "Check mail.user and mail.password; some providers want a password made for programs.",
};

const CERTIFICATE_HINT =
  "The server's certificate is not trusted: mail.host must be the name in it, and for an authority of your own name its file in mail.authority.";
const SENDER_HINT = "The server does not take letters from this sender: check mail.from and mail.user.";
const RECIPIENT_HINT =
  "The server does not take letters for this recipient: check the address, and whether mail.user may send to others.";
const OTHER_HINT = "See what the mail server's own log says about it.";

/** Failures of the connection: no answer of the server's is needed to know that a later attempt may succeed. */
const PASSING = new Set(["EDNS", "ECONNECTION", "ETIMEDOUT", "ESOCKET"]);

/** Explains what a {@link Mailer} threw. */
export function faultOf(error: unknown): MailFault {
  const reason = error instanceof Error ? error.message : String(error);
  const smtp = smtpError(error);
  if (isCertificate(smtp.originalCode, reason)) return { reason, hint: CERTIFICATE_HINT, retryable: false };
  const retryable = smtp.responseCode === 0 ? PASSING.has(smtp.code) : smtp.responseCode < 500;
  return { reason, hint: hintOf(smtp), retryable };
}

function hintOf({ code, originalCode, command }: SmtpError): string {
  if (command === "MAIL FROM") return SENDER_HINT;
  if (command === "RCPT TO") return RECIPIENT_HINT;
  return HINTS[originalCode] ?? HINTS[code] ?? OTHER_HINT;
}

function isCertificate(code: string, reason: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code) || /certificate|altnames/i.test(reason);
}

function smtpError(error: unknown): SmtpError {
  const { code, originalCode, responseCode, command } = Object(error) as Record<string, unknown>;
  return {
    code: text(code),
    originalCode: text(originalCode),
    responseCode: typeof responseCode === "number" ? responseCode : 0,
    command: text(command),
  };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
