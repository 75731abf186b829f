import { type Result, refuseField } from "../errors.ts";
import { check } from "../validate.ts";
import { type ConfigValues, configValuesSchema } from "./device-config.ts";

/** Reads the settings a person typed as JSON. What is wrong with them is told of the one field `config`. */
export function readConfigText(text: string): Result<ConfigValues> {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    return refuseField(
      "config",
      `is not JSON: ${error instanceof Error ? error.message : "it ends too early"}`,
    );
  }
  const checked = check(configValuesSchema, input);
  if (checked.ok) return checked;
  const first = checked.refusal.errors?.[0];
  const where = first === undefined || first.path === "" ? "" : `${first.path}: `;
  return refuseField("config", `${where}${first?.message ?? "must be a JSON object"}`);
}
