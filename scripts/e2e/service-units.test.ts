import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The units, asked of systemd itself. */

const UNITS = ["homepot-edge", "homepot-cloud"];
/** Highest exposure that is taken; systemd gives 0 to 100 where it prints 0.0 to 10.0. */
const EXPOSURE_MAX = 20;

function run(...command: string[]): { exitCode: number; said: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { stdout: "pipe", stderr: "pipe" });
  return { exitCode, said: `${stdout}${stderr}` };
}

/** A root with the unit and a program where it wants one, so that only the unit itself can be found fault with. */
function rootWith(unit: string): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), "homepot-units-"));
  for (const folder of ["usr/bin", "bin", "etc/systemd/system"])
    mkdirSync(join(path, folder), { recursive: true });
  for (const program of [`usr/bin/${unit}`, "bin/kill"]) {
    writeFileSync(join(path, program), "#!/bin/sh\n", { mode: 0o755 });
  }
  for (const target of ["network", "time-sync", "multi-user", "sysinit", "basic", "shutdown"]) {
    writeFileSync(
      join(path, "etc/systemd/system", `${target}.target`),
      "[Unit]\nDescription=stands for one\n",
    );
  }
  run("cp", `systemd/${unit}.service`, join(path, "etc/systemd/system"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

describe.each(UNITS)("%s.service", (unit) => {
  test("has nothing that systemd does not know or take", () => {
    using root = rootWith(unit);
    const { exitCode, said } = run("systemd-analyze", `--root=${root.path}`, "verify", `${unit}.service`);
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: "" });
  });

  test("is exposed little", () => {
    const file = `systemd/${unit}.service`;
    const args = ["security", "--offline=true", `--threshold=${EXPOSURE_MAX}`, "--no-pager", file];
    const { exitCode, said } = run("systemd-analyze", ...args);
    expect({ exitCode, last: said.trim().split("\n").at(-1) }).toEqual({
      exitCode: 0,
      last: expect.stringContaining("Overall exposure level"),
    });
  });

  test("has its account and its directories made by systemd's own tools", () => {
    using root = rootWith(unit);
    const users = run("systemd-sysusers", `--root=${root.path}`, `${process.cwd()}/systemd/${unit}.sysusers`);
    expect(users).toMatchObject({ exitCode: 0 });
    const made = run(
      "systemd-tmpfiles",
      "--create",
      `--root=${root.path}`,
      `${process.cwd()}/systemd/${unit}.tmpfiles`,
    );
    expect(made).toMatchObject({ exitCode: 0 });
    expect(run("stat", "-c", "%a", join(root.path, "var/lib", unit)).said.trim()).toBe("700");
  });
});
