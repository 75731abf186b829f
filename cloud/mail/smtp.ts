import { createTransport } from "nodemailer";
import { SECOND } from "../../protocol/units.ts";

/** One letter to one person. */
export interface Letter {
  /** An email address, without a name. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Of one that may be sent again: by it, who gets it twice knows it. Letters, digits and `-`. */
  id?: string;
}

/** Takes a letter as far as the next mail server. Throws what {@link faultOf} explains. */
export interface Mailer {
  send(letter: Letter): Promise<void>;
}

export interface SmtpServer {
  host: string;
  port: number;
  /** `starttls` refuses to go on in the clear; `implicit` never is; `none` always is. */
  tls: "starttls" | "implicit" | "none";
  /** Certificate (PEM) of the authority that signed the server's; null takes those the world knows. */
  authority: string | null;
  login: { user: string; password: string } | null;
  from: { name: string; address: string };
}

/** A server that answers nothing for this long has lost the connection, or is no mail server. */
const TIMEOUT_MS = 20 * SECOND;

/** Speaks SMTP (nodemailer). Each letter has a connection of its own: there are few of them. */
export class SmtpMailer implements Mailer {
  readonly #server: SmtpServer;

  constructor(server: SmtpServer) {
    this.#server = server;
  }

  async send({ to, id, ...content }: Letter): Promise<void> {
    const { host, port, tls, authority, login, from } = this.#server;
    const transport = createTransport({
      host,
      port,
      secure: tls === "implicit",
      requireTLS: tls === "starttls",
      ignoreTLS: tls === "none",
      ...(authority === null ? {} : { tls: { ca: authority } }),
      ...(login === null ? {} : { auth: { user: login.user, pass: login.password } }),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      dnsTimeout: TIMEOUT_MS,
      // A letter is text: what looks like a path or an address in it is never opened.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    // As an object, so that an address is one address whatever is in it.
    await transport.sendMail({
      ...content,
      from,
      to: { name: "", address: to },
      // RFC 5322, 3.6.4: unique by the name of who makes it.
      ...(id === undefined ? {} : { messageId: `<${id}@${from.address.split("@").at(-1)}>` }),
      headers: { "Auto-Submitted": "auto-generated" },
    });
  }
}
