import { expect, spyOn, test } from "bun:test";
import { openLog } from "./log.ts";

async function linesOf(format: "json" | "pretty", level: "debug" | "warning"): Promise<string> {
  let written = "";
  const spy = spyOn(process.stderr, "write").mockImplementation((text: string | Uint8Array) => {
    written += String(text);
    return true;
  });
  try {
    const log = await openLog({ level, format });
    log.info("a gateway connected", { gateway: "g1", site: "Cardiff Bay", count: 3 });
    log.warn("others sent it", { path: "/a\nforged=line", name: "\u001b[2J\u009b\u2028\u202e" });
    log.error("it failed", { error: new Error("disk full"), nothing: undefined });
  } finally {
    spy.mockRestore();
  }
  return written;
}

test("for machines every event is a line of JSON", async () => {
  const lines = (await linesOf("json", "debug")).trim().split("\n");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: "INFO",
    message: "a gateway connected",
    logger: "homepot.cloud",
    gateway: "g1",
    count: 3,
  });
  expect(lines[2]).toContain("disk full");
});

test("for people it is words, then what they are about", async () => {
  const text = await linesOf("pretty", "debug");
  expect(text).toContain('gateway=g1 site="Cardiff Bay" count=3\n');
  expect(text).toContain('error="disk full" nothing=undefined\n');
});

test("what others sent begins no line of its own and moves no cursor", async () => {
  const pretty = (await linesOf("pretty", "debug"))
    .split("\n")
    .find((line) => line.includes("others sent it"));
  expect(pretty).toEndWith('path="/a\\nforged=line" name="\\u001b[2J\\u{9b}\\u{2028}\\u{202e}"');
  const json = (await linesOf("json", "debug")).trim().split("\n");
  expect(json.length).toBe(3);
});

test("what is less important than asked for is left out", async () => {
  expect(await linesOf("json", "warning")).not.toContain("a gateway connected");
});
