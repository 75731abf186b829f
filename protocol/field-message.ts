import type * as v from "valibot";

/**
 * What is wrong with a field, for people. A schema's own words where it has some; else those of the library put plainly,
 * without its notation and without the value that came: it may be a secret.
 */
export function fieldMessage(issue: v.BaseIssue<unknown>): string {
  if (!issue.message.startsWith("Invalid ")) return issue.message;
  if (issue.expected === "never") return "is no field here";
  if (issue.received === "undefined") return "is missing";
  return issue.kind === "schema" ? kindMessage(issue) : limitMessage(issue);
}

const KINDS: Record<string, string> = {
  string: "must be a text",
  number: "must be a number",
  boolean: "must be true or false",
  array: "must be a list",
  tuple: "must be a list",
};

function kindMessage({ type, expected }: v.BaseIssue<unknown>): string {
  const known = KINDS[type];
  if (known !== undefined) return known;
  const choices = [...(expected ?? "").matchAll(/"([^"]*)"/g)].map(([, choice]) => choice);
  if (choices.length > 0) return `must be one of ${choices.join(", ")}`;
  return expected === "Object" ? "must be an object" : "is not valid";
}

function limitMessage({ type, requirement, input }: v.BaseIssue<unknown>): string {
  const isText = typeof input === "string";
  switch (type) {
    case "max_length":
      return isText
        ? `must have at most ${requirement} characters`
        : `must have at most ${requirement} entries`;
    case "min_length":
      return isText
        ? `must have at least ${requirement} characters`
        : `must have at least ${requirement} entries`;
    case "non_empty":
      return "must not be empty";
    case "max_value":
      return `must be at most ${requirement}`;
    case "min_value":
      return `must be at least ${requirement}`;
    case "integer":
    case "safe_integer":
      return "must be a whole number";
    case "email":
      return "must be an email address";
    case "regex":
      return "is not in the right form";
    default:
      return "is not valid";
  }
}
