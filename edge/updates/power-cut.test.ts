import { expect, test } from "bun:test";
import type { Random } from "../../protocol/random.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { LaunchedMachine, programText } from "./testing/launched-machine.ts";
import { type Node, PowerCut, PowerCutDisk } from "./testing/power-cut-disk.ts";
import { Versions } from "./versions.ts";

/**
 * An update with the real launcher on a disk whose power goes at any step: what is left of the disk is put into a
 * directory, the launcher is started on it, and the program that it starts goes on, until the update has ended.
 */

const OLD = { version: "old", sequence: 10 };
const NEW = { version: "new", sequence: 20 };
/** What the new version does: it works, it sees itself that it does not, or it dies before it can. */
type Behaviour = "works" | "does not work" | "crashes";
/** So many starts, and a trial has ended whatever happens. */
const BOOTS_MAX = 30;

const update = {
  ...{ execution: "e", version: NEW.version, sequence: NEW.sequence, sha256: "0".repeat(64) },
  ...{ before: OLD, cloudBefore: false },
};

/** What a program does that the launcher has started. `again`: it hands over, or dies, and is started anew. */
async function run(
  said: string,
  disk: PowerCutDisk,
  behaviour: Behaviour,
): Promise<"again" | "committed" | "failed"> {
  const [launchedAs, version] = said.split(" ");
  const versions = new Versions({ directory: "/data", disk });
  let state = versions.atStart(version === "new" ? NEW.sequence : OLD.sequence);
  if (launchedAs === "trial") {
    if (behaviour === "crashes") return "again";
    if (behaviour === "works") versions.commit();
    else versions.rollBack("it does not work");
    return "again";
  }
  if (state?.phase === "committed" || state?.phase === "failed") return state.phase;
  if (state?.phase !== "staged") {
    state = await versions.stage(versions.begin(update), async (path) => {
      disk.write(path, programText("new"));
      disk.sync(path);
    });
  }
  versions.switch(state, false);
  return "again";
}

/** Runs an update to its end; `cut` says at which step of a start the power goes. Checks what runs at each start. */
async function runToEnd(
  machine: LaunchedMachine,
  behaviour: Behaviour,
  random: Random,
  cut: (boot: number) => number,
) {
  let tree: ReadonlyMap<string, Node> = new Map();
  let steps = 0;
  for (let boot = 0; boot < BOOTS_MAX; boot += 1) {
    const booted = machine.boot(tree);
    expect(booted.said).toMatch(/^(trial new|[ab] new|installed old)$/);
    const disk = new PowerCutDisk(random, cut(boot), booted.tree);
    try {
      const ended = await run(booted.said, disk, behaviour);
      tree = disk.seen();
      if (ended !== "again") return { ended, runs: machine.boot(tree).said, steps: steps + disk.steps, boot };
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      tree = disk.afterCut();
    }
    steps += disk.steps;
  }
  throw new Error("the update never ended");
}

const WHOLE = { works: "committed", "does not work": "failed", crashes: "failed" } as const;
const RUNS = { committed: "a new", failed: "installed old" } as const;

for (const behaviour of ["works", "does not work", "crashes"] as const) {
  test(`a version that ${behaviour}, with the power cut once at every step of the update`, async () => {
    using machine = new LaunchedMachine(OLD);
    const random = seededRandom(1);
    const never = () => Number.POSITIVE_INFINITY;
    const whole = await runToEnd(machine, behaviour, random, never);
    expect(whole).toMatchObject({ ended: WHOLE[behaviour], runs: RUNS[WHOLE[behaviour]] });
    expect(whole.steps).toBeGreaterThan(30);
    for (let boot = 0; boot <= whole.boot; boot += 1) {
      for (let step = 0; step < whole.steps; step += 1) {
        let wasCut = false;
        const found = await runToEnd(machine, behaviour, random, (at) => {
          wasCut ||= at === boot;
          return at === boot ? step : Number.POSITIVE_INFINITY;
        });
        expect(found).toMatchObject({ ended: WHOLE[behaviour], runs: RUNS[WHOLE[behaviour]] });
        // This start has fewer steps: the cut never came.
        if (!wasCut || (found.steps === whole.steps && found.boot === whole.boot)) break;
      }
    }
  }, 120_000);
}

test("whatever the new version does and however often the power is cut, one working version runs in the end", async () => {
  using machine = new LaunchedMachine(OLD);
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = seededRandom(seed);
    const behaviour = (["works", "does not work", "crashes"] as const)[seed % 3]!;
    const { ended, runs } = await runToEnd(machine, behaviour, random, (boot) =>
      boot < 6 && random.next() < 0.7 ? Math.floor(random.next() * 25) : Number.POSITIVE_INFINITY,
    );
    // Cut three times in its trial, a version that works counts as one that does not.
    if (behaviour !== "works") expect([seed, ended]).toEqual([seed, "failed"]);
    expect([seed, runs]).toEqual([seed, RUNS[ended]]);
  }
}, 120_000);
