import { afterEach, expect, test } from "bun:test";
import { getLogger } from "@logtape/logtape";
import { refused, sent } from "../../protocol/notifications/outcome.ts";

import { seededRandom } from "../../protocol/seeded-random.ts";
import { systemClock } from "../clock/clock.ts";
import { startSmtp, type TestSmtp, type TestSmtpOptions } from "../testing/smtp-server.ts";
import { ORIGIN, PASSWORD } from "../testing/start-cloud.ts";
import { startPages } from "../testing/start-pages.ts";
import { createMail, type Mail, SmtpMailer } from "./mail.ts";

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

/** A service with pages, sign-up and a mail server. */
async function start(options: TestSmtpOptions = {}) {
  const smtp = await startSmtp(options);
  const mail = mailThrough(smtp);
  const pages = await startPages({ signupOpen: true, mail });
  opened.push(smtp, { [Symbol.asyncDispose]: () => mail.stop() }, pages);
  return { smtp, pages };
}

function mailThrough(smtp: TestSmtp): Mail {
  const { port, authority } = smtp;
  const from = { name: "HOMEPOT", address: "homepot@homepot.test" };
  const mailer = new SmtpMailer({ host: "localhost", port, tls: "starttls", authority, login: null, from });
  const log = getLogger(["test"]);
  return createMail({ mailer, clock: systemClock, random: seededRandom(1), log, publicUrl: ORIGIN });
}

test("who signs up and forgets the password gets a letter whose link sets a new one", async () => {
  const { smtp, pages } = await start();
  const email = "ada@homepot.test";
  const person = { name: "Ada", organization: 'Bistro <b> & "Sons"', email, password: PASSWORD };
  expect((await pages.send("/signup", person, null)).status).toBe(303);
  expect((await pages.send("/forgot-password", { email }, null)).status).toBe(200);

  const letter = await smtp.letter();
  expect(letter).toMatchObject({
    from: "homepot@homepot.test",
    to: [email],
    encrypted: true,
    subject: "Set a new HOMEPOT password",
  });
  expect(letter.headers).toMatchObject({
    from: "HOMEPOT <homepot@homepot.test>",
    "auto-submitted": "auto-generated",
  });
  for (const part of ["one hour", "If it was not you", ORIGIN]) {
    expect(letter.text).toContain(part);
    expect(letter.html).toContain(part);
  }
  expect(letter.text).toContain('Bistro <b> & "Sons"');
  expect(letter.html).toContain("Bistro &lt;b&gt; &amp; &quot;Sons&quot;");

  const link = /https:\S+reset-password\S+/.exec(letter.text)?.[0] ?? "";
  expect(letter.html).toContain(`href="${link}"`);
  const token = new URL(link).searchParams.get("token")!;
  const password = "a new long password";
  const set = await pages.send("/reset-password", { token, password }, null);
  expect([set.status, set.headers.get("location")]).toEqual([303, "/login?done=reset"]);
  expect((await pages.send("/login", { email, password }, null)).status).toBe(303);
});

test("who is invited gets a letter whose link makes them a member", async () => {
  const { smtp, pages } = await start();
  const { cloud } = pages;
  await pages.send("/settings/members", { email: "new@homepot.test", role: "operator" });
  const letter = await smtp.letter();
  expect([letter.to, letter.subject]).toEqual([["new@homepot.test"], "Join Homepot on HOMEPOT"]);
  for (const part of ["Owner invites you", "seven days", "If you do not know Owner"])
    expect(letter.text).toContain(part);

  const link = new URL(/https:\S+invitation\S+/.exec(letter.text)?.[0] ?? "");
  expect((await pages.open(`${link.pathname}${link.search}`, null)).status).toBe(200);
  const token = link.searchParams.get("token")!;
  const joined = await pages.send("/invitation", { token, name: "New", password: PASSWORD }, null);
  expect(joined.status).toBe(303);
  const members = await cloud.read<{ items: { user: { email: string } }[] }>("/members");
  expect(members.items.map(({ user }) => user.email)).toContain("new@homepot.test");
});

test("letters are in the language of the page they were asked for on, and of the API's in English", async () => {
  const { smtp, pages } = await start();
  const { app, cloud } = pages;
  const german = { "accept-language": "de-AT", origin: ORIGIN };
  const body = new URLSearchParams({ email: cloud.owner.email });
  await app.request(`${ORIGIN}/forgot-password`, { method: "POST", body, headers: german });
  const first = await smtp.letter();
  expect(first.subject).toBe("Neues Passwort für HOMEPOT");
  expect(first.text).toContain(`Jemand möchte für ${cloud.owner.email} bei Homepot ein neues`);
  expect(first.html).toContain('<html lang="de">');
  const headers = { "accept-language": "de" };
  await cloud.api("/auth/forgot-password", null, { headers, json: { email: cloud.owner.email } });
  expect((await smtp.letter(2)).subject).toBe("Set a new HOMEPOT password");
  const invited = { email: "neu@homepot.test", role: "viewer" };
  await pages.send("/settings/members", invited, cloud.owner, { "accept-language": "de" });
  expect((await smtp.letter(3)).subject).toBe("Einladung zu Homepot auf HOMEPOT");
});

test("a mail server that is dead, refuses or is slow changes no answer", async () => {
  for (const answer of ["", "421 4.3.2 not now", "550 5.1.1 never"]) {
    const { smtp, pages } = await start({ answer: (line) => (line.startsWith("MAIL") ? answer : null) });
    const asked = await pages.send("/forgot-password", { email: pages.cloud.owner.email }, null);
    expect([asked.status, (await asked.text()).includes("a link is on its way")]).toEqual([200, true]);
    const invited = await pages.cloud.api("/invitations", pages.cloud.owner, {
      json: { email: "new@homepot.test", role: "viewer" },
    });
    expect(invited.status).toBe(201);
    await smtp.heard("MAIL", 2);
    expect(smtp.letters).toEqual([]);
  }
});

test("nobody learns who has an account: the same answer, before anything is looked up, and no letter", async () => {
  const { smtp, pages } = await start();
  const { owner, db } = pages.cloud;
  const ask = (email: string) => pages.cloud.api("/auth/forgot-password", null, { json: { email } });
  // With the database held, an answer that waited for it would not come.
  const free = Promise.withResolvers<void>();
  const held = db.write(() => free.promise);
  const answers = [await ask(owner.email), await ask("nobody@homepot.test")];
  free.resolve();
  await held;
  expect(answers.map(({ status }) => status)).toEqual([204, 204]);
  await pages.cloud.cloud.accounts.settled();
  expect((await smtp.letter()).to).toEqual([owner.email]);
  expect(smtp.letters).toHaveLength(1);
});

test("without a mail server the pages promise no letter, and the links are for whoever runs the service", async () => {
  const logged: string[] = [];
  const keep = ({ link }: { link: string }): void => void logged.push(link);
  const mail = {
    isSending: false,
    sendResetLink: keep,
    sendInvitation: keep,
    sendNotification: async () => refused("no mail"),
  };
  const pages = await startPages({ mail });
  opened.push(pages);
  const { owner, cloud } = pages.cloud;
  expect(await (await pages.open("/forgot-password", null)).text()).toContain("sends no mail");
  const asked = await pages.send("/forgot-password", { email: owner.email }, null);
  expect(await asked.text()).toContain("whoever runs this service has a link");
  const invited = await pages.send("/settings/members", { email: "new@homepot.test", role: "viewer" });
  const text = await invited.text();
  expect(text).toContain("This service sends no mail: give them this link yourself.");
  await cloud.accounts.settled();
  expect(logged.map((link) => new URL(link).pathname).sort()).toEqual(["/invitation", "/reset-password"]);
  expect(text).toContain(logged.find((link) => link.includes("/invitation"))!);
});

test("a notification is a letter in its reader's language, and what the mail server says of it comes back", async () => {
  const { smtp } = await start({
    answer: (line) =>
      line.startsWith("RCPT TO:<busy@")
        ? "451 later"
        : line.startsWith("RCPT TO:<no@")
          ? "550 nobody here"
          : null,
  });
  const mail = mailThrough(smtp);
  const news = {
    ...{ id: "0190-7a", title: "Tür <offen>", body: "Kühlraum 2" },
    ...{ link: "/devices/7", language: "de-AT" },
  };
  expect(await mail.sendNotification({ ...news, email: "ada@homepot.test" })).toEqual(sent());
  const letter = await smtp.letter();
  expect(letter).toMatchObject({ to: ["ada@homepot.test"], subject: "Tür <offen>" });
  expect(letter.headers["message-id"]).toMatch(/^<0190-7a@[^@]+>$/);
  expect(letter.text).toContain(`Öffnen:\n${ORIGIN}/devices/7`);
  expect(letter.html).toContain("Tür &lt;offen&gt;");
  expect(await mail.sendNotification({ ...news, email: "busy@homepot.test" })).toMatchObject({
    outcome: "retryable",
  });
  expect(await mail.sendNotification({ ...news, email: "no@homepot.test", link: null })).toMatchObject({
    outcome: "refused",
    reason: expect.stringContaining("550"),
  });
  await mail.stop();
  const without = createMail({
    ...{
      mailer: null,
      clock: systemClock,
      random: seededRandom(1),
      log: getLogger(["test"]),
      publicUrl: ORIGIN,
    },
  });
  expect(await without.sendNotification({ ...news, email: "ada@homepot.test" })).toMatchObject({
    outcome: "refused",
  });
});
