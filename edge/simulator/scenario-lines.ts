/**
 * Where a scenario file says what, so that an error is found in it: the lines, from 1, of its fields by their paths, such as
 * `devices.0.count`, and of its tables.
 *
 * Read line by line, as people write these files: of what is within an array or a text of several lines the first line is known.
 */
export function linesOf(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  const tables = new Map<string, number>();
  let table = "";
  for (const [index, line] of text.split("\n").entries()) {
    const header = /^\s*(\[\[?)\s*([^\]]+?)\s*\]/.exec(line);
    if (header !== null) {
      note(names(header[2]!).join("."), index + 1);
      table = placeOf(names(header[2]!), header[1] === "[[", tables);
      note(table, index + 1);
      continue;
    }
    const key = /^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=/.exec(line)?.[1];
    if (key !== undefined) note([...(table === "" ? [] : [table]), ...names(key)].join("."), index + 1);
  }
  return lines;

  function note(path: string, line: number): void {
    if (!lines.has(path)) lines.set(path, line);
  }
}

/** The line of a field, or of the table that it is missing in; null when it is nowhere. */
export function lineOf(path: string, lines: ReadonlyMap<string, number>): number | null {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
    const line = lines.get(at);
    if (line !== undefined) return line;
  }
  return null;
}

/** The line, from 1, of what keeps a text from being read: that after the longest part of its lines that can be. */
export function brokenLine(text: string, read: (part: string) => unknown): number {
  const lines = text.split("\n");
  for (let count = lines.length - 1; count > 0; count -= 1) {
    try {
      read(lines.slice(0, count).join("\n"));
      return count + 1;
    } catch {
      // Not yet: it is further up.
    }
  }
  return 1;
}

function names(dotted: string): string[] {
  return dotted.split(".").map((name) => name.trim().replace(/^["']|["']$/g, ""));
}

/** A table's path, with the places in the lists it is in: `[devices.config]` belongs to the newest of the devices. */
function placeOf(header: readonly string[], isListed: boolean, tables: Map<string, number>): string {
  let path = "";
  for (const [depth, name] of header.entries()) {
    path = path === "" ? name : `${path}.${name}`;
    const listed = tables.get(path);
    const place = depth === header.length - 1 && isListed ? (listed ?? -1) + 1 : listed;
    if (place === undefined) continue;
    tables.set(path, place);
    path = `${path}.${place}`;
  }
  return path;
}
