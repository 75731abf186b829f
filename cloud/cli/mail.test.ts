import { afterEach, beforeEach, expect, spyOn, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSmtp, type TestSmtp } from "../testing/smtp-server.ts";
import { runProgram } from "./program.ts";

/** The commands as an administrator uses them, with a mail server on a real socket. */

const LOGIN = { user: "homepot", password: " a password with blanks " };
let directory: string;
let smtp: TestSmtp;
let printed: { stdout: string; stderr: string };
let spies: { mockRestore(): void }[];
let onStderr: () => void;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "homepot-mail-"));
  smtp = await startSmtp({ login: LOGIN });
  printed = { stdout: "", stderr: "" };
  onStderr = () => undefined;
  spies = (["stdout", "stderr"] as const).map((name) =>
    spyOn(process[name], "write").mockImplementation((text: string | Uint8Array) => {
      printed[name] += String(text);
      onStderr();
      return true;
    }),
  );
});
afterEach(async () => {
  for (const spy of spies) spy.mockRestore();
  await smtp[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
  process.exitCode = 0;
});

/** A settings file as the manual shows it; a value replaces one of it, null takes it out. */
function config(changes: Record<string, unknown> = {}): string[] {
  const authority = join(directory, "authority.pem");
  writeFileSync(authority, smtp.authority);
  const mail = {
    host: "localhost",
    port: smtp.port,
    authority,
    ...LOGIN,
    from: "HOMEPOT <homepot@homepot.test>",
  };
  const lines = Object.entries({ ...mail, ...changes })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const path = join(directory, "homepot.toml");
  writeFileSync(path, `data = ${JSON.stringify(join(directory, "data"))}\n[mail]\n${lines.join("\n")}\n`);
  return ["--config", path];
}

const mailTest = (changes?: Record<string, unknown>, ...more: string[]) =>
  runProgram(["mail-test", "ada@homepot.test", ...config(changes), ...more]);

test("mail-test sends a letter and tells which server took it", async () => {
  expect(await mailTest()).toBe(0);
  expect(printed.stdout).toContain(`localhost:${smtp.port} took a letter for ada@homepot.test, encrypted`);
  expect(smtp.letters).toMatchObject([
    {
      from: "homepot@homepot.test",
      to: ["ada@homepot.test"],
      subject: "HOMEPOT can send mail",
      encrypted: true,
    },
  ]);
  printed.stdout = "";
  expect(await mailTest({}, "--json")).toBe(0);
  expect(JSON.parse(printed.stdout)).toEqual({
    to: "ada@homepot.test",
    server: `localhost:${smtp.port}`,
    encrypted: true,
  });
});

test.each<[Record<string, unknown>, number, string]>([
  [{ password: "wrong secret" }, 1, "Check mail.user and mail.password"],
  [{ authority: null }, 1, "certificate is not trusted"],
  [{ host: null }, 1, "There is no mail server"],
  [{ from: null }, 2, "mail.from"],
  [{ from: "somebody" }, 2, "mail.from"],
  [{ password: null }, 2, "both, or neither"],
  [{ authority: "/nowhere.pem" }, 2, "mail.authority: ENOENT"],
])("mail-test says what is wrong with %p", async (changes, code, told) => {
  expect([await mailTest(changes), printed.stdout]).toEqual([code, ""]);
  expect(printed.stderr).toContain(told);
  expect(printed.stderr).not.toContain("secret");
});

test("mail-test refuses what is no address", async () => {
  expect(await runProgram(["mail-test", "ada", ...config()])).toBe(2);
  expect(printed.stderr).toContain("ada is no email address");
});

test("serve mails the link of whoever signed up and forgot the password; a stop loses no letter under way", async () => {
  const listening = Promise.withResolvers<string>();
  onStderr = () => {
    const url = /"message":"listening".*?"url":"([^"]+)"/.exec(printed.stderr)?.[1];
    if (url !== undefined) listening.resolve(url);
  };
  const more = ["--listen", "127.0.0.1:0", "--accounts-signup", "open"];
  const ended = runProgram(["serve", ...config(), ...more]);
  const url = await Promise.race([listening.promise, ended.then(() => Promise.reject(printed.stderr))]);
  const post = async (path: string, json: object): Promise<number> => {
    const body = JSON.stringify(json);
    const headers = { "content-type": "application/json" };
    return (await fetch(new URL(`/api/v1/auth/${path}`, url), { method: "POST", headers, body })).status;
  };
  const email = "ada@homepot.test";
  const [password, newPassword] = ["correct horse battery", "a new long password"];
  try {
    expect(await post("signup", { email, password, name: "Ada", organization: "Bistro" })).toBe(201);
    expect(await post("forgot-password", { email })).toBe(204);
    const link = /http:\S+/.exec((await smtp.letter()).text)?.[0] ?? "";
    expect(link).toStartWith(url);
    const token = new URL(link).searchParams.get("token");
    expect(await post("reset-password", { token, password: newPassword })).toBe(204);
    expect(await post("login", { email, password, remember: false })).toBe(401);
    expect(await post("login", { email, password: newPassword, remember: false })).toBe(200);
    expect(await post("forgot-password", { email })).toBe(204);
  } finally {
    process.emit("SIGTERM");
  }
  expect(await ended).toBe(0);
  expect(smtp.letters.map(({ to }) => to)).toEqual([[email], [email]]);
  expect(printed.stderr).not.toContain("reset-password?token=");
  expect(printed.stderr).not.toContain(LOGIN.password.trim());
});
