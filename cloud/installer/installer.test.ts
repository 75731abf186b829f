import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { installCommand, installScript } from "./installer.ts";

describe("the script", () => {
  test("knows the cloud that hands it out, whatever its address", () => {
    const set = (url: string) => /^CLOUD=.*$/m.exec(installScript(url))?.[0];
    expect(set("https://homepot.example/")).toBe("CLOUD='https://homepot.example'");
    expect(set("https://homepot.example/a'; rm -rf /; '")).toBe(
      "CLOUD='https://homepot.example/a%27; rm -rf /; %27'",
    );
    expect(set("https://homepot.example/$&")).toBe("CLOUD='https://homepot.example/$&'");
  });

  test("is the POSIX shell's, and shellcheck finds nothing", () => {
    const { stdout, exitCode } = Bun.spawnSync(["shellcheck", join(import.meta.dir, "install.sh")], {
      stdout: "pipe",
      stderr: "pipe",
    });
    expect([stdout.toString(), exitCode]).toEqual(["", 0]);
  });

  test("does nothing when it was cut off on its way", () => {
    const script = installScript("https://homepot.example");
    const cut = script.slice(0, script.lastIndexOf('main "$@"'));
    const { stdout, stderr, exitCode } = Bun.spawnSync(["sh", "-c", cut], { stdout: "pipe", stderr: "pipe" });
    expect([`${stdout}${stderr}`, exitCode]).toEqual(["", 0]);
  });
});

test("the command is the one the dashboard shows", () => {
  expect(installCommand("https://homepot.example", "7KQF-2M9D")).toBe(
    "curl -fsSL https://homepot.example/install.sh | sudo sh -s -- 7KQF-2M9D",
  );
});
