import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { zstdDecompressSync } from "node:zlib";
import { getLogger } from "@logtape/logtape";
import { applyDelta } from "../../protocol/releases/apply-delta.ts";
import type { Platform, Release } from "../../protocol/releases/release.ts";
import type { ReleaseList } from "../../protocol/releases/release-list.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { readRange } from "../http/byte-range.ts";
import { addRelease } from "../testing/release-folder.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { createReleases } from "./releases.ts";

const directory = mkdtempSync(join(tmpdir(), "homepot-releases-"));
const deltasDirectory = join(directory, "deltas");
let cloud: TestCloud;
let newest: Release;

beforeAll(async () => {
  cloud = await startCloud({ releasesDirectory: directory });
  addRelease(join(directory, "a"), { sequence: 7 });
  newest = addRelease(join(directory, "b"), {
    sequence: 20,
    programs: [["linux-x64", Buffer.from("0123456789")]],
  });
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const get = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await cloud.app.request(`/releases/${path}`, { headers });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
};

describe("a file of a release", () => {
  test("is handed to everybody, of the newest release or of the one with that sequence", async () => {
    const latest = await get("latest/release.json");
    expect(latest).toMatchObject({
      status: 200,
      body: readFileSync(join(directory, "b/release.json"), "utf8"),
    });
    expect(latest.headers.get("cache-control")).toBe("no-cache");
    const program = await get("20/homepot-edge-linux-x64");
    expect(program).toMatchObject({ status: 200, body: "0123456789" });
    expect(program.headers.get("etag")).toBe(`"${newest.files[0]!.sha256}"`);
    expect(program.headers.get("cache-control")).toContain("immutable");
    expect(await get("7/homepot-edge-linux-x64")).toMatchObject({ body: "program 7" });
    expect((await get("latest/release.json.sig")).body).toHaveLength(89);
    expect((await get("latest/release-key.pem")).body).toContain("BEGIN PUBLIC KEY");
  });

  test.each(["8/release.json", "x/release.json", "latest/none", "latest/..%2Fb%2Frelease.json"])(
    "%s is not there",
    async (path) => {
      const answer = await get(path);
      expect([answer.status, JSON.parse(answer.body)]).toMatchObject([404, { code: "record.not-found" }]);
    },
  );

  test("is handed on in parts, of the same file only", async () => {
    const path = "latest/homepot-edge-linux-x64";
    const part = await get(path, { range: "bytes=4-" });
    expect([part.status, part.body, part.headers.get("content-range")]).toEqual([
      206,
      "456789",
      "bytes 4-9/10",
    ]);
    const etag = part.headers.get("etag")!;
    expect(await get(path, { range: "bytes=8-", "if-range": etag })).toMatchObject({ body: "89" });
    const other = await get(path, { range: "bytes=8-", "if-range": '"another"' });
    expect(other).toMatchObject({ status: 200, body: "0123456789" });
    expect((await get(path, { "if-none-match": etag })).status).toBe(304);
    const beyond = await get(path, { range: "bytes=10-" });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, "bytes */10"]);
    const head = await cloud.app.request(`/releases/${path}`, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "10", ""]);
  });
});

test.each<[string | undefined, ReturnType<typeof readRange>]>([
  ["bytes=0-0", { from: 0, to: 1 }],
  ["bytes=3-99", { from: 3, to: 10 }],
  ["bytes=-4", { from: 6, to: 10 }],
  ["bytes=-40", { from: 0, to: 10 }],
  ["bytes=-0", "beyond"],
  ["bytes=5-4", null],
  ["bytes=-", null],
  ["bytes=0-1,4-5", null],
  ["lines=0-1", null],
  [undefined, null],
])("the range %p of ten bytes is %p", (header, expected) => {
  expect(readRange(header, 10)).toEqual(expected);
});

test("what there is, is told to who may see gateways and to programs", async () => {
  const { items } = await cloud.read<ReleaseList>("/releases");
  expect(items.map(({ sequence }) => sequence)).toEqual([20, 7]);
  expect(items[0]).toEqual({ ...newest, keyFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(JSON.parse((await get("index.json")).body)).toMatchObject({ releases: [newest, { sequence: 7 }] });
});

test("a release that is put there is noticed, and one that is not whole does not exist", async () => {
  const folder = join(directory, "later");
  addRelease(folder, { sequence: 30 });
  expect((await get("30/release.json")).status).toBe(200);
  writeFileSync(join(folder, "homepot-edge-linux-x64"), "program 3x");
  addRelease(join(directory, "other-key"), { sequence: 31 });
  writeFileSync(join(directory, "other-key", "release.json.sig"), "AAAA");
  writeFileSync(join(directory, "a", "release-key.pem"), "no key");
  const releases = createReleases({ directory, log: getLogger("test"), deltasDirectory });
  expect((await releases.all()).map(({ release }) => release.sequence)).toEqual([20]);
  const nowhere = createReleases({
    directory: join(directory, "none"),
    log: getLogger("test"),
    deltasDirectory,
  });
  expect(await nowhere.all()).toEqual([]);
  const single = createReleases({ directory: join(directory, "b"), log: getLogger("test"), deltasDirectory });
  expect(await single.all()).toHaveLength(1);
});

describe("a delta", () => {
  const programs = (byte: number): [Platform, Uint8Array][] => [
    ["linux-x64", Buffer.concat([seededRandom(1).bytes(200_000), Buffer.from([byte])])],
  ];
  let old: Release;
  let newer: Release;
  beforeAll(() => {
    old = addRelease(join(directory, "d1"), { sequence: 40, programs: programs(1) });
    newer = addRelease(join(directory, "d2"), { sequence: 41, programs: programs(2) });
  });

  test("leads from a program of one release to that of another, and is made once", async () => {
    const path = `41/homepot-edge-linux-x64/from/${old.files[0]!.sha256}`;
    const [one, other] = await Promise.all([cloud.app.request(`/releases/${path}`), get(path)]);
    expect(other.headers.get("etag")).toBe(one.headers.get("etag"));
    const packed = await one.bytes();
    expect(packed.length).toBeLessThan(100);
    const [[, base]] = programs(1) as [[Platform, Uint8Array]];
    const [[, target]] = programs(2) as [[Platform, Uint8Array]];
    const written: Uint8Array[] = [];
    await applyDelta({
      delta: (async function* () {
        yield zstdDecompressSync(packed);
      })(),
      baseBytes: base.length,
      readBase: (position, length) => base.subarray(position, position + length),
      write: (bytes) => void written.push(bytes),
      sizeBytes: target.length,
    });
    expect(Buffer.concat(written).equals(target)).toBe(true);
    expect((await get(path, { range: "bytes=5-6" })).status).toBe(206);
  });

  test("from the release before to the newest is there before anybody asks", async () => {
    const preparing = join(directory, "prepared");
    const parts = { directory, deltasDirectory: preparing, log: getLogger("test") };
    await createReleases(parts).all();
    const wanted = `${old.files[0]!.sha256}-${newer.files[0]!.sha256}.delta`;
    while (!existsSync(join(preparing, wanted))) await setImmediate();
  });

  test("is there between what is there, and goes with its release", async () => {
    const unknown = await get(`41/homepot-edge-linux-x64/from/${"0".repeat(64)}`);
    expect(unknown).toMatchObject({ status: 404 });
    expect(await get(`42/homepot-edge-linux-x64/from/${old.files[0]!.sha256}`)).toMatchObject({
      status: 404,
    });
    const parts = { directory, deltasDirectory, log: getLogger("test") };
    const kept = () => (existsSync(deltasDirectory) ? readdirSync(deltasDirectory) : []);
    expect((await createReleases(parts).delta(41, "homepot-edge-linux-x64", old.files[0]!.sha256)).ok).toBe(
      true,
    );
    expect(kept()).toContain(`${old.files[0]!.sha256}-${newer.files[0]!.sha256}.delta`);
    rmSync(join(directory, "d2"), { recursive: true });
    await createReleases(parts).all();
    expect(kept().filter((name) => name.includes(`-${newer.files[0]!.sha256}`))).toEqual([]);
  });
});
