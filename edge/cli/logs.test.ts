import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readLine, showLine, toJobLine } from "../log/show-line.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { runCaptured } from "./testing/run-captured.ts";

const LINES = [
  '{"@timestamp":"2026-11-28T18:36:34.425Z","level":"WARN","message":"refused","logger":"homepot.edge","device":"till-1","why":"not \\u001b JSON"}',
  '{"@timestamp":"2026-11-28T18:36:35.001Z","level":"INFO","message":"connected","logger":"homepot.edge","count":3}',
  "Started homepot-edge.service.",
];

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
  const journal = `#!/bin/sh\necho "$*" >&2\ncat <<'END'\n${LINES.join("\n")}\nEND\n`;
  writeFileSync(join(directory.path, "journalctl"), journal, { mode: 0o755 });
});
afterEach(() => directory[Symbol.dispose]());

/** The command as its own process, which finds our journal and no other. */
function logs(...args: string[]): { code: number; stdout: string; stderr: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, "edge/main.ts", "logs", ...args], {
    ...{ stdout: "pipe", stderr: "pipe" },
    env: { PATH: `${directory.path}:/bin` },
  });
  return { code: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

describe("homepot-edge logs", () => {
  test("shows the service's lines in words, and nothing that steers a terminal", () => {
    const { code, stdout, stderr } = logs("--lines", "7");
    expect([code, stderr]).toEqual([0, "--unit=homepot-edge --output=cat --no-pager --lines=7\n"]);
    expect(stdout.split("\n")).toEqual([
      '2026-11-28 18:36:34Z  warning  refused  device=till-1  why="not \\u001b JSON"',
      "2026-11-28 18:36:35Z  info     connected  count=3",
      "Started homepot-edge.service.",
      "",
    ]);
  });

  test("leaves out what is less important, and gives lines as they were written", () => {
    expect(logs("--level", "warning").stdout).not.toContain("connected");
    expect(logs("--json").stdout).toBe(`${LINES.join("\n")}\n`);
    expect(logs("--follow").stderr).toContain("--follow");
  });

  test.each([
    ["--lines", "0"],
    ["--lines", "many"],
    ["--level", "loud"],
  ])("refuses %s %s", async (option, value) => {
    const { code, stderr } = await runCaptured("logs", option, value);
    expect([code, stderr.includes("must be")]).toEqual([2, true]);
  });
});

test("a line as a job's log has it says in words what it is about, and is as important as it was", () => {
  const at = { "@timestamp": "2026-11-29T03:42:05.752Z", logger: "homepot.edge" };
  const lines = [
    JSON.stringify({ ...at, level: "INFO", message: "listening", host: "127.0.0.1", port: 1883 }),
    JSON.stringify({ ...at, level: "WARN", message: "refused", why: "no such\u001buser" }),
    JSON.stringify({ ...at, level: "FATAL", message: "gone" }),
    "as it came",
  ];
  expect(lines.map((line) => toJobLine(line))).toEqual([
    { level: "info", message: "2026-11-29 03:42:05Z  listening  host=127.0.0.1  port=1883" },
    { level: "warning", message: '2026-11-29 03:42:05Z  refused  why="no such\\u001buser"' },
    { level: "error", message: "2026-11-29 03:42:05Z  gone" },
    { level: "info", message: "as it came" },
  ]);
});

test("a line is ours or it is not", () => {
  expect([readLine("{"), readLine("[]"), readLine('{"level":"INFO"}')]).toEqual([null, null, null]);
  const line = readLine(LINES[1] ?? "");
  expect(line?.level).toBe("info");
  expect(line === null ? "" : showLine({ ...line, message: "a\u001b[31m" })).toContain("a\uFFFD[31m");
});
