import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { awaitLine, type Host, install, realHost, uninstall } from "./installation.ts";

/** Files are real, below a directory; programs of the system are noted, and answer as they would. */

let root: ReturnType<typeof temporaryDirectory>;
let ran: string[];
let said: string[];
let failing: string | null;
let systemd: number;
/** What `homepot-edge status --json` prints, and what `doctor` does. */
let status: object | null;
let found: string;
let host: Host;

beforeEach(() => {
  root = temporaryDirectory();
  [ran, said, failing, systemd, status, found] = [[], [], null, 257, null, ""];
  mkdirSync(join(root.path, "run/systemd/system"), { recursive: true });
  writeFileSync(join(root.path, "program"), "first", { mode: 0o755 });
  host = {
    ...realHost(root.path),
    run(command) {
      if (command[1] === "--version") return { ok: systemd > 0, said: `systemd ${systemd} (test)` };
      if (command.includes("status")) return { ok: status !== null, said: JSON.stringify(status) };
      if (command.includes("doctor")) return { ok: found === "", said: found };
      ran.push(command.join(" "));
      return { ok: failing === null || !command.includes(failing), said: "no such thing" };
    },
  };
});
afterEach(() => root[Symbol.dispose]());

const parts = (isRoot = true) => ({
  ...{ host, isRoot, say: (line: string) => void said.push(line) },
  wait: (ms: number) => void said.push(`waited ${ms}`),
});
const ENROL = { cloud: "https://homepot.example", claim: "AAAA-BBBB" };
const put = (
  enrol: typeof ENROL | null = null,
  more: { dryRun?: boolean; proxy?: string; releaseKey?: string } = {},
) => {
  const { dryRun = false, proxy = null, releaseKey = null } = more;
  return install({ program: join(root.path, "program"), enrol, dryRun, proxy, releaseKey }, parts());
};
const text = (path: string) => readFileSync(join(root.path, path), "utf8");

test("a new machine gets program, unit, account, settings, and is enrolled before it starts", () => {
  expect(put(ENROL)).toEqual({ ok: true, value: undefined });
  expect(ran).toEqual([
    "systemd-sysusers /usr/lib/sysusers.d/homepot-edge.conf",
    "systemd-tmpfiles --create /usr/lib/tmpfiles.d/homepot-edge.conf",
    "runuser -u homepot-edge -- /usr/bin/homepot-edge enroll --cloud https://homepot.example --claim AAAA-BBBB --config /etc/homepot/edge.toml --data /var/lib/homepot-edge",
    "systemctl daemon-reload",
    "systemctl enable --quiet homepot-edge.service",
    "systemctl restart homepot-edge.service",
  ]);
  expect(text("etc/systemd/system/homepot-edge.service")).toContain("Type=notify");
  expect(text("usr/lib/homepot-edge/homepot-edge")).toBe("first");
  expect(text("usr/lib/homepot-edge/sequence")).toBe("0\n");
  expect(text("usr/bin/homepot-edge")).toStartWith("#!/bin/sh");
  for (const path of ["usr/bin/homepot-edge", "usr/lib/homepot-edge/homepot-edge"])
    expect(statSync(join(root.path, path)).mode & 0o777).toBe(0o755);
  expect(said.join("\n")).not.toContain("AAAA-BBBB");
});

test("run again it changes nothing that is right, keeps settings, and puts back what was lost", () => {
  put();
  writeFileSync(join(root.path, "etc/homepot/edge.toml"), "# mine");
  writeFileSync(join(root.path, "etc/systemd/system/homepot-edge.service"), "broken");
  said.length = 0;
  put();
  expect(said.filter((line) => line.startsWith("write") || line.includes("date"))).toEqual([
    "/usr/lib/homepot-edge/homepot-edge is up to date",
    "write /etc/systemd/system/homepot-edge.service",
  ]);
  expect(text("etc/homepot/edge.toml")).toBe("# mine");
  writeFileSync(join(root.path, "program"), "newer");
  put();
  expect(text("usr/lib/homepot-edge/homepot-edge")).toBe("newer");
});

test("an older systemd gets nothing that it would warn of", () => {
  systemd = 252;
  put();
  expect(host.exists("/etc/systemd/system/homepot-edge.service.d/backoff.conf")).toBe(false);
});

test("a step that fails ends it and is named, with what it said", () => {
  failing = "--create";
  expect(put(ENROL)).toMatchObject({
    refusal: { code: "install.failed", detail: expect.stringContaining("no such thing") },
  });
  expect(ran.some((command) => command.includes("restart"))).toBe(false);
});

test("a code that is no good does not keep the gateway from serving its site", () => {
  failing = "enroll";
  expect(put(ENROL)).toMatchObject({ refusal: { code: "install.not-enrolled", detail: "no such thing" } });
  expect(ran.at(-1)).toBe("systemctl restart homepot-edge.service");
});

test("a gateway that is enrolled stays what it is, and its code is not asked for again", () => {
  put(ENROL);
  ran.length = 0;
  status = { enrolment: { site: "Cardiff Bay", cloud: ENROL.cloud }, uplink: null, page: null };
  expect(put({ ...ENROL, cloud: `${ENROL.cloud}/` }).ok).toBe(true);
  expect(ran.some((command) => command.includes("enroll"))).toBe(false);
  expect(said).toContain("enrolled already, as the gateway of Cardiff Bay");
  put({ ...ENROL, cloud: "https://other.example" });
  expect(ran.some((command) => command.includes("enroll --cloud https://other.example"))).toBe(true);
});

test("a gateway that does not start is told with what stands in its way", () => {
  failing = "restart";
  found =
    "PROBLEM  gateway     it does not run\n   → Start it with x\nPROBLEM  ports       taken by mosquitto\n   → Stop mosquitto.\nok  disk";
  expect(put()).toEqual({
    ok: false,
    refusal: {
      code: "install.not-started",
      detail: "PROBLEM  ports       taken by mosquitto\n→ Stop mosquitto.",
    },
  });
  found = "PROBLEM  gateway     it does not run";
  expect(put()).toMatchObject({ refusal: { code: "install.not-started", detail: "no such thing" } });
});

test("a proxy is written into new settings, for the gateway's account alone, and a key is pinned", () => {
  const proxy = 'http://me:"x"@proxy:3128';
  put(null, { proxy, releaseKey: join(root.path, "program") });
  expect(Bun.TOML.parse(text("etc/homepot/edge.toml"))).toMatchObject({ cloud: { proxy } });
  expect(statSync(join(root.path, "etc/homepot/edge.toml")).mode & 0o777).toBe(0o640);
  expect(ran).toContain("chgrp homepot-edge /etc/homepot/edge.toml");
  expect(text("usr/lib/homepot-edge/release-key.pem")).toBe("first");
  expect(statSync(join(root.path, "usr/lib/homepot-edge/release-key.pem")).mode & 0o777).toBe(0o644);
  put(null, { proxy: "http://other:1" });
  expect(text("etc/homepot/edge.toml")).not.toContain("other:1");
  expect(said).toContain(
    "/etc/homepot/edge.toml is left as it is: set cloud.proxy in it, if it is not there",
  );
});

test("the line is waited for as long as it is under way, and not for ever", () => {
  put();
  const at = (state: string) => ({ enrolment: null, uplink: { state }, page: null });
  status = at("connected");
  said.length = 0;
  expect(awaitLine(parts())).toEqual(at("connected"));
  expect(said).toEqual([]);
  status = at("connecting");
  expect(awaitLine(parts())).toEqual(at("connecting"));
  expect(said).toEqual(Array(15).fill("waited 1000"));
  status = null;
  expect(awaitLine(parts())).toBeNull();
});

test("without root, and without systemd, nothing is touched", () => {
  const options = { program: "x", enrol: null, releaseKey: null, proxy: null, dryRun: false };
  expect(install(options, parts(false))).toMatchObject({ refusal: { code: "install.not-root" } });
  systemd = 0;
  expect(put()).toMatchObject({ refusal: { code: "install.no-systemd" } });
  expect({ ran, said }).toEqual({ ran: [], said: [] });
});

test("a dry run says all of it and does nothing", () => {
  expect(put(ENROL, { dryRun: true }).ok).toBe(true);
  expect(ran).toEqual([]);
  expect(said).toContain("would run systemctl restart homepot-edge.service");
  expect(host.exists("/usr/bin/homepot-edge")).toBe(false);
});

test("a folder of settings that others use stays", () => {
  put();
  writeFileSync(join(root.path, "etc/homepot/cloud.toml"), "");
  expect(uninstall({ keepData: false, dryRun: false }, parts()).ok).toBe(true);
  expect(host.exists("/etc/homepot/cloud.toml")).toBe(true);
});

test("what came as a package is enrolled and started, and its files are the package's", () => {
  mkdirSync(join(root.path, "var/lib/dpkg/info"), { recursive: true });
  writeFileSync(join(root.path, "var/lib/dpkg/info/homepot-edge.list"), "");
  expect(put(ENROL).ok).toBe(true);
  expect(ran.some((command) => command.includes("enroll"))).toBe(true);
  expect(host.exists("/etc/systemd/system/homepot-edge.service")).toBe(false);
  expect(uninstall({ keepData: true, dryRun: false }, parts())).toMatchObject({
    refusal: { code: "install.packaged" },
  });
});

test("uninstalled, only what was to be kept is left", () => {
  put();
  mkdirSync(join(root.path, "var/lib/homepot-edge/versions/a"), { recursive: true });
  expect(uninstall({ keepData: true, dryRun: false }, parts()).ok).toBe(true);
  expect(["/usr/bin/homepot-edge", "/etc/systemd/system/homepot-edge.service"].filter(host.exists)).toEqual(
    [],
  );
  expect(["/var/lib/homepot-edge", "/etc/homepot/edge.toml"].filter(host.exists).length).toBe(2);
  expect(["/usr/lib/homepot-edge", "/var/lib/homepot-edge/versions"].filter(host.exists)).toEqual([]);
  ran.length = 0;
  expect(uninstall({ keepData: false, dryRun: false }, parts()).ok).toBe(true);
  expect(["/var/lib/homepot-edge", "/etc/homepot"].filter(host.exists)).toEqual([]);
  expect(ran).toEqual(["systemctl daemon-reload", "getent passwd homepot-edge", "userdel homepot-edge"]);
});
