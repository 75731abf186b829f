import { expect, test } from "bun:test";
import * as v from "valibot";
import { argumentFields, readArgument } from "./argument-fields.ts";
import { JOB_KIND_NAMES, JOB_KINDS } from "./job-kinds.ts";

test("a field has the name, the bounds and the default of its schema", () => {
  expect(argumentFields("firmware.transfer")).toEqual([
    { name: "firmware", control: "text", required: true },
  ]);
  expect(argumentFields("ping")).toEqual([
    { name: "count", control: "number", required: false, fallback: "3", min: 1, max: 100 },
  ]);
  expect(argumentFields("script.run")).toEqual([
    { name: "script", control: "text", required: true, maxLength: 200 },
    { name: "args", control: "lines", required: false },
  ]);
  expect(argumentFields("device.command").map(({ name, control }) => [name, control])).toEqual([
    ["command", "text"],
    ["args", "json"],
  ]);
});

test("every argument of every kind has a field", () => {
  for (const kind of JOB_KIND_NAMES)
    expect(argumentFields(kind).map(({ name }) => name)).toEqual(
      Object.keys((JOB_KINDS[kind].arguments as { entries: object }).entries),
    );
});

test("what is typed is what the schema takes, and what is not is refused by its name", () => {
  const typed = { script: "backup/now.sh", args: " --all\n--quick " };
  const read = Object.fromEntries(
    argumentFields("script.run").map((field) => [
      field.name,
      readArgument(field, typed[field.name as "args"]),
    ]),
  );
  expect(v.parse(JOB_KINDS["script.run"].arguments, read)).toEqual({
    script: "backup/now.sh",
    args: ["--all", "--quick"],
  });
  expect(readArgument({ control: "json" }, '{"a":1}')).toEqual({ a: 1 });
  expect(readArgument({ control: "json" }, "{a:1}")).toBe("{a:1}");
  expect(readArgument({ control: "number" }, "2,5")).toBe(2.5);
  const wrong = v.safeParse(JOB_KINDS.ping.arguments, {
    count: readArgument({ control: "number" }, "many"),
  });
  expect(wrong.issues?.map((issue) => [v.getDotPath(issue), issue.message])).toEqual([
    ["count", "must be a number"],
  ]);
});
