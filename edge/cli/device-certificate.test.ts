import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { runCaptured } from "./testing/run-captured.ts";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(async () => {
  directory = temporaryDirectory();
  await device("add", "till-1");
});
afterEach(() => directory[Symbol.dispose]());

const device = (...args: string[]) => runCaptured("device", ...args, "--data", directory.path);
const made = (name: string): string => join(directory.path, "made", name);

describe("homepot-edge device certificate", () => {
  test("writes what a device needs to log in over TLS, the key for its owner alone", async () => {
    const { code, stdout } = await device("certificate", "till-1", "--out", made(""), "--days", "5");
    expect(code).toBe(0);
    expect(stdout).toContain(made("till-1.pem"));
    const certificate = new X509Certificate(await Bun.file(made("till-1.pem")).text());
    expect(certificate.subject).toBe("CN=till-1");
    expect(certificate.checkPrivateKey(createPrivateKey(await Bun.file(made("till-1.key")).text()))).toBe(
      true,
    );
    expect(statSync(made("till-1.key")).mode & 0o777).toBe(0o600);
    const authority = (await device("authority")).stdout;
    expect(await Bun.file(made("authority.pem")).text()).toBe(authority);
    expect(certificate.verify(new X509Certificate(authority).publicKey)).toBe(true);
  });

  test("prints JSON, and what was issued can be taken back", async () => {
    const issued = await device("certificate", "till-1", "--out", made(""), "--json");
    expect(JSON.parse(issued.stdout)).toMatchObject({ device: "till-1", files: { key: made("till-1.key") } });
    expect(JSON.parse((await device("revoke", "till-1", "--json")).stdout)).toEqual({
      device: "till-1",
      revoked: 1,
    });
    expect((await device("revoke", "till-1")).stdout).toContain("0 certificates of till-1");
  });

  test("refuses a device that there is not, and days that cannot be", async () => {
    for (const args of [
      ["certificate", "nobody", "--out", made("")],
      ["revoke", "nobody"],
    ]) {
      const { code, stderr } = await device(...args);
      expect(code).toBe(1);
      expect(stderr).toContain("nobody");
    }
    expect((await device("certificate", "till-1", "--out", made(""), "--days", "0")).code).toBe(2);
    expect((await device("certificate", "till-1")).code).toBe(2);
  });
});
