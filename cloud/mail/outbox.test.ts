import { describe, expect, test } from "bun:test";
import { configure, getLogger, type LogRecord, reset } from "@logtape/logtape";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { HOUR, MINUTE } from "../../protocol/units.ts";
import { startSmtp, type TestSmtpOptions } from "../testing/smtp-server.ts";
import { testLetter } from "./letters.ts";
import { LETTERS_MAX, MAIL_ATTEMPTS, OUTBOX_MAX, Outbox } from "./outbox.ts";
import { type Mailer, SmtpMailer } from "./smtp.ts";

const letter = (to = "ada@homepot.test") => testLetter(to, "https://homepot.test");

/** An outbox whose log is read, with a clock that moves when told to. */
async function start(mailer: Mailer) {
  const records: LogRecord[] = [];
  const waiting: (() => void)[] = [];
  await configure({
    reset: true,
    sinks: {
      list: (record) => {
        records.push(record);
        for (const wake of waiting.splice(0)) wake();
      },
    },
    loggers: [
      { category: "outbox", lowestLevel: "debug", sinks: ["list"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
    ],
  });
  const clock = new ManualClock();
  const outbox = new Outbox({ mailer, clock, random: seededRandom(3), log: getLogger("outbox") });
  const told = async (count: number): Promise<LogRecord> => {
    while (records.length < count) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    return records[count - 1]!;
  };
  return { outbox, clock, records, told, [Symbol.asyncDispose]: () => reset() };
}

async function startWith(options: TestSmtpOptions) {
  const smtp = await startSmtp(options);
  const { port, authority } = smtp;
  const from = { name: "HOMEPOT", address: "homepot@homepot.test" };
  const mailer = new SmtpMailer({ host: "localhost", port, tls: "starttls", authority, login: null, from });
  const started = await start(mailer);
  return {
    ...started,
    smtp,
    async [Symbol.asyncDispose]() {
      await started[Symbol.asyncDispose]();
      await smtp[Symbol.asyncDispose]();
    },
  };
}

const isRecipient = (line: string): boolean => line.startsWith("RCPT");

describe("a letter that is not taken", () => {
  test("is offered again until it is: a server that turns strangers away first", async () => {
    let refusals = 2;
    await using all = await startWith({
      answer: (line) => (isRecipient(line) && refusals-- > 0 ? "451 4.7.1 greylisted, come back" : null),
    });
    all.outbox.post(letter());
    for (const count of [1, 2]) {
      const { level, properties } = await all.told(count);
      expect([level, properties.to]).toEqual(["warning", "ada@homepot.test"]);
      expect(String(properties.reason)).toContain("greylisted");
      expect(all.clock.pending).toBe(1);
      all.clock.advance(MINUTE);
    }
    expect((await all.smtp.letter()).to).toEqual(["ada@homepot.test"]);
    expect((await all.told(3)).level).toBe("info");
    expect(all.clock.pending).toBe(0);
  });

  test("is given up after seven attempts in less than the hour its link is good for, with the next step", async () => {
    await using all = await startWith({ answer: (line) => (isRecipient(line) ? "451 4.3.0 no" : null) });
    const beganMs = all.clock.monotonicMs();
    all.outbox.post(letter());
    for (let failed = 1; failed < MAIL_ATTEMPTS; failed += 1) {
      expect((await all.told(failed)).level).toBe("warning");
      while (all.clock.pending > 0) all.clock.advance(1_000);
    }
    const { level, properties } = await all.told(MAIL_ATTEMPTS);
    expect([level, properties.attempts]).toEqual(["error", MAIL_ATTEMPTS]);
    expect(String(properties.hint)).toContain("recipient");
    expect(all.clock.monotonicMs() - beganMs).toBeWithin(5 * MINUTE, HOUR);
    expect(all.clock.pending).toBe(0);
    expect(all.smtp.lines.filter(isRecipient)).toHaveLength(MAIL_ATTEMPTS);
  });

  test("is given up at once when the server says never", async () => {
    await using all = await startWith({ answer: (line) => (isRecipient(line) ? "550 5.1.1 nobody" : null) });
    all.outbox.post(letter());
    expect(await all.told(1)).toMatchObject({ level: "error", properties: { attempts: 1 } });
    expect(all.clock.pending).toBe(0);
  });
});

describe("an outbox", () => {
  test("sends one address so many letters, and others theirs", async () => {
    await using all = await startWith({});
    for (let count = 0; count < LETTERS_MAX + 2; count += 1) all.outbox.post(letter());
    all.outbox.post(letter("eve@homepot.test"));
    await all.smtp.letter(LETTERS_MAX + 1);
    await all.outbox.stop();
    const to = all.smtp.letters.flatMap((one) => one.to);
    expect(to.filter((one) => one === "eve@homepot.test")).toHaveLength(1);
    expect(to).toHaveLength(LETTERS_MAX + 1);
    expect(all.records.filter(({ level }) => level === "warning")).toHaveLength(2);
  });

  test("holds so many letters, and tells of those that are too many", async () => {
    const never = Promise.withResolvers<void>();
    await using all = await start({ send: () => never.promise });
    for (let count = 0; count < OUTBOX_MAX + 10; count += 1)
      all.outbox.post(letter(`p${count}@homepot.test`));
    // Four are under way.
    expect(all.records.map(({ level }) => level)).toEqual(Array(6).fill("error"));
    const stopped = all.outbox.stop();
    all.clock.advance(MINUTE);
    await stopped;
    expect(all.records).toHaveLength(6 + OUTBOX_MAX);
  });

  test("that stops waits for the letter under way", async () => {
    const sent = Promise.withResolvers<void>();
    await using all = await start({ send: () => sent.promise });
    all.outbox.post(letter());
    const stopped = all.outbox.stop().then(() => all.records.length);
    sent.resolve();
    expect(await stopped).toBe(1);
  });

  test("that stops tells which letters are lost, and takes no more", async () => {
    const refused = Object.assign(new Error("refused"), { code: "ECONNECTION" });
    await using all = await start({ send: () => Promise.reject(refused) });
    all.outbox.post(letter("late@homepot.test"));
    expect((await all.told(1)).level).toBe("warning");
    await all.outbox.stop();
    all.outbox.post(letter("later@homepot.test"));
    const lost = all.records.slice(1).map(({ level, properties }) => [level, properties.to]);
    expect(lost).toEqual([
      ["error", "late@homepot.test"],
      ["error", "later@homepot.test"],
    ]);
    expect(all.clock.pending).toBe(0);
  });
});
