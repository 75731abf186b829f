/** The stages of the test run, in the order of how soon they tell of a fault. */
export interface Stage {
  name: string;
  /** Also part of `scripts/check`. */
  fast: boolean;
  command: string[];
  /** A run of `bun test` counts its tests; anything else counts as one check. */
  counts: "tests" | "check";
}

const coverage = (name: string): string[] => [
  "--coverage",
  "--coverage-reporter=lcov",
  `--coverage-dir=coverage/${name}`,
];

/** The scripts' own. */
const OWN_TESTS = ["./scripts/suite/", "./scripts/demonstration/"];

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
    command: ["bun", "test", "./scripts/checks/", "./scripts/addresses/"],
  },
  {
    name: "unit",
    fast: false,
    counts: "tests",
    command: ["bun", "test", ...coverage("server"), "./protocol/", "./edge/", "./cloud/", ...OWN_TESTS],
  },
  {
    name: "ui",
    fast: false,
    counts: "tests",
    command: ["bun", "test", "--preload", "./ui/testing/browser.ts", ...coverage("ui"), "./ui/"],
  },
  {
    name: "end-to-end",
    fast: false,
    counts: "tests",
    command: ["bun", "test", "--timeout", "30000", "./scripts/e2e/", "./scripts/benchmarks/"],
  },
  {
    name: "drills",
    fast: false,
    counts: "tests",
    command: ["bun", "test", "--timeout", "30000", "./scripts/drills/"],
  },
];
