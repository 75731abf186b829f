import type * as v from "valibot";
import { nearest } from "../settings/settings.ts";

/** Says of a key of an object that it is missing, or that nobody knows it and which one was probably meant. */
export function aboutKeys(known: readonly string[]) {
  return (issue: v.StrictObjectIssue): string => {
    if (issue.expected === "Object") return "must be a table";
    if (issue.expected !== "never") return "is missing";
    const key = String(issue.path?.at(-1)?.key);
    return `is not known here; did you mean ${nearest(key, known)}?`;
  };
}
