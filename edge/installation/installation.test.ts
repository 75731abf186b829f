import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { type Host, install, realHost, uninstall } from "./installation.ts";

/** Files are real, below a directory; programs of the system are noted, and answer as they would. */

let root: ReturnType<typeof temporaryDirectory>;
let ran: string[];
let said: string[];
let failing: string | null;
let systemd: number;
let host: Host;

beforeEach(() => {
  root = temporaryDirectory();
  [ran, said, failing, systemd] = [[], [], null, 257];
  mkdirSync(join(root.path, "run/systemd/system"), { recursive: true });
  writeFileSync(join(root.path, "program"), "first", { mode: 0o755 });
  host = {
    ...realHost(root.path),
    run(command) {
      if (command[1] === "--version") return { ok: systemd > 0, said: `systemd ${systemd} (test)` };
      ran.push(command.join(" "));
      return { ok: failing === null || !command.includes(failing), said: "no such thing" };
    },
  };
});
afterEach(() => root[Symbol.dispose]());

const parts = (isRoot = true) => ({ host, isRoot, say: (line: string) => void said.push(line) });
const put = (enrol: { cloud: string; claim: string } | null = null, dryRun = false) =>
  install({ program: join(root.path, "program"), enrol, dryRun }, parts());
const text = (path: string) => readFileSync(join(root.path, path), "utf8");

test("a new machine gets program, unit, account, settings, and is enrolled before it starts", () => {
  expect(put({ cloud: "https://homepot.example", claim: "AAAA-BBBB" })).toEqual({
    ok: true,
    value: undefined,
  });
  expect(ran).toEqual([
    "systemd-sysusers /usr/lib/sysusers.d/homepot-edge.conf",
    "systemd-tmpfiles --create /usr/lib/tmpfiles.d/homepot-edge.conf",
    "runuser -u homepot-edge -- /usr/bin/homepot-edge enroll --cloud https://homepot.example --claim AAAA-BBBB --data /var/lib/homepot-edge",
    "systemctl daemon-reload",
    "systemctl enable --quiet homepot-edge.service",
    "systemctl restart homepot-edge.service",
  ]);
  expect(text("etc/systemd/system/homepot-edge.service")).toContain("Type=notify");
  expect(text("usr/bin/homepot-edge")).toBe("first");
  expect(statSync(join(root.path, "usr/bin/homepot-edge")).mode & 0o777).toBe(0o755);
  expect(said.join("\n")).not.toContain("AAAA-BBBB");
});

test("run again it changes nothing that is right, keeps settings, and puts back what was lost", () => {
  put();
  writeFileSync(join(root.path, "etc/homepot/edge.toml"), "# mine");
  writeFileSync(join(root.path, "etc/systemd/system/homepot-edge.service"), "broken");
  said.length = 0;
  put();
  expect(said.filter((line) => line.startsWith("write") || line.includes("/usr/bin"))).toEqual([
    "/usr/bin/homepot-edge is up to date",
    "write /etc/systemd/system/homepot-edge.service",
  ]);
  expect(text("etc/homepot/edge.toml")).toBe("# mine");
  writeFileSync(join(root.path, "program"), "newer");
  put();
  expect(text("usr/bin/homepot-edge")).toBe("newer");
});

test("an older systemd gets nothing that it would warn of", () => {
  systemd = 252;
  put();
  expect(host.exists("/etc/systemd/system/homepot-edge.service.d/backoff.conf")).toBe(false);
});

test("a step that fails ends it and is named, with what it said", () => {
  failing = "enroll";
  expect(put({ cloud: "https://homepot.example", claim: "X" })).toMatchObject({
    refusal: { code: "install.failed", detail: expect.stringContaining("no such thing") },
  });
  expect(ran.some((command) => command.includes("restart"))).toBe(false);
});

test("without root, and without systemd, nothing is touched", () => {
  expect(install({ program: "x", enrol: null, dryRun: false }, parts(false))).toMatchObject({
    refusal: { code: "install.not-root" },
  });
  systemd = 0;
  expect(put()).toMatchObject({ refusal: { code: "install.no-systemd" } });
  expect({ ran, said }).toEqual({ ran: [], said: [] });
});

test("a dry run says all of it and does nothing", () => {
  expect(install({ program: "x", enrol: null, dryRun: true }, parts(false)).ok).toBe(true);
  expect(ran).toEqual([]);
  expect(said).toContain("would run systemctl restart homepot-edge.service");
  expect(host.exists("/usr/bin/homepot-edge")).toBe(false);
});

test("uninstalled, only what was to be kept is left", () => {
  put();
  mkdirSync(join(root.path, "var/lib/homepot-edge"), { recursive: true });
  expect(uninstall({ keepData: true, dryRun: false }, parts()).ok).toBe(true);
  expect(["/usr/bin/homepot-edge", "/etc/systemd/system/homepot-edge.service"].filter(host.exists)).toEqual(
    [],
  );
  expect(["/var/lib/homepot-edge", "/etc/homepot/edge.toml"].filter(host.exists).length).toBe(2);
  ran.length = 0;
  expect(uninstall({ keepData: false, dryRun: false }, parts()).ok).toBe(true);
  expect(["/var/lib/homepot-edge", "/etc/homepot/edge.toml"].filter(host.exists)).toEqual([]);
  expect(ran).toEqual(["systemctl daemon-reload", "getent passwd homepot-edge", "userdel homepot-edge"]);
});
