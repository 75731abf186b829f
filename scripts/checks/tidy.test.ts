import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ALL_PERMISSIONS } from "../../protocol/accounts/permissions.ts";
import { PROTOCOL_VERSION } from "../../protocol/version.ts";

const sources = [...new Bun.Glob("{protocol,edge,cloud,ui,scripts}/**/*.{ts,tsx}").scanSync(".")].filter(
  (file) => !/(\.gen\.ts|\/dist\/.*)$/.test(file),
);
const LINES_MAX = 400;

describe("the house is tidy", () => {
  test("no file is longer than can be read in one sitting", () => {
    const lengths = sources
      .filter((file) => !file.endsWith(".test.ts"))
      .map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n").length }))
      .sort((a, b) => b.lines - a.lines);
    process.stdout.write(
      `the ten longest files:\n${lengths
        .slice(0, 10)
        .map(({ file, lines }) => `${lines} ${file}`)
        .join("\n")}\n`,
    );
    expect(lengths.filter(({ lines }) => lines > LINES_MAX)).toEqual([]);
  });

  test("no folder or file is named for nothing", () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|manager|service)(\/|\.tsx?$)/;
    expect(sources.filter((file) => vague.test(file))).toEqual([]);
  });

  test("nothing is left for later in the code", () => {
    const marks = new RegExp(
      `\\b(${["TO", "FIX", "XX"].map((start, index) => start + ["DO", "ME", "X"][index]).join("|")})\\b`,
    );
    const marked = sources.filter((file) => marks.test(readFileSync(file, "utf8")));
    expect(marked).toEqual([]);
  });

  test("the protocol's number is the newest of its history", () => {
    const history = readFileSync("protocol/version.ts", "utf8");
    const versions = [...history.matchAll(/^ \* - (\d+) \(\d{4}-\d{2}-\d{2}\): /gm)].map((match) =>
      Number(match[1]),
    );
    expect(Math.max(...versions)).toBe(PROTOCOL_VERSION);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  });
});

describe("the documentation", () => {
  const pages = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    ...new Bun.Glob("docs/**/*.md").scanSync("."),
  ];

  test("has no link to a file that is not there", () => {
    const dead = pages.flatMap((page) =>
      [...readFileSync(page, "utf8").matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
        .map((match) => match[1]!)
        .filter((target) => !existsSync(join(dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  test("has no link to a heading that is not there", () => {
    const dead = pages.flatMap((page) =>
      [...readFileSync(page, "utf8").matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)#([^)\s]+)\)/g)]
        .filter(([, target, anchor]) => {
          const file = target === "" ? page : join(dirname(page), target!);
          return existsSync(file) && file.endsWith(".md") && !anchorsOf(file).includes(anchor!);
        })
        .map(([, target, anchor]) => `${page}: ${target}#${anchor}`),
    );
    expect(dead).toEqual([]);
  });

  test("lists every page and every decision in the manual's table", () => {
    const manual = readFileSync("docs/README.md", "utf8");
    const linkedFrom = (page: string) => readFileSync(page, "utf8");
    const lost = pages
      .filter((page) => page.startsWith("docs/") && page !== "docs/README.md")
      .map((page) => page.slice("docs/".length))
      .filter(
        (page) => !manual.includes(`](${page})`) && !linkedFrom("docs/security.md").includes(`](${page}`),
      );
    expect(lost).toEqual([]);
  });

  test("says of every permission what it allows", () => {
    const people = readFileSync("docs/people.md", "utf8");
    expect(ALL_PERMISSIONS.filter((permission) => !people.includes(`| \`${permission}\` |`))).toEqual([]);
  });
});

/** What a link can lead to within a page: its headings, as GitHub names them, and the anchors written out. */
function anchorsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id!)];
}
