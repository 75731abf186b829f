import { expect, test } from "bun:test";
import {
  deviceCommand,
  parseCommandLine,
  parseCommandProgress,
  parseCommandResult,
} from "./device-command.ts";

const value = (result: { ok: boolean }) => ("value" in result ? result.value : result);

test("a command is told as the documentation says", () => {
  expect(JSON.parse(deviceCommand({ command: "restart", args: { soft: true }, deadline: 5 }))).toEqual({
    command: "restart",
    args: { soft: true },
    deadline: 5,
  });
});

test("a line of a log is text, or says its level", () => {
  expect(value(parseCommandLine("half of it done"))).toEqual({ level: "info", message: "half of it done" });
  expect(value(parseCommandLine('"quoted"'))).toEqual({ level: "info", message: '"quoted"' });
  expect(value(parseCommandLine('{"level":"warn","message":"slow"}'))).toEqual({
    level: "warning",
    message: "slow",
  });
  expect(parseCommandLine('{"level":"loud","message":"x"}')).toMatchObject({
    refusal: { code: "payload.invalid" },
  });
  expect(parseCommandLine('{"level":"info"}')).toMatchObject({
    refusal: { detail: "message: must be a text" },
  });
});

test("progress and results that cannot be read name the field", () => {
  expect(value(parseCommandProgress('{"percent":40}'))).toEqual({ percent: 40 });
  expect(parseCommandProgress('{"percent":140}')).toMatchObject({
    refusal: { errors: [{ path: "percent" }] },
  });
  expect(parseCommandProgress("40")).toMatchObject({ refusal: { code: "payload.invalid" } });
  expect(value(parseCommandResult('{"ok":true,"output":[1]}'))).toEqual({ ok: true, output: [1] });
  expect(value(parseCommandResult('{"ok":false,"error":"no space"}'))).toEqual({
    ok: false,
    error: "no space",
  });
  expect(parseCommandResult('{"ok":false}')).toMatchObject({ refusal: { errors: [{ path: "error" }] } });
  expect(parseCommandResult('{"ok":"yes"}')).toMatchObject({ refusal: { code: "payload.invalid" } });
});
