/**
 * The built style sheet, scripts and icon, as files with content hashes in their names, so that they may be kept by
 * browsers for ever. Owns nothing but the way to them; `bun ui/build.ts` makes them, and a compiled program holds them.
 */
import type { Language } from "./words/languages.ts";

/** The addresses of what a page begins with; of `words` it takes those of its own language. */
export interface EntryFiles {
  style: string;
  script: string;
  words: Record<Language, string>;
}

/** How a file can be packed on the line, as `Accept-Encoding` names it. */
export type Encoding = "br" | "gzip";

export interface Asset {
  body: Blob;
  type: string;
  /** The same file, packed; empty for what is small or packed by itself. */
  packed: Partial<Record<Encoding, Blob>>;
}

export interface Assets {
  /** A file by its path below `/assets/`; null when there is none. */
  get(path: string): Asset | null;
  /** The addresses a page links to. */
  entry: EntryFiles;
}

interface BuiltFile {
  file: string;
  type: string;
  packed: Partial<Record<Encoding, string>>;
}

/** The files as they were built last. Throws a message with the next step when they never were. */
export async function loadAssets(): Promise<Assets> {
  const built = await import("./assets.gen.ts").catch((cause) => {
    throw new Error("The dashboard is not built yet: run `bun ui/build.ts`, or any of ./scripts.", { cause });
  });
  const files: Record<string, BuiltFile> = built.FILES;
  return {
    entry: built.ENTRY,
    get(path) {
      const found = Object.hasOwn(files, path) ? files[path] : undefined;
      if (found === undefined) return null;
      const packed = Object.fromEntries(
        Object.entries(found.packed).map(([encoding, file]) => [encoding, Bun.file(file)]),
      );
      return { body: Bun.file(found.file), type: found.type, packed };
    },
  };
}
