import type { Forms } from "../forms.ts";
import type { Rich, Slot } from "../rich.ts";

/** The pages about the API. What they describe (paths, fields, summaries) is the API's own, and English. */
export function reference({ counted }: Forms) {
  const operations = { one: "operation", other: "operations" };
  const errorNoun = { one: "error", other: "errors" };
  return {
    title: "API reference",
    oneDocument: (total: number) => `${counted(total, operations)}, one document`,
    countedOperations: (total: number) => counted(total, operations),
    text: (of: { errors: Slot; document: Slot; header: Slot }): Rich => [
      "JSON in and out, errors as RFC 9457 problems, ",
      of.errors,
      ". The same as an OpenAPI 3.1 document is ",
      of.document,
      ", which any OpenAPI tool reads. Programs send ",
      of.header,
      "; log-in gives a token.",
    ],
    eachError: "each with its next step",
    subjects: "Subjects",
    body: "Body",
    answer: (status: string) => `Answer ${status}`,
    nothing: "Nothing.",
    needsNothing: "Needs no log-in.",
    needsLogIn: "For whoever is logged in.",
    needs: (permission: string) => `Needs the permission ${permission}.`,
    parameters: "Parameters",
    required: ", required",
    refusals: "Refusals",
    errors: "Errors",
    errorsTitle: (total: number) => `${counted(total, errorNoun)}, each with its next step`,
    errorsText:
      "Codes never change their meaning. An error marked as passing may go away by itself: send the same request again later.",
    countedErrors: (total: number) => counted(total, errorNoun),
    code: "Code",
    status: "Status",
    happened: "What happened",
    toDo: "What to do",
    passing: ", passing",
  };
}

export type ReferenceWords = ReturnType<typeof reference>;
