import { existsSync, readFileSync } from "node:fs";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { builtInScenario } from "../../protocol/simulation/built-in.ts";
import { type Scenario, scenarioSchema } from "../../protocol/simulation/scenario.ts";
import { check } from "../../protocol/validate.ts";

/** Reads a scenario file, or takes the one that is called so and comes with the program. Codes: `config.invalid`, with every field at fault. */
export function readScenario(path: string): Result<Scenario> {
  const builtIn = existsSync(path) ? null : builtInScenario(path);
  if (builtIn !== null) return accept(builtIn);
  let input: unknown;
  try {
    input = Bun.TOML.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return refuse("config.invalid", `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const scenario = check(scenarioSchema, input, "config.invalid");
  if (scenario.ok) return scenario;
  const errors = scenario.refusal.errors ?? [];
  const detail = errors.map((error) => `${error.path}: ${error.message}`).join("; ");
  return refuse("config.invalid", `${path}: ${detail}`, errors);
}
