import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DemoLock } from "./lock.ts";

function withDirectory(run: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "homepot-lock-"));
  try {
    run(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test("a second demo on the same data is told who runs and where", () => {
  withDirectory((directory) => {
    const first = DemoLock.take(directory);
    expect(first).toBeInstanceOf(DemoLock);
    expect(DemoLock.take(directory)).toMatchObject({ pid: process.pid, url: null });
    (first as DemoLock).announce("http://127.0.0.1:8080");
    expect(DemoLock.take(directory)).toMatchObject({ pid: process.pid, url: "http://127.0.0.1:8080" });
    (first as DemoLock)[Symbol.dispose]();
    expect(DemoLock.take(directory)).toBeInstanceOf(DemoLock);
  });
});

test("what a process left that is gone, or whose number another has now, is taken over", () => {
  for (const left of [
    "",
    "{",
    JSON.stringify({ pid: 2 ** 22 + 1, began: "1", url: null }),
    JSON.stringify({ pid: process.pid, began: "another time", url: null }),
  ]) {
    withDirectory((directory) => {
      writeFileSync(join(directory, "running.json"), left);
      const lock = DemoLock.take(directory);
      expect(lock).toBeInstanceOf(DemoLock);
      expect(readdirSync(directory)).toEqual(["running.json"]);
      (lock as DemoLock)[Symbol.dispose]();
      expect(existsSync(join(directory, "running.json"))).toBe(false);
    });
  }
});
