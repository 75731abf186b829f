import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { ERRORS } from "../protocol/errors.ts";
import { errorsPage } from "./docs-errors.ts";

test("the page of errors is the one the catalogue gives: bun scripts/docs-errors.ts", () => {
  expect(readFileSync("docs/errors.md", "utf8")).toBe(errorsPage());
  for (const code of Object.keys(ERRORS)) expect(errorsPage()).toContain(`<a id="${code}">`);
});
