import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { startSmtp, type TestSmtpOptions } from "../testing/smtp-server.ts";
import { faultOf, type MailFault } from "./fault.ts";
import { testLetter } from "./letters.ts";
import { SmtpMailer, type SmtpServer } from "./smtp.ts";

const LETTER = testLetter("ada@homepot.test", "https://homepot.test");
const LOGIN = { user: "homepot", password: "right" };

async function faultWith(server: Partial<SmtpServer>): Promise<MailFault | null> {
  const mailer = new SmtpMailer({
    host: "localhost",
    port: 1,
    tls: "starttls",
    authority: null,
    login: null,
    from: { name: "HOMEPOT", address: "homepot@homepot.test" },
    ...server,
  });
  try {
    await mailer.send(LETTER);
    return null;
  } catch (error) {
    return faultOf(error);
  }
}

/** What an attempt at a mail server comes to; null when the letter was taken. */
async function attempt(
  options: TestSmtpOptions,
  client: Partial<SmtpServer> = {},
): Promise<MailFault | null> {
  await using smtp = await startSmtp(options);
  const fault = await faultWith({ port: smtp.port, authority: smtp.authority, ...client });
  expect(smtp.letters).toHaveLength(fault === null ? 1 : 0);
  return fault;
}

const at = (verb: string, answer: string): TestSmtpOptions => ({
  answer: (line) => (line.startsWith(verb) ? answer : null),
});

test.each<[string, TestSmtpOptions, Partial<SmtpServer>]>([
  ["starttls", {}, {}],
  ["implicit TLS", { tls: "implicit" }, { tls: "implicit" }],
  ["the clear, where it is wanted", {}, { tls: "none" }],
  ["a log-in", { login: LOGIN }, { login: LOGIN }],
])("a letter is taken with %s", async (_, options, client) => {
  expect(await attempt(options, client)).toBeNull();
});

test.each<[string, TestSmtpOptions, Partial<SmtpServer>, string, boolean]>([
  ["offers no STARTTLS", { tls: "none" }, {}, "offers no encryption", false],
  ["refuses STARTTLS", at("STARTTLS", "502 5.5.1 not here"), {}, "offers no encryption", false],
  ["cannot encrypt now", at("STARTTLS", "454 4.7.0 not now"), {}, "offers no encryption", true],
  ["has a certificate nobody knows", {}, { authority: null }, "mail.authority", false],
  ["has one for another name", {}, { host: "127.0.0.1" }, "the name in it", false],
  [
    "knows another password",
    { login: LOGIN },
    { login: { ...LOGIN, password: "wrong" } },
    "mail.password",
    false,
  ],
  ["wants a log-in that we have not", { login: LOGIN }, {}, "mail.user", false],
  ["does not let this sender in", at("MAIL", "553 5.7.1 not yours"), {}, "mail.from", false],
  ["has no room now", at("MAIL", "452 4.3.1 full"), {}, "mail.from", true],
  ["does not know the recipient", at("RCPT", "550 5.1.1 nobody"), {}, "recipient", false],
  ["turns strangers away first", at("RCPT", "450 4.7.1 greylisted"), {}, "recipient", true],
  ["takes no letter for spam", at(".", "554 5.7.1 spam"), {}, "own log", false],
  ["fails at the end", at(".", "451 4.3.0 disk"), {}, "own log", true],
  ["hangs up in the middle", at("DATA", ""), {}, "firewall", true],
  ["is busy", at("EHLO", "421 4.3.2 closing"), {}, "", true],
])("a mail server that %s", async (_, options, client, hint, retryable) => {
  const fault = await attempt(options, client);
  expect(fault).toMatchObject({ hint: expect.stringContaining(hint), retryable });
  expect(fault?.reason).not.toBe("");
});

test("a password never goes over a line in the clear that should be encrypted", async () => {
  await using smtp = await startSmtp({ tls: "none", login: LOGIN });
  expect(await faultWith({ port: smtp.port, login: LOGIN })).not.toBeNull();
  expect(smtp.lines.filter((line) => line.startsWith("AUTH"))).toEqual([]);
});

test("a port where nobody is, a name nobody knows, and a server of another kind", async () => {
  const closed = await startSmtp();
  await closed[Symbol.asyncDispose]();
  expect(await faultWith({ port: closed.port })).toMatchObject({
    hint: expect.stringContaining("Nobody listens there"),
    retryable: true,
  });
  expect(await faultWith({ host: "nowhere.invalid" })).toMatchObject({
    hint: expect.stringContaining("mail.host"),
    retryable: true,
  });
  const web = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  const { port } = web.address() as { port: number };
  expect(await faultWith({ port })).toMatchObject({
    hint: expect.stringContaining("SMTP"),
    retryable: false,
  });
  await new Promise((resolve) => web.close(resolve));
});

test("what is no error of the mail's is told as it is", () => {
  expect(faultOf("odd")).toMatchObject({ reason: "odd", retryable: false });
});
