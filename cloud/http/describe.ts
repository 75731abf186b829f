import type { MiddlewareHandler } from "hono";
import { describeRoute, resolver, validator } from "hono-openapi";
import * as v from "valibot";
import type { Permission } from "../../protocol/accounts/permissions.ts";
import { problemSchema } from "../../protocol/api/problem.ts";
import { type ErrorCode, type FieldError, refuse } from "../../protocol/errors.ts";
import { fieldErrors } from "../../protocol/validate.ts";
import type { AppEnv } from "./env.ts";
import { problem } from "./problem.ts";

/** One place from which a route's validation and its page in the documentation both come. */

interface Operation {
  summary: string;
  /** The capability, as the documentation groups them. */
  tag: string;
  /**
   * Status and body of success; no body for 204. `type` of a body that is not JSON; `inParts`: any part of it may be asked for;
   * `leavesOut`: it is a report, which says how many devices are not in it. `at`: the address of what is created, with the
   * fields of the answer in braces; absent when it has none of its own.
   */
  success: {
    status: 200 | 201 | 204;
    schema?: v.GenericSchema;
    type?: string;
    inParts?: true;
    leavesOut?: true;
    at?: `/api/v1/${string}`;
  };
  /** Type of the request's body where that is not JSON. */
  body?: string;
  /** Whether the answer has the record's ETag: `given` when it is read, `checked` against If-Match when it is changed. */
  version?: "given" | "checked";
  /** What it may refuse with, besides bad fields and a missing log-in. */
  errors?: readonly ErrorCode[];
  /** What whoever calls it must be allowed; `anyone` who is logged in, `open` to everybody. */
  permission: Permission | "anyone" | "open";
}

/** Describes a route for OpenAPI; `document.ts` completes it with what every address has. */
export function operation({ summary, tag, success, body, errors = [], permission, version }: Operation) {
  const { status, schema, type } = success;
  const codes: ErrorCode[] = [...errors];
  if (version === "checked") codes.push("record.changed");
  if (permission !== "open") codes.push("auth.required");
  if (permission !== "open" && permission !== "anyone") codes.push("auth.forbidden");
  const description = describeRoute({
    summary,
    tags: [tag],
    ...(permission === "open" ? { security: [] } : {}),
    ...({ "x-permission": permission, "x-errors": codes } as object),
    ...(version === undefined ? {} : { parameters: [CONDITIONS[version]] }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: { [body]: { schema: text } } } }),
    responses: {
      ...(version === "given" ? { 304: { description: "The caller has it already", headers: ETAG } } : {}),
      [status]: {
        description: "Done",
        ...(version === undefined || status === 204 ? {} : { headers: ETAG }),
        ...(success.leavesOut === true ? { headers: LEFT_OUT } : {}),
        ...(success.at === undefined ? {} : { headers: LOCATION }),
        ...(schema === undefined ? {} : { content: { "application/json": { schema: resolver(schema) } } }),
        ...(type === undefined ? {} : { content: { [type]: { schema: text } } }),
      },
      ...(success.inParts === true && type !== undefined
        ? { 206: { description: "The part that Range asks for", content: { [type]: { schema: text } } } }
        : {}),
      // Leads the library to the schema of problems; what they are is for document.ts to say.
      default: {
        description: "A problem",
        content: { "application/problem+json": { schema: resolver(problemSchema) } },
      },
    },
  });
  const { at } = success;
  if (at === undefined) return description;
  const created: MiddlewareHandler<AppEnv> = (c, next) => {
    c.set("createdAt", at);
    return next();
  };
  // The description is what the library finds at the handler.
  return Object.assign(created, description);
}

const text = { type: "string" } as const;
const LOCATION = {
  Location: { description: "The address of what was created (RFC 9110 section 15.3.2)", schema: text },
};
const ETAG = { ETag: { description: "Version of the record", schema: text } };
const LEFT_OUT = {
  "Left-Out": {
    description: "How many devices are not in it because provenance does not mean them",
    schema: { type: "integer" },
  },
} as const;
const CONDITIONS = {
  given: {
    in: "header",
    name: "If-None-Match",
    description: "An ETag that the caller has: 304 without a body when it is still the one",
    schema: text,
  },
  checked: {
    in: "header",
    name: "If-Match",
    description:
      "The ETag that the change was made from: 412 when somebody else has changed the record since",
    schema: text,
  },
} as const;

/** Checks a part of the request. A bad one is answered as a problem that names every bad field, and never echoed. */
export function validated<Target extends "json" | "query" | "param", Schema extends v.GenericSchema>(
  target: Target,
  schema: Schema,
) {
  return validator(target, schema, (result, c) => {
    // The library takes any other body for an empty object.
    if (target === "json" && !JSON_TYPE.test(c.req.header("content-type") ?? "")) {
      return problem(
        c as never,
        refuse("request.media-type", "Content-Type is not application/json").refusal,
      );
    }
    const unknown = target === "query" ? unknownParameters(c.req.query(), schema) : [];
    if (result.success && unknown.length === 0) return undefined;
    const issues = result.success ? [] : (result.error as unknown as v.BaseIssue<unknown>[]);
    const known = fieldErrors(issues).filter(({ path }) => !unknown.some((one) => one.path === path));
    const errors = [...unknown, ...known];
    const first = errors[0];
    const detail =
      first === undefined ? "the request is not valid" : `${first.path || target}: ${first.message}`;
    return problem(c as never, refuse("request.invalid", detail, errors).refusal);
  });
}

/** For a list that cannot be asked for by halves: whoever filters it would take all of it for what was filtered. */
export const noParameters = () => validated("query", v.object({}));

/** What nobody looks at is a mistake of whoever asks: a filter that is not there, or one that is written otherwise. */
function unknownParameters(query: Record<string, string>, schema: v.GenericSchema): FieldError[] {
  const known = Object.keys("entries" in schema ? (schema.entries as object) : {});
  const message =
    known.length === 0 ? "is not a parameter here" : `is not a parameter here; there are ${known.join(", ")}`;
  return Object.keys(query)
    .filter((path) => !known.includes(path))
    .map((path) => ({ path, message }));
}

const JSON_TYPE = /^application\/(?:[a-z.-]+\+)?json\b/i;
