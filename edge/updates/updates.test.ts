import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { accept, refuse } from "../../protocol/errors.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { ReleaseServer } from "./testing/release-server.ts";
import {
  createUpdates,
  realDisk,
  runsHere,
  type UpdateOutcome,
  type Updates,
  type UpdatesParts,
} from "./updates.ts";
import { Versions } from "./versions.ts";

const random = seededRandom(1);
const OLD = random.bytes(300_000);
const NEW = Buffer.concat([OLD.subarray(0, 200_000), Buffer.from("a line"), OLD.subarray(200_000)]);

let directory: ReturnType<typeof temporaryDirectory>;
let server: ReleaseServer;
let clock: ManualClock;
let connected: boolean;
let handedOver: number;
let tried: string[];

beforeEach(() => {
  directory = temporaryDirectory();
  server = new ReleaseServer();
  server.arrived = (bytes) => (statSync(at("download"), { throwIfNoEntry: false })?.size ?? 0) >= bytes;
  clock = new ManualClock();
  connected = true;
  handedOver = 0;
  tried = [];
  writeFileSync(join(directory.path, "running"), OLD);
  writeFileSync(join(directory.path, "key.pem"), server.keyPem);
});
afterEach(() => {
  server[Symbol.dispose]();
  directory[Symbol.dispose]();
});

function program(more: Partial<UpdatesParts> = {}): Updates {
  const updates = createUpdates({
    ...{ clock, random, log: getLogger("test"), fetch, disk: realDisk, dataDirectory: directory.path },
    ...{ keyPath: join(directory.path, "key.pem"), kibPerSecond: 0, platform: "linux-x64" },
    running: { version: "0.1.10", sequence: 10, program: join(directory.path, "running") },
    launchedAs: "installed",
    cloud: { url: () => server.url, isConnected: () => connected },
    handOver() {
      handedOver += 1;
    },
    tryProgram: async (path, version) => {
      tried.push(`${path.split("/").at(-1)} ${version}`);
      return accept(undefined);
    },
    ...more,
  });
  updates.start();
  return updates;
}

const said: { percent?: number; message?: string }[] = [];
const perform = (updates: Updates, more: { sequence?: number; execution?: string } = {}) =>
  inTime(
    updates.perform({
      ...{ execution: "e", sequence: null, signal: new AbortController().signal, ...more },
      progress: (what) => void said.push(what),
    }),
  );

/** Lets time pass until it is settled. */
async function inTime<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settled = promise.finally(() => {
    isSettled = true;
  });
  settled.catch(() => undefined);
  while (!isSettled) {
    // What is under way gets on by as much as a question and its answer take: by turns of the loop alone a minute passes, and
    // with it a line's patience, before a quick machine has connected.
    await fetch(server.url);
    clock.advance(200);
  }
  return settled;
}

const at = (name: string) => join(directory.path, "versions", name);
const link = (name: string) => (existsSync(at(name)) ? readlinkSync(at(name)) : null);

describe("an update", () => {
  test("brings what differs, rebuilds the program beside the one that runs, and hands over", async () => {
    server.add({ sequence: 20, program: NEW }, OLD);
    expect(await perform(program())).toBeNull();
    expect(readFileSync(at("a/homepot-edge")).equals(NEW)).toBe(true);
    expect(statSync(at("a/homepot-edge")).mode & 0o777).toBe(0o755);
    expect(readFileSync(at("a/sequence"), "utf8")).toBe("20\n");
    expect([link("trial"), link("current"), handedOver, tried]).toEqual([
      "a",
      null,
      1,
      ["homepot-edge.new 0.1.20"],
    ]);
    const versions = new Versions({ directory: directory.path, disk: realDisk });
    expect(versions.state()).toMatchObject({
      ...{ phase: "trial", execution: "e", version: "0.1.20", cloudBefore: true },
      before: { version: "0.1.10", sequence: 10 },
    });
    expect(versions.state()!.downloadedBytes).toBeLessThan(500);
    expect(existsSync(at("download"))).toBe(false);
  });

  test("takes the whole program where the cloud has no delta, and goes on where the line was cut", async () => {
    server.add({ sequence: 20, program: NEW });
    server.cutAfter = 100_000;
    server.cuts = 2;
    expect(await perform(program())).toBeNull();
    expect(readFileSync(at("a/homepot-edge")).equals(NEW)).toBe(true);
    expect(server.asked.filter((asked) => asked.includes("bytes="))).toEqual([
      "/releases/20/homepot-edge-linux-x64 bytes=100000-",
      "/releases/20/homepot-edge-linux-x64 bytes=200000-",
    ]);
  });

  test("goes on with what an earlier process has downloaded, if the cloud still has the same", async () => {
    server.add({ sequence: 20, program: NEW });
    server.cutAfter = 100_000;
    // It tries so often, and then the job's own retries are what is left.
    server.cuts = 9;
    server.cutAfter = 20_000;
    const first = await perform(program());
    expect(first).toMatchObject({ ok: false, final: false, reason: expect.stringContaining("homepot-edge") });
    const had = statSync(at("download")).size;
    expect(had).toBe(180_000);
    server.asked.length = 0;
    expect(await perform(program())).toBeNull();
    expect(server.asked.at(-1)).toBe(`/releases/20/homepot-edge-linux-x64 bytes=${had}-`);
    expect(readFileSync(at("a/homepot-edge")).equals(NEW)).toBe(true);
  });

  test("takes the whole program when the delta was damaged", async () => {
    server.add({ sequence: 20, program: NEW }, OLD, true);
    expect(await perform(program())).toBeNull();
    expect(readFileSync(at("a/homepot-edge")).equals(NEW)).toBe(true);
  });

  test("takes no more of the line than it may", async () => {
    server.add({ sequence: 20, program: NEW });
    const beganMs = clock.monotonicMs();
    expect(await perform(program({ kibPerSecond: 10 }))).toBeNull();
    // 300,000 bytes at 10 KiB a second.
    expect(clock.monotonicMs() - beganMs).toBeGreaterThan(29_000);
  });

  test("is done at once where the release runs already", async () => {
    server.add({ sequence: 10, program: OLD });
    expect(await perform(program())).toEqual({
      ...{ ok: true, verified: true, output: { version: "0.1.10", alreadyThere: true } },
    });
  });

  test("takes the other slot than the one that runs", async () => {
    server.add({ sequence: 20, program: NEW }, OLD);
    await perform(program());
    const versions = new Versions({ directory: directory.path, disk: realDisk });
    versions.commit();
    server.add({ sequence: 30, program: OLD }, NEW);
    const running = { version: "0.1.20", sequence: 20, program: at("a/homepot-edge") };
    expect(await perform(program({ running, launchedAs: "a" }), { execution: "f" })).toBeNull();
    expect([link("current"), link("trial")]).toEqual(["a", "b"]);
    expect(readFileSync(at("a/homepot-edge")).equals(NEW)).toBe(true);
  });
});

describe("nothing is taken", () => {
  const refusedWith = async (reason: string, updates = program(), sequence?: number) => {
    const outcome = await perform(updates, sequence === undefined ? {} : { sequence });
    expect(outcome).toEqual({ ok: false, final: true, reason: expect.stringContaining(reason) });
    expect([link("trial"), handedOver]).toEqual([null, 0]);
  };

  test("that another key has signed, or that was changed", async () => {
    server.add({ sequence: 20, program: NEW });
    const text = Buffer.from(server.files.get("/releases/latest/release.json")!).toString();
    server.files.set("/releases/latest/release.json", Buffer.from(text.replace("0.1.20", "0.1.21")));
    await refusedWith("not signed by the release key");
    writeFileSync(join(directory.path, "key.pem"), "no key");
    await refusedWith("not signed by the release key");
  });

  test("that is older than what runs, or another than was asked for", async () => {
    server.add({ sequence: 9, program: NEW });
    await refusedWith("release 9 is older than 10, which runs");
    server.files.set("/releases/30/release.json", server.files.get("/releases/9/release.json")!);
    server.files.set("/releases/30/release.json.sig", server.files.get("/releases/9/release.json.sig")!);
    await refusedWith("release 30 was asked for, and 9 came", program(), 30);
  });

  test("without a key, without an installation, without a cloud, for another machine", async () => {
    server.add({ sequence: 20, program: NEW });
    await refusedWith("no key of releases", program({ keyPath: "/nowhere" }));
    await refusedWith("not installed from a release", program({ launchedAs: null }));
    await refusedWith("no cloud", program({ cloud: { url: () => null, isConnected: () => false } }));
    await refusedWith("linux-arm64", program({ platform: "linux-arm64" }));
  });

  test("that does not start on this machine", async () => {
    server.add({ sequence: 20, program: Buffer.from("#!/bin/sh\necho 0.1.19\n") });
    await refusedWith("does not start here: 0.1.19", program({ tryProgram: runsHere }));
    const why = refuse("update.not-possible", "no exec");
    await refusedWith("no exec", program({ tryProgram: async () => why }));
  });

  test("that is not what the manifest says; it may come better the next time", async () => {
    server.add({ sequence: 20, program: NEW });
    const address = "/releases/20/homepot-edge-linux-x64";
    server.files.set(
      address,
      NEW.map((byte, index) => (index === 7 ? byte ^ 1 : byte)),
    );
    expect(await perform(program())).toMatchObject({ ok: false, final: false });
    expect(existsSync(at("a/homepot-edge"))).toBe(false);
    server.files.set(address, Buffer.concat([NEW, NEW]));
    expect(await perform(program())).toMatchObject({ ok: false, reason: expect.stringContaining("at most") });
  });

  test("while the cloud does not answer", async () => {
    expect(await perform(program())).toMatchObject({ ok: false, final: false });
    const updates = program({ cloud: { url: () => "http://127.0.0.1:1", isConnected: () => false } });
    expect(await perform(updates)).toMatchObject({ ok: false, final: false });
  });
});

describe("a version on trial", () => {
  const trial = () =>
    program({
      running: { version: "0.1.20", sequence: 20, program: at("a/homepot-edge") },
      launchedAs: "trial",
    });
  beforeEach(async () => {
    server.add({ sequence: 20, program: NEW }, OLD);
    await perform(program());
    handedOver = 0;
  });
  const committed: UpdateOutcome = {
    ok: true,
    verified: true,
    output: { version: "0.1.20", before: "0.1.10", downloadedBytes: expect.any(Number) as number },
  };

  test("stays when the broker answers, the database commits and the cloud is reached", async () => {
    const updates = trial();
    const asked = perform(updates);
    updates.watch([async () => null]);
    expect(await asked).toEqual(committed);
    expect([link("trial"), link("current"), handedOver]).toEqual([null, "a", 0]);
    // Another process is asked, as after a crash.
    expect(await perform(trial())).toEqual(committed);
    // The next update is not in the way of the last one.
    server.add({ sequence: 30, program: OLD }, NEW);
    expect(await perform(updates, { execution: "f" })).toBeNull();
  });

  test.each<[string, () => void, string, string | null]>([
    ["the broker does not answer", () => undefined, "the broker takes no connections", "broken"],
    [
      "the cloud that was reached before is not reached",
      () => {
        connected = false;
      },
      "was not reached",
      null,
    ],
  ])("goes when %s, and the one before says why", async (_, before, why, sign) => {
    before();
    const updates = trial();
    updates.watch([
      async () => (sign === null ? null : { fatal: true, says: "the broker takes no connections" }),
    ]);
    expect(await perform(updates)).toBeNull();
    expect([link("trial"), link("current"), handedOver]).toEqual([null, null, 1]);
    expect(await perform(program())).toEqual({
      ok: false,
      final: true,
      reason: expect.stringMatching(new RegExp(`^0.1.20 was taken back, 0.1.10 runs: .*${why}`)),
    });
  });

  test("is not judged when the gateway stops before", async () => {
    const updates = trial();
    updates.watch([async () => ({ fatal: true, says: "not yet" })]);
    const asked = perform(updates);
    updates.stop();
    expect(await asked).toBeNull();
    expect([link("trial"), handedOver]).toEqual(["a", 0]);
  });

  test("that the cloud was not reached from before need not reach it", async () => {
    const versions = new Versions({ directory: directory.path, disk: realDisk });
    versions.rollBack("anew");
    connected = false;
    await perform(program(), { execution: "f" });
    const updates = trial();
    updates.watch([async () => null]);
    expect(await perform(updates, { execution: "f" })).toEqual(committed);
  });
});
