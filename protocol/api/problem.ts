import * as v from "valibot";

/** The body of every error of the API, `application/problem+json` (RFC 9457) with our extension members. */
export const problemSchema = v.pipe(
  v.object({
    type: v.string(),
    title: v.string(),
    status: v.pipe(v.number(), v.integer()),
    detail: v.string(),
    code: v.string(),
    hint: v.string(),
    retryable: v.boolean(),
    errors: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
    etag: v.optional(v.string()),
  }),
  v.metadata({ ref: "Problem" }),
);
