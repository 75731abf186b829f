import { describe, expect, test } from "bun:test";
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
    ).toBe("PATH: seed: must be a whole number; devices.0.color: is not known here; did you mean count?");
    expect(await refusalOf("name = ")).toStartWith("PATH: ");
    expect(readScenario(join(directory.path, "none.toml"))).toMatchObject({
      refusal: { code: "config.invalid", detail: expect.stringContaining("none.toml") },
    });
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
