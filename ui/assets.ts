/**
 * The built style sheet, scripts and icon, as files with content hashes in their names, so that they may be kept by
 * browsers for ever. Owns nothing but the way to them; `bun ui/build.ts` makes them, and a compiled program holds them.
 */
export interface Asset {
  body: Blob;
  type: string;
}

export interface Assets {
  /** A file by its path below `/assets/`; null when there is none. */
  get(path: string): Asset | null;
  /** The addresses a page links to. */
  entry: { style: string; script: string };
}

/** The files as they were built last. Throws a message with the next step when they never were. */
export async function loadAssets(): Promise<Assets> {
  const built = await import("./assets.gen.ts").catch((cause) => {
    throw new Error("The dashboard is not built yet: run `bun ui/build.ts`, or any of ./scripts.", { cause });
  });
  const files: Record<string, { file: string; type: string }> = built.FILES;
  return {
    entry: built.ENTRY,
    get(path) {
      const found = Object.hasOwn(files, path) ? files[path] : undefined;
      return found === undefined ? null : { body: Bun.file(found.file), type: found.type };
    },
  };
}
