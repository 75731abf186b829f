import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { CAPABILITY_USES } from "./capability-uses.ts";
import { DOORLESS, IMPORT_TABLE, type ImportRule, SHARED, WIRING } from "./import-table.ts";

export interface Import {
  from: string;
  /** A path from the root, or a package's name. */
  to: string;
  /** Only types: gone when the program runs, and so no part of a cycle. */
  typeOnly?: boolean;
}

const IMPORT =
  /(?:^|\n)\s*(import|export)\s+(type\s)?[^"'`;]*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)import "([^"]+)"/g;

/** Every import of the source files, types too: a type is a dependency of whoever must read it. */
export function readImports(files: readonly string[]): Import[] {
  return files.flatMap((from) =>
    [...readFileSync(from, "utf8").matchAll(IMPORT)].map((match) => {
      const specifier = match[3] ?? match[4] ?? match[5] ?? "";
      const to = specifier.startsWith(".") ? normalize(join(dirname(from), specifier)) : specifier;
      return { from, to, typeOnly: match[2] !== undefined };
    }),
  );
}

/** The rules that imports break, in words. */
export function complaints(
  imports: readonly Import[],
  table: readonly ImportRule[] = IMPORT_TABLE,
): string[] {
  return imports.flatMap((one) => [...brokenRule(one, table), ...brokenDoor(one), ...brokenUse(one)]);
}

function brokenRule({ from, to }: Import, table: readonly ImportRule[]): string[] {
  if (isTestFile(from))
    return crossesSides(from, to) ? [`${from} imports ${to}: no test crosses the line`] : [];
  if (/\/(testing|testdata)\//.test(to)) return [`${from} imports ${to}: what tests use is for tests only`];
  const rule = table.find((one) => one.from.test(from));
  if (rule === undefined) return [`${from} is in no rule of the import table`];
  return rule.mayImport.some((allowed) => allowed.test(to))
    ? []
    : [`${from} imports ${to}, but ${rule.because}`];
}

function brokenDoor({ from, to }: Import): string[] {
  const open = WIRING.test(from) || isTestFile(from);
  if (/^(edge\/(main|gateway)|cloud\/(main|app|cloud|served-app))\.ts$/.test(to)) {
    return open ? [] : [`${from} imports ${to}: nothing imports the wiring`];
  }
  const [side, capability, ...rest] = to.split("/");
  if ((side !== "edge" && side !== "cloud") || capability === undefined || rest.length === 0) return [];
  const folder = `${side}/${capability}`;
  const isDoor = to === `${folder}/${capability}.ts`;
  if (open || isDoor || from.startsWith(`${folder}/`) || DOORLESS.has(folder) || SHARED.has(to)) return [];
  return [`${from} imports ${to}, but others come in by the door, ${folder}/${capability}.ts`];
}

function brokenUse({ from, to }: Import): string[] {
  const user = capabilityOf(from);
  const used = capabilityOf(to);
  if (user === null || used === null || user === used || DOORLESS.has(used) || SHARED.has(to)) return [];
  if (WIRING.test(from) || isTestFile(from) || /[/-]pages\.tsx$/.test(from)) return [];
  if (CAPABILITY_USES[user]?.[used] !== undefined) return [];
  return [`${from} imports ${to}, but ${used} is not listed among what ${user} uses`];
}

/** `edge/broker` of `edge/broker/inbox.ts`; null for what is in no capability's folder. */
function capabilityOf(file: string): string | null {
  const [side, folder, ...rest] = file.split("/");
  return (side === "edge" || side === "cloud") && rest.length > 0 ? `${side}/${folder}` : null;
}

function isTestFile(file: string): boolean {
  return /\.test\.tsx?$/.test(file) || /\/testing\//.test(file);
}

function crossesSides(from: string, to: string): boolean {
  return (
    (from.startsWith("edge/") && to.startsWith("cloud/")) ||
    (from.startsWith("cloud/") && to.startsWith("edge/"))
  );
}

/** The cycles there are when the program runs, each as a path that comes back to its beginning. */
export function cycles(imports: readonly Import[]): string[][] {
  const edges = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports) {
    if (typeOnly !== true) edges.set(from, [...(edges.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      found.push([...path.slice(start), file]);
      return;
    }
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

/** Everything that is loaded when this file is: files, and packages by the names they are imported by. */
export function loadedBy(entry: string, imports: readonly Import[]): string[] {
  const loaded = new Set([entry]);
  for (const file of loaded) {
    for (const { from, to, typeOnly } of imports) if (from === file && typeOnly !== true) loaded.add(to);
  }
  return [...loaded];
}
