import { expect, test } from "bun:test";
import { runDrill } from "./drill.ts";
import { DRILLS } from "./drills.ts";

/** What the programs must hold to, shown with fewer rounds than `scripts/drill all` takes. */
for (const drill of DRILLS.filter(({ shortRounds }) => shortRounds > 0)) {
  test(`${drill.name}: ${drill.about}, and what was promised holds`, async () => {
    const seed = Date.now() % 1_000_000;
    const said: string[] = [];
    const outcome = await runDrill(drill, {
      rounds: drill.shortRounds,
      seed,
      say: (line) => said.push(line),
    });
    process.stdout.write(
      `${drill.name}: ${outcome.seconds.toFixed(1)} s, ${JSON.stringify(outcome.figures)}\n`,
    );
    expect({
      seed,
      faults: outcome.faults,
      lastSaid: outcome.faults.length > 0 ? said.slice(-3) : [],
    }).toEqual({
      seed,
      faults: [],
      lastSaid: [],
    });
  }, 120_000);
}
