import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addCounts, countTests } from "./counts.ts";
import { folderCoverage, isCovered, readLcov } from "./coverage.ts";

describe("counting tests", () => {
  test("takes the summary at the end", () => {
    expect(countTests(" 3 pass\nnoise\n 12 pass\n 1 fail\n 20 expect() calls\n", 1)).toEqual({
      passed: 12,
      failed: 1,
    });
  });

  test("a run that failed without a failed test counts as one failed, and so does one that ran nothing", () => {
    expect(countTests(" 5 pass\n 0 fail\n", 1)).toEqual({ passed: 5, failed: 1 });
    expect(countTests("", 0)).toEqual({ passed: 0, failed: 1 });
    expect(addCounts({ passed: 1, failed: 2 }, { passed: 3, failed: 4 })).toEqual({ passed: 4, failed: 6 });
  });
});

describe("coverage", () => {
  test("is read from lcov", () => {
    const text = "TN:\nSF:edge/a.ts\nDA:1,5\nDA:2,0\nend_of_record\nSF:edge/b.ts\nDA:1,1\nend_of_record\n";
    expect([...readLcov(text)]).toEqual([
      ["edge/a.ts", { found: 2, hit: 1 }],
      ["edge/b.ts", { found: 1, hit: 1 }],
    ]);
  });

  test("counts files that no test has loaded as missed", () => {
    const directory = mkdtempSync(join(tmpdir(), "homepot-coverage-"));
    const report = join(directory, "lcov.info");
    writeFileSync(report, "SF:protocol/units.ts\nDA:1,1\nDA:2,1\nend_of_record\n");
    const [protocol] = folderCoverage([report], ["protocol/units.ts", "protocol/backoff.ts"]);
    expect(protocol?.percent).toBeLessThan(60);
    expect(protocol?.worst[0]?.file).toBe("protocol/backoff.ts");
    rmSync(directory, { recursive: true });
  });

  test("is asked of source only", () => {
    const files = [
      "edge/a.ts",
      "edge/a.test.ts",
      "ui/x.gen.ts",
      "edge/testing/b.ts",
      "ui/svg.d.ts",
      "ui/c.tsx",
    ];
    expect(files.filter(isCovered)).toEqual(["edge/a.ts", "ui/c.tsx"]);
  });
});
