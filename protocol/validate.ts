import * as v from "valibot";
import { accept, type ErrorCode, type FieldError, type Result, refuse } from "./errors.ts";
import { fieldMessage } from "./field-message.ts";

/**
 * Field errors of a failed valibot parse, in the form every border of the system shows them: one a field, the first, which is
 * what the field's own schema looked at first. What is wrong with the value as a whole may be several things.
 */
export function fieldErrors(issues: readonly v.BaseIssue<unknown>[]): FieldError[] {
  const all = issues.map((issue) => ({ path: v.getDotPath(issue) ?? "", message: fieldMessage(issue) }));
  const named = new Set<string>();
  return all.filter(({ path }) => {
    if (path !== "" && named.has(path)) return false;
    named.add(path);
    return true;
  });
}

/**
 * Checks a value that came from outside. On failure the refusal has one entry a bad field;
 * its detail names the first, so that it is useful alone on a log line.
 */
export function check<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
  code: ErrorCode = "request.invalid",
): Result<v.InferOutput<Schema>> {
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return accept(parsed.output);
  const errors = fieldErrors(parsed.issues);
  const first = errors[0];
  const detail =
    first === undefined ? "the value is not valid" : `${first.path || "value"}: ${first.message}`;
  return refuse(code, detail, errors);
}
