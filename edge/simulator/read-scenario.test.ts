import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { SCENARIO_NAMES } from "../../protocol/simulation/built-in.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { readScenario } from "./read-scenario.ts";
import { devicesOf } from "./simulator.ts";

describe("a scenario file", () => {
  test("is refused with its path and every field at fault", async () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, "scenario.toml");
    const refusalOf = async (text: string): Promise<string> => {
      await Bun.write(path, text);
      const read = readScenario(path);
      expect(read).toMatchObject({ refusal: { code: "config.invalid" } });
      return read.ok ? "" : read.refusal.detail.replace(path, "PATH");
    };
    expect(
      await refusalOf(
        'name = "x"\nseed = 1.5\n[[devices]]\nprofile = "kiosk"\ncount = 1\nkey-prefix = "k"\ncolor = 1\n',
      ),
    ).toBe(
      "PATH:\n  line 2: seed: must be a whole number\n  line 7: devices.0.color: is not known here; did you mean count?",
    );
    expect(readScenario(join(directory.path, "none.toml"))).toMatchObject({
      refusal: {
        code: "config.invalid",
        detail: expect.stringMatching(/none\.toml: is neither a file nor one of .*thousand/),
      },
    });
    mkdirSync(join(directory.path, "folder"));
    expect(readScenario(join(directory.path, "folder"))).toMatchObject({
      refusal: { code: "config.invalid" },
    });
  });

  const HEAD = 'name = "x"\nseed = 1\n';
  const KIOSKS = '[[devices]]\nprofile = "kiosk"\nkey-prefix = "k"\ncount = 2\n';
  test.each([
    [
      "a missing field, where its table begins",
      `${HEAD}\n[[devices]]\nprofile = "kiosk"\ncount = 1\n`,
      "line 4: devices.0.key-prefix: is missing",
    ],
    [
      "a field of the second group",
      `${HEAD}${KIOSKS}\n[[devices]]\nprofile = "till"\nkey-prefix = "t"\ncount = 1\n`,
      "line 9: devices.1.profile: must be one of",
    ],
    [
      "a field in a table of a group",
      `${HEAD}${KIOSKS}[devices.config]\n"a" = [nan]\n`,
      "line 8: devices.0.config",
    ],
    [
      "an hour",
      `name = "x"\nseed = 1\nopens = "8:00"\n${KIOSKS}`,
      "line 3: opens: must be a time of day such as 08:30",
    ],
    [
      "a fault",
      `${HEAD}${KIOSKS}\n[[fault]]\nwhat = "offline"\nwhich = ["k-1", "k 2"]\n`,
      "line 10: fault.0.which.1: must be the id of a device",
    ],
    [
      "a fault with a time that means nothing",
      `${HEAD}${KIOSKS}[[fault]]\nwhich = "*"\nwhat = "offline"\nseconds = 5\n`,
      "line 10: fault.0.seconds: means nothing to offline",
    ],
    [
      "a table that is no list",
      `${HEAD}[devices]\nprofile = "kiosk"\n`,
      "line 3: devices: must be a list of tables: in a file each begins with [[devices]]",
    ],
    [
      "what is not known here",
      `${HEAD}${KIOSKS}[[faults]]\nwhat = "offline"\n`,
      "line 7: faults: is not known here; did you mean fault?",
    ],
    [
      "a text without an end",
      `${HEAD}[[devices]]\nprofile = "kiosk\ncount = 2\n`,
      "line 4: Unterminated string",
    ],
    ["what is there twice", `${HEAD}${KIOSKS}count = 3\n`, "line 7: Cannot redefine key"],
    ["no TOML at all", "<xml>", "line 1: "],
  ])("is refused with the line of %s", async (_, text, told) => {
    using directory = temporaryDirectory();
    const path = join(directory.path, "scenario.toml");
    await Bun.write(path, text);
    const read = readScenario(path);
    expect(read.ok ? "" : read.refusal.detail).toStartWith(`${path}: ${told}`);
  });

  test.each(SCENARIO_NAMES)(
    "of the name %s comes with the program, and is the one of scripts/scenarios",
    (name) => {
      const file = readScenario(`${import.meta.dir}/../../scripts/scenarios/${name}.toml`);
      expect(file).toMatchObject({ ok: true });
      expect(readScenario(name)).toEqual(file);
    },
  );

  test("of the reference restaurant has fifteen devices of all five kinds, which move within five seconds", () => {
    const read = readScenario(`${import.meta.dir}/../../scripts/scenarios/restaurant.toml`);
    if (!read.ok) throw new Error(read.refusal.detail);
    const runs = devicesOf(read.value);
    expect([runs.length, new Set(runs.map((run) => run.attributes.type)).size]).toEqual([15, 5]);
    expect(Math.max(...runs.map((run) => run.intervalMs))).toBeLessThanOrEqual(5_000);
    expect(new Set(runs.map((run) => run.attributes.name)).size).toBe(15);
    const fridge = runs.find((run) => run.attributes.name === "Walk-in fridge");
    expect(Number(fridge?.step(0).temperature)).toBeLessThan(6);
  });
});
