import { availableParallelism } from "node:os";

/** The stages of the test run, in the order of how soon they tell of a fault. */
export interface Stage {
  name: string;
  /** Also part of `scripts/check`. */
  fast: boolean;
  command: string[];
  /** A run of `bun test` counts its tests; anything else counts as one check. */
  counts: "tests" | "check";
}

/**
 * Tests wait for what they expect and not for a time, so this only ends one that hangs. The runner's own five seconds
 * are too few for those that start processes on a machine that is busy.
 */
const bunTest = ["bun", "test", "--timeout", "60000"];

const LANES_MAX = 4;
/**
 * Files side by side, in processes that keep their modules from file to file: most take less time than loading them. Not
 * where tests start programs and browsers, which have the machine's cores between them already.
 */
const inLanes = [...bunTest, `--parallel=${Math.min(availableParallelism(), LANES_MAX)}`, "--no-isolate"];

const coverage = (name: string): string[] => [
  "--coverage",
  "--coverage-reporter=lcov",
  `--coverage-dir=coverage/${name}`,
];

/** The scripts' own. */
const OWN_TESTS = ["./scripts/suite/", "./scripts/demonstration/", "./scripts/releases/"];

export const STAGES: readonly Stage[] = [
  // First: the list of built files is a module that the types need.
  { name: "assets", fast: true, counts: "check", command: ["bun", "ui/build.ts"] },
  { name: "types", fast: true, counts: "check", command: ["bun", "--bun", "tsc", "-p", "."] },
  {
    name: "lint",
    fast: true,
    counts: "check",
    command: ["bun", "--bun", "biome", "check", "--error-on-warnings", "."],
  },
  {
    name: "checks",
    fast: true,
    counts: "tests",
    command: [...bunTest, "./scripts/checks/", "./scripts/addresses/"],
  },
  {
    name: "unit",
    fast: false,
    counts: "tests",
    command: [...inLanes, ...coverage("server"), "./protocol/", "./edge/", "./cloud/", ...OWN_TESTS],
  },
  {
    name: "ui",
    fast: false,
    counts: "tests",
    command: [...inLanes, "--preload", "./ui/testing/browser.ts", ...coverage("ui"), "./ui/"],
  },
  {
    name: "end-to-end",
    fast: false,
    counts: "tests",
    command: [...bunTest, "./scripts/e2e/", "./scripts/benchmarks/"],
  },
  {
    name: "drills",
    fast: false,
    counts: "tests",
    command: [...bunTest, "./scripts/drills/"],
  },
];
