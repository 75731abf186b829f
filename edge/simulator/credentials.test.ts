import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { systemClock } from "../clock/clock.ts";
import { type EdgeDatabase, openDatabase } from "../database/database.ts";
import { createDevices, type Devices } from "../devices/devices.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createUplog } from "../uplog/uplog.ts";
import { provideCredentials, readCredentials } from "./credentials.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let db: EdgeDatabase;
let devices: Devices;
const path = (): string => join(directory.path, "simulated-devices.json");

beforeEach(() => {
  directory = temporaryDirectory();
  db = openDatabase(":memory:", { clock: systemClock, random: seededRandom(1) });
  devices = createDevices({ db, uplog: createUplog(db), clock: systemClock, random: seededRandom(2) });
});
afterEach(() => {
  db.close();
  directory[Symbol.dispose]();
});

/** The passwords that were provided; all of them open the gateway. */
function provided(...keys: string[]): Map<string, string> {
  const result = provideCredentials(directory.path, keys, devices);
  if (!result.ok) throw new Error(result.refusal.detail);
  for (const key of keys) expect(devices.authenticate(key, result.value.get(key) ?? "")).toBe(true);
  return result.value;
}

describe("the credentials of simulated devices at a gateway", () => {
  test("are made once, kept for their owner only, and used again", () => {
    const first = provided("a", "b");
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(provided("a", "b")).toEqual(first);
    expect(provided("a", "b", "c").get("a")).toBe(first.get("a")!);
    expect(devices.list().map(({ key, provenance }) => [key, provenance])).toEqual([
      ["a", "simulated"],
      ["b", "simulated"],
      ["c", "simulated"],
    ]);
  });

  test("are made anew for a device that was removed, or whose password was lost", () => {
    provided("a", "b");
    devices.remove("a");
    provided("a", "b");
    rmSync(path());
    provided("a", "b");
    expect(devices.list()).toHaveLength(2);
  });

  test("are never taken from a real device", () => {
    devices.add("till");
    expect(provideCredentials(directory.path, ["a", "till"], devices)).toMatchObject({
      refusal: { code: "device.exists", detail: "till" },
    });
    expect(devices.get("till")?.provenance).toBe("real");
  });

  test("are not overwritten when their file has become unreadable", async () => {
    await Bun.write(path(), "[]");
    expect(provideCredentials(directory.path, ["a"], devices)).toMatchObject({
      refusal: { code: "config.invalid", detail: expect.stringContaining("simulated-devices.json") },
    });
    expect(await Bun.file(path()).text()).toBe("[]");
  });
});

describe("a file of credentials", () => {
  test.each([
    ['{"a":"x","b":"y","c":"z"}', null],
    ['{"a":"x"}', "no password of b"],
    ['{"a":"x","b":5}', "b: must be a text"],
    ["a=x", "JSON"],
  ])("%p is %p", async (text, complaint) => {
    await Bun.write(path(), text);
    const read = readCredentials(path(), ["a", "b"]);
    if (complaint === null) expect(read.ok && read.value.get("b")).toBe("y");
    else
      expect(read).toMatchObject({
        refusal: { code: "config.invalid", detail: expect.stringContaining(complaint) },
      });
  });

  test("that is not there is named", () => {
    expect(readCredentials(path(), ["a"])).toMatchObject({
      refusal: { code: "config.invalid", detail: expect.stringContaining("simulated-devices.json") },
    });
  });
});
