import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { accept, refuse } from "../../protocol/errors.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { ReleaseServer } from "../updates/testing/release-server.ts";
import { realHost, type UpgradeOptions, upgrade } from "./installation.ts";

const PROGRAM = "usr/lib/homepot-edge/homepot-edge";
const OLD = Buffer.from(`the old one ${"and what both have ".repeat(1_000)}`);
const NEW = Buffer.from(`the new one ${"and what both have ".repeat(1_000)}`);

let root: ReturnType<typeof temporaryDirectory>;
let server: ReleaseServer;
let ran: string[];
let failing: string[];
let starts: boolean;
beforeEach(() => {
  root = temporaryDirectory();
  server = new ReleaseServer();
  [ran, failing, starts] = [[], [], true];
  put(PROGRAM, OLD);
  put("usr/bin/homepot-edge", "the launcher");
  put("key.pem", server.keyPem);
});
afterEach(() => {
  server[Symbol.dispose]();
  root[Symbol.dispose]();
});

function put(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(root.path, path)), { recursive: true });
  writeFileSync(join(root.path, path), text);
}

const bring = (changes: Partial<UpgradeOptions> = {}, isRoot = true) =>
  upgrade(
    {
      ...{
        from: null,
        keyPath: join(root.path, "key.pem"),
        sequence: 1,
        platform: "linux-x64",
        dryRun: false,
      },
      ...changes,
    },
    {
      ...{ isRoot, say: () => undefined, wait: () => undefined, fetch },
      ...{ clock: new ManualClock(), random: seededRandom(1), kibPerSecond: 0 },
      tryProgram: async (path, version) => {
        expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual([NEW.toString(), 0o755]);
        ran.push(`try ${version}`);
        return starts ? accept(undefined) : refuse("update.not-possible", "it does not start");
      },
      host: {
        ...realHost(root.path),
        run(command) {
          if (command.includes("status"))
            return {
              ok: true,
              said: JSON.stringify({ enrolment: { site: "x", cloud: server.url }, uplink: null, page: null }),
            };
          const line = command.map((word) => word.replace(`${root.path}/`, "")).join(" ");
          ran.push(line);
          return { ok: !failing.includes(line), said: "no such thing" };
        },
      },
    },
  );
const FOLDER = dirname(PROGRAM);
const KEEP = `ln --force ${PROGRAM} ${FOLDER}/before`;

test("the newest release of its cloud is checked, started once, and installs itself", async () => {
  server.add({ sequence: 2, program: NEW });
  expect(await bring()).toEqual({ ok: true, value: "0.1.2" });
  expect(ran).toEqual(["try 0.1.2", KEEP, `${FOLDER}/next install`]);
  expect(readdirSync(join(root.path, FOLDER))).toEqual(["homepot-edge"]);
});

test("what differs from the program that is there is all that is brought", async () => {
  server.add({ sequence: 2, program: NEW }, OLD);
  expect(await bring()).toEqual({ ok: true, value: "0.1.2" });
  expect(server.asked.filter((path) => path.includes("homepot-edge-"))).toEqual([
    expect.stringMatching(/^\/releases\/2\/homepot-edge-linux-x64\/from\/[0-9a-f]{64}$/),
  ]);
});

test("a download that broke off for good is gone on with by the next one", async () => {
  server.add({ sequence: 2, program: NEW });
  const path = "/releases/2/homepot-edge-linux-x64";
  const etag = `"${new Bun.CryptoHasher("sha256").update(NEW).digest("hex")}"`;
  put(`${FOLDER}/download`, NEW.subarray(0, 4));
  put(`${FOLDER}/download.etag`, etag);
  expect(await bring()).toEqual({ ok: true, value: "0.1.2" });
  expect(server.asked.at(-1)).toBe(`${path} bytes=4-`);
  expect(readdirSync(join(root.path, FOLDER))).toEqual(["homepot-edge"]);
});

test("a release from a folder needs no cloud", async () => {
  server.add({ sequence: 2, program: NEW });
  for (const name of ["release.json", "release.json.sig"])
    put(`stick/${name}`, server.files.get(`/releases/2/${name}`)!);
  put("stick/homepot-edge-linux-x64", NEW);
  expect(await bring({ from: join(root.path, "stick") })).toEqual({ ok: true, value: "0.1.2" });
  put("stick/homepot-edge-linux-x64", "another program");
  expect(await bring({ from: join(root.path, "stick") })).toMatchObject({
    refusal: { code: "release.damaged" },
  });
});

test("one that does not run is taken back, and said so", async () => {
  server.add({ sequence: 2, program: NEW });
  failing = [`${FOLDER}/next install`];
  expect(await bring()).toEqual({
    ok: false,
    refusal: {
      code: "install.failed",
      detail: "0.1.2 does not run, and the one before runs again: no such thing",
    },
  });
  expect(ran.slice(-2)).toEqual([`${FOLDER}/next install`, `${FOLDER}/before install`]);
  failing = [`${FOLDER}/next install`, `${FOLDER}/before install`];
  expect(await bring()).toMatchObject({
    refusal: { detail: expect.stringContaining("nor does the one before") },
  });
});

test("nothing is changed by one that does not start here, is signed by another, is older, or is there already", async () => {
  server.add({ sequence: 2, program: NEW });
  starts = false;
  expect(await bring()).toMatchObject({ refusal: { code: "update.not-possible" } });
  expect(await bring({ sequence: 3 })).toMatchObject({ refusal: { code: "release.older" } });
  expect(await bring({ sequence: 2 })).toEqual({ ok: true, value: null });
  put("var/lib/homepot-edge/versions/current/sequence", "3\n");
  expect(await bring()).toMatchObject({ refusal: { code: "release.older" } });
  using other = new ReleaseServer();
  put("key.pem", other.keyPem);
  expect(await bring()).toMatchObject({ refusal: { code: "release.untrusted" } });
  expect(ran).toEqual(["try 0.1.2"]);
});

test("a dry run says what would be done; without root, an installation, or as a package, nothing is", async () => {
  server.add({ sequence: 2, program: NEW });
  expect(await bring({ dryRun: true }, false)).toEqual({ ok: true, value: "0.1.2" });
  expect(await bring({}, false)).toMatchObject({ refusal: { code: "install.not-root" } });
  put("var/lib/dpkg/info/homepot-edge.list", "");
  expect(await bring()).toMatchObject({ refusal: { code: "install.packaged" } });
  root[Symbol.dispose]();
  expect(await bring()).toMatchObject({ refusal: { code: "update.not-possible" } });
  expect(ran).toEqual([]);
});
