import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Platform, Release } from "../../protocol/releases/release.ts";
import { makeLocalCertificate } from "../testing/local-certificate.ts";
import { addRelease, releaseKey } from "../testing/release-folder.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { installScript } from "./installer.ts";
import { type Machine, makeMachine, type RunOptions, STAND_IN } from "./testing/run-script.ts";

/** The script itself, on a machine of its own, against the real routes of a cloud; only the program is a stand-in. */

const CODE = "7KQF-2M9D";
const THIS: Platform = process.arch === "arm64" ? "linux-arm64" : "linux-x64";
const PROGRAM = `homepot-edge-${THIS}`;
const key = releaseKey();
const releases = mkdtempSync(join(tmpdir(), "homepot-installer-releases-"));
const stick = join(releases, "b");
let cloud: TestCloud;
let server: ReturnType<typeof Bun.serve>;
let release: Release;
let asked: { path: string; range: string | null }[] = [];
let machine: Machine;

beforeAll(async () => {
  cloud = await startCloud({ releasesDirectory: releases });
  addRelease(join(releases, "a"), { sequence: 7, key, programs: [[THIS, Buffer.from("old")]] });
  release = addRelease(stick, { sequence: 20, key, programs: [[THIS, Buffer.from(STAND_IN)]] });
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      asked.push({ path: new URL(request.url).pathname, range: request.headers.get("range") });
      return cloud.app.fetch(request);
    },
  });
});
afterAll(async () => {
  server.stop(true);
  await cloud[Symbol.asyncDispose]();
  rmSync(releases, { recursive: true });
});
beforeEach(() => {
  asked = [];
  machine = makeMachine();
});
afterEach(() => machine[Symbol.dispose]());

const url = (): string => `http://127.0.0.1:${server.port}`;
const run = (args: string[] = [CODE], more: RunOptions = {}, cloudUrl = url()) =>
  machine.run(installScript(cloudUrl), args, more);
const fromStick = (args: string[] = [], more: RunOptions = {}) => run(["--from", stick, ...args], more);

describe("install.sh", () => {
  test("brings the newest release, checks it, and has its program install and enrol", async () => {
    const { code, said, calls, left } = await run();
    expect([code, calls, left]).toEqual([
      0,
      [`install --release-key /var/cache/homepot-edge/release-key.pem --cloud ${url()} --claim ${CODE}`],
      [],
    ]);
    expect(said).toContain(`downloading ${PROGRAM} of release ${release.version}`);
    expect(said).toContain("holds (checked by openssl; key ");
    expect(asked.map(({ path }) => path)).toEqual([
      ...["release.json", "release.json.sig", "release-key.pem"].map((file) => `/releases/latest/${file}`),
      `/releases/20/${PROGRAM}`,
    ]);
  });

  test("does the same with wget, and without openssl, where the program checks the release itself", async () => {
    machine.lacks("curl", "openssl");
    const { code, said, calls } = await run();
    expect([code, calls.length]).toEqual([0, 2]);
    expect(calls[0]).toStartWith("verify-release /var/cache/homepot-edge --key ");
    expect(said).toContain("checked by the new program itself, as there is no openssl here");
    const doubted = await run([CODE], { env: { VERIFY_ENDS: "1" } });
    expect([doubted.code, doubted.calls.length]).toEqual([1, 1]);
    expect(doubted.said).toContain("The signature of the release does not hold");
  });

  test("goes on with a download that was cut off, and begins anew when it turns out to be another file", async () => {
    const before = (content: string) =>
      `mkdir -p /var/cache/homepot-edge; printf '%s' '${content}' >/var/cache/homepot-edge/${PROGRAM}`;
    expect((await run([CODE], { before: before("#!/bin/sh") })).code).toBe(0);
    expect(asked.at(-1)).toEqual({ path: `/releases/20/${PROGRAM}`, range: "bytes=9-" });
    const other = await run([CODE], { before: before("something") });
    expect([other.code, other.calls, other.left.includes(PROGRAM)]).toEqual([1, [], false]);
    expect(other.said).toContain("its hash differs");
  });

  test("installs from a stick, without a network, and enrols when it is told with whom", async () => {
    expect((await fromStick()).calls).toEqual([`install --release-key ${stick}/release-key.pem`]);
    const { code, calls } = await fromStick([
      CODE,
      "--cloud",
      "https://homepot.example/",
      "--proxy",
      "http://p:1",
    ]);
    expect([code, calls[0]]).toEqual([
      0,
      `install --release-key ${stick}/release-key.pem --cloud https://homepot.example --claim ${CODE} --proxy http://p:1`,
    ]);
    expect(asked).toEqual([]);
  });

  test("only looks and tells when it is asked to", async () => {
    machine.has("id", "echo 1000");
    const { code, said, calls, left } = await run(["--dry-run", CODE]);
    expect([code, calls, left]).toEqual([0, [], []]);
    expect(said).toContain(`would download ${PROGRAM}`);
    expect(said).toContain("--claim ...");
    expect(said).not.toContain(`--claim ${CODE}`);
    expect(asked.length).toBe(3);
  });

  test("ends as its program ends, and keeps what it has brought for the next time", async () => {
    const { code, left } = await run([CODE], { env: { INSTALL_ENDS: "1" } });
    expect([code, left]).toEqual([1, expect.arrayContaining([PROGRAM])]);
  });
});

describe("an installer is told what happened and what to do", () => {
  const refused = async (ran: ReturnType<typeof run>, what: string, advice: string) => {
    const { code, said, calls } = await ran;
    expect([code, calls]).toEqual([1, []]);
    expect(said).toContain(`The gateway was not installed: ${what}`);
    expect(said).toContain(`-> ${advice}`);
  };

  test("of a code that is none", () => refused(run(["code"]), "code is not a claim code.", "They look like"));
  test("of a code without a cloud", () =>
    refused(run(["--from", stick, CODE], {}, ""), "It is not said which cloud", "Name it: --cloud"));
  test("of a script without a cloud", () =>
    refused(run([], {}, ""), "It is not said where the program", "Take the"));
  test("of another system", () => {
    machine.has("uname", "echo Darwin");
    return refused(run(), "This is Darwin", "Use a Linux machine");
  });
  test("of another processor", () => {
    machine.has("uname", "if [ $1 = -m ]; then echo armv7l; else echo Linux; fi");
    return refused(run(), "There is no program for this processor (armv7l).", "It has to be x64 or arm64.");
  });
  test("of an account that is not root's", () => {
    machine.has("id", "echo 1000");
    return refused(run(), "This changes the system, and you are not root.", "Run it with sudo");
  });
  test("of a machine without systemd", () =>
    refused(
      run([CODE], { systemd: false }),
      "This machine does not run systemd",
      "Use a system with systemd",
    ));
  test("of a disk that is nearly full", () => {
    machine.has("df", "echo; echo none 1000000 900000 102400 90% /");
    return refused(run(), "There are only 100 MiB free on the disk of /usr.", "It takes 400 MiB.");
  });
  test("of commands that are missing", async () => {
    machine.lacks("curl", "wget");
    await refused(run(), "There is neither curl nor wget here.", "On Debian: apt-get install curl");
    machine.lacks("sha256sum");
    await refused(run(), "The command sha256sum is missing.", "On Debian: apt-get install coreutils");
  });
  test("of a name that nobody knows", () =>
    refused(
      run([CODE], {}, "https://homepot.invalid"),
      "No name server knows homepot.invalid",
      "Check the cable",
    ));
  test.each(["curl", "wget"])("of a cloud that does not answer (%s)", async (tool) => {
    machine.lacks(tool === "curl" ? "wget" : "curl");
    await refused(
      run([CODE], {}, "http://127.0.0.1:1"),
      "The cloud cannot be reached at",
      "Check the site's line",
    );
  });
  test("of a certificate that does not count, and of a clock that is the reason", async () => {
    const { key: secret, certificate: cert } = await makeLocalCertificate();
    const tls = { key: secret, cert };
    using secure = Bun.serve({ hostname: "127.0.0.1", port: 0, tls, fetch: () => new Response("ok") });
    const there = `https://127.0.0.1:${secure.port}`;
    await refused(
      run([CODE], {}, there),
      "The certificate of 127.0.0.1 does not count here.",
      "On Debian: apt-get",
    );
    machine.has("date", 'case $1 in +%s) echo 86400 ;; *) exec /bin/date "$@" ;; esac');
    await refused(
      run([CODE], {}, there),
      "The clock of this machine is wrong",
      "Set it: timedatectl set-ntp",
    );
    secure.stop(true);
  });
  test("of a cloud without a release, and of one that is not well", async () => {
    using empty = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => new Response("", { status: 404 }),
    });
    using ill = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("", { status: 502 }) });
    const at = (one: { port?: number | undefined }) => run([CODE], {}, `http://127.0.0.1:${one.port}`);
    await refused(at(empty), "The cloud has no release to hand out", "Whoever runs the cloud puts one there");
    await refused(at(ill), "The cloud answered with status 502", "Try again in a minute.");
  });
  test("of a release without a program for this machine", () => {
    machine.has(
      "uname",
      `if [ $1 = -m ]; then echo ${THIS === "linux-x64" ? "aarch64" : "x86_64"}; else echo Linux; fi`,
    );
    const loader = THIS === "linux-x64" ? "/lib/ld-linux-aarch64.so.1" : "/lib64/ld-linux-x86-64.so.2";
    return refused(run([CODE], { before: `: >${loader}` }), "Release 0.1.20 has no program", "Whoever makes");
  });
  test("of a program that does not start", async () => {
    const broken = join(releases, "broken");
    addRelease(broken, { sequence: 5, key, programs: [[THIS, Buffer.from("\u007fELF of nothing\0\0\0")]] });
    const { code, said } = await run(["--from", broken]);
    expect(code).toBe(1);
    expect(said).toContain("The program does not start on this machine.");
    rmSync(broken, { recursive: true });
  });
});

describe("nothing is run of a release", () => {
  const tampered = (change: (folder: string) => void): string => {
    const folder = join(machine.path, "stick");
    cpSync(stick, folder, { recursive: true });
    change(folder);
    return folder;
  };
  const refused = async (ran: ReturnType<typeof run>, what: string) => {
    const { code, said, calls } = await ran;
    expect([code, calls]).toEqual([1, []]);
    expect(said).toContain(what);
  };

  test("whose manifest was changed", () => {
    const folder = tampered((at) => {
      const changed = { ...release, version: "9.9.9" };
      writeFileSync(join(at, "release.json"), JSON.stringify(changed));
    });
    return refused(run(["--from", folder]), "The signature of the release does not hold");
  });
  test("whose program was changed", () => {
    const folder = tampered((at) => writeFileSync(join(at, PROGRAM), "#!/bin/sh\nevil"));
    return refused(run(["--from", folder]), "The program is not what the release says");
  });
  test("that lacks a file, or has one that cannot be read", async () => {
    const folder = tampered((at) => rmSync(join(at, "release.json.sig")));
    await refused(run(["--from", folder]), "release.json.sig is not there.");
    const cut = tampered((at) => writeFileSync(join(at, "release.json"), "{"));
    await refused(run(["--from", cut]), "release.json cannot be read.");
  });
  test("by another key than the one that was named, or the one this gateway was installed with", async () => {
    await refused(fromStick(["--key", "ab".repeat(32)]), "signed by another key than the one you named");
    const other = join(machine.path, "other");
    addRelease(other, { sequence: 30, programs: [[THIS, Buffer.from(STAND_IN)]] });
    const before = `mkdir -p /usr/lib/homepot-edge; cp ${stick}/release-key.pem /usr/lib/homepot-edge/`;
    await refused(run(["--from", other], { before }), "signed by another key than the one this gateway was");
    expect((await fromStick([], { before })).calls).toEqual([
      "install --release-key /usr/lib/homepot-edge/release-key.pem",
    ]);
  });
  test("where a key was named, and nothing independent is there to check by it", async () => {
    machine.lacks("openssl");
    const pem = await Bun.file(join(stick, "release-key.pem")).text();
    const der = Buffer.from(pem.replaceAll(/-----.*-----/g, ""), "base64");
    const hex = new Bun.CryptoHasher("sha256").update(der).digest("hex").toUpperCase();
    await refused(
      fromStick(["--key", hex]),
      "There is no openssl here to check the release by the key you named.",
    );
    machine.has("openssl", 'exec /usr/bin/openssl "$@"');
    expect((await fromStick(["--key", hex])).code).toBe(0);
  });
  test("where openssl is missing, by the word of the gateway that is installed", async () => {
    machine.lacks("openssl");
    const before = `mkdir -p /usr/lib/homepot-edge; cp ${stick}/${PROGRAM} /usr/lib/homepot-edge/homepot-edge; chmod 755 /usr/lib/homepot-edge/homepot-edge`;
    const { said, calls } = await fromStick([], { before });
    expect(said).toContain("checked by the installed gateway");
    expect(calls[0]).toStartWith(`verify-release ${stick} --key`);
  });
});

test("what is typed wrong ends with 2 and says where to look", async () => {
  for (const args of [["--cluod", "x"], ["--from"], [CODE, CODE]]) {
    const { code, said } = await run(args);
    expect([code, said.includes("--help")]).toEqual([2, true]);
  }
  const { code, said } = await run(["--help"]);
  expect([code, said.includes("usage: curl -fsSL")]).toEqual([0, true]);
});
