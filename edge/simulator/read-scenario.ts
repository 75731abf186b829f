import { existsSync, readFileSync } from "node:fs";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { builtInScenario, SCENARIO_NAMES } from "../../protocol/simulation/built-in.ts";
import { type Scenario, scenarioSchema } from "../../protocol/simulation/scenario.ts";
import { check } from "../../protocol/validate.ts";
import { brokenLine, lineOf, linesOf } from "./scenario-lines.ts";

/**
 * Reads a scenario file, or takes the one that is called so and comes with the program. Code: `config.invalid`, with every field at fault
 * and its line.
 */
export function readScenario(path: string): Result<Scenario> {
  if (!existsSync(path)) {
    const builtIn = builtInScenario(path);
    return builtIn === null
      ? refuse("config.invalid", `${path}: is neither a file nor one of ${SCENARIO_NAMES.join(", ")}`)
      : accept(builtIn);
  }
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return refuse("config.invalid", `${path}: ${messageOf(error)}`);
  }
  let input: unknown;
  try {
    input = Bun.TOML.parse(text);
  } catch (error) {
    const reason = messageOf(error).replace(/^TOML Parse error: /, "");
    return refuse("config.invalid", `${path}: line ${brokenLine(text, Bun.TOML.parse)}: ${reason}`);
  }
  const scenario = check(scenarioSchema, input, "config.invalid");
  if (scenario.ok) return scenario;
  const errors = scenario.refusal.errors ?? [];
  const lines = linesOf(text);
  const told = errors
    .map(({ path: field, message }) => ({ line: lineOf(field, lines), what: `${field}: ${message}` }))
    .toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0))
    .map(({ line, what }) => (line === null ? what : `line ${line}: ${what}`));
  // One is said in the same line, of more each has a line of its own.
  const detail = told.length === 1 ? ` ${told[0]}` : told.map((one) => `\n  ${one}`).join("");
  return refuse("config.invalid", `${path}:${detail}`, errors);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
