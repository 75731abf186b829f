import { RefusalError, type Result } from "../../protocol/errors.ts";

/** Prints a command's result to stdout, as JSON or as lines for people; throws the refusal. */
export function printResult<T>(json: boolean, result: Result<T>, lines: (value: T) => string[]): void {
  if (!result.ok) throw new RefusalError(result.refusal);
  const text = json ? JSON.stringify(result.value) : lines(result.value).join("\n");
  process.stdout.write(`${text}\n`);
}
