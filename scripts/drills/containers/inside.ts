import { onEngine } from "./containers.ts";

/**
 * `bun scripts/drills/containers/inside.ts`: the drill itself, in the network it was started in. What it does is told on
 * stderr; what came of it is JSON on stdout.
 */

const findings = await onEngine((line) => void process.stderr.write(`${line}\n`)).catch((error: unknown) => ({
  figures: {},
  faults: [error instanceof Error ? error.message : String(error)],
}));
process.stdout.write(JSON.stringify(findings));
