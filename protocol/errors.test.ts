import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { problemSchema } from "./api/problem.ts";
import { accept, assertNever, ERRORS, type ErrorCode, RefusalError, refuse, toProblem } from "./errors.ts";
import { check } from "./validate.ts";

describe("the error catalogue", () => {
  test("every error has a code of its own form, a status, a title and a next step", () => {
    for (const [code, kind] of Object.entries(ERRORS)) {
      expect(code).toMatch(/^[a-z]+\.[a-z-]+$/);
      expect(kind.status).toBeGreaterThanOrEqual(400);
      expect(kind.title).not.toEndWith(".");
      expect(kind.hint).toEndWith(".");
    }
  });

  test("every refusal makes a problem document of the published form", () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      const problem = toProblem({ code, detail: "why", errors: [{ path: "name", message: "is empty" }] });
      expect(v.is(problemSchema, problem)).toBe(true);
      expect(problem).toMatchObject({ type: `/docs/errors#${code}`, status: ERRORS[code].status });
    }
    expect(toProblem({ code: "claim.used", detail: "why" })).not.toHaveProperty("errors");
  });

  test("a refusal that must be thrown keeps its words", () => {
    const { refusal } = refuse("claim.used", "7KQF-2M9D");
    const error = new RefusalError(refusal);
    expect([error.name, error.message, error.refusal]).toEqual([
      "RefusalError",
      "This claim code was used already: 7KQF-2M9D",
      refusal,
    ]);
  });

  test("assertNever shows what it met", () => {
    expect(() => assertNever({ kind: "x" } as never)).toThrow('unexpected variant: {"kind":"x"}');
  });
});

describe("check", () => {
  const schema = v.object({ site: v.object({ name: v.pipe(v.string(), v.minLength(1, "is empty")) }) });

  test("gives back what is valid", () => {
    expect(check(schema, { site: { name: "a" } })).toEqual(accept({ site: { name: "a" } }));
  });

  test("names every bad field by its path", () => {
    expect(check(schema, { site: { name: "" } })).toEqual(
      refuse("request.invalid", "site.name: is empty", [{ path: "site.name", message: "is empty" }]),
    );
    expect(check(v.number("must be a number"), "x", "payload.invalid")).toEqual(
      refuse("payload.invalid", "value: must be a number", [{ path: "", message: "must be a number" }]),
    );
  });
});
