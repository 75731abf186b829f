import { existsSync, readFileSync } from "node:fs";

/** Share of lines that tests must run, a folder. */
export const COVERAGE_GATES: Record<string, number> = { protocol: 90, edge: 90, cloud: 90, ui: 70 };

export interface FolderCoverage {
  folder: string;
  percent: number;
  gate: number;
  /** The files with the most lines that no test runs. */
  worst: { file: string; missed: number }[];
}

interface Lines {
  found: number;
  hit: number;
}

/** Lines by file, of lcov text. */
export function readLcov(text: string): Map<string, Lines> {
  const files = new Map<string, Lines>();
  for (const record of text.split("end_of_record")) {
    const file = /^SF:(.+)$/m.exec(record)?.[1];
    if (file === undefined) continue;
    const counts = [...record.matchAll(/^DA:\d+,(\d+)/gm)].map((match) => Number(match[1]));
    files.set(file, { found: counts.length, hit: counts.filter((count) => count > 0).length });
  }
  return files;
}

/**
 * Coverage of each gated folder. A source file that no test has loaded is not in the report; it counts with all its
 * lines missed, so that forgetting a file is never rewarded.
 */
export function folderCoverage(reports: readonly string[], sources: readonly string[]): FolderCoverage[] {
  const covered = new Map<string, Lines>();
  for (const report of reports) {
    if (!existsSync(report)) continue;
    for (const [file, lines] of readLcov(readFileSync(report, "utf8"))) {
      const before = covered.get(file);
      if (before === undefined || before.hit < lines.hit) covered.set(file, lines);
    }
  }
  return Object.entries(COVERAGE_GATES).map(([folder, gate]) => {
    const files = sources.filter((file) => file.startsWith(`${folder}/`));
    const lines = files.map((file) => ({
      file,
      ...(covered.get(file) ?? { found: codeLines(file), hit: 0 }),
    }));
    const found = lines.reduce((sum, one) => sum + one.found, 0);
    const hit = lines.reduce((sum, one) => sum + one.hit, 0);
    const worst = lines
      .map(({ file, found: all, hit: run }) => ({ file, missed: all - run }))
      .sort((a, b) => b.missed - a.missed)
      .slice(0, 5)
      .filter(({ missed }) => missed > 0);
    return { folder, gate, percent: found === 0 ? 0 : (hit / found) * 100, worst };
  });
}

/** Files whose lines count: source, not tests, not what tests use, nothing generated, no mere types. */
export function isCovered(file: string): boolean {
  return (
    /\.tsx?$/.test(file) &&
    !/(\.test\.tsx?|\.d\.ts|\.gen\.ts)$/.test(file) &&
    !/\/(testing|testdata)\//.test(file)
  );
}

/** Lines of code of a file that was never loaded: neither blank nor comment, import or type. */
function codeLines(file: string): number {
  const transpiled = new Bun.Transpiler({ loader: "tsx" }).transformSync(readFileSync(file, "utf8"));
  return transpiled.split("\n").filter((line) => line.trim() !== "" && !/^(import|export \{|})/.test(line))
    .length;
}
