/**
 * usage: bun ui/build.ts
 *
 * Bundles what the browser runs into ui/dist, with content hashes in the names, draws the icons, packs what can be
 * packed, and lists the files in ui/assets.gen.ts, from where the cloud serves them and a compiled program embeds them.
 */
import { cp, rm } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { drawIcons } from "./building/icons.ts";
import { MANIFEST } from "./building/manifest.ts";
import { minifyModule } from "./building/minify.ts";
import { PACKINGS } from "./building/pack.ts";
import type { Language } from "./words/languages.ts";

const UI = import.meta.dir;
const DIST = join(UI, "dist");
const TYPES: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};
/** What the page is made of that is kept for when the cloud cannot be reached, besides its script and style sheet. */
const OFFLINE_SOURCES = [
  "pages/offline-page.tsx",
  "layout/page.tsx",
  "layout/document.tsx",
  "layout/brand.tsx",
];

/** What scripts say: a file for each language, of which a page loads its own. */
const WORDS: Record<Language, string> = {
  en: "words/english/in-browser.ts",
  de: "words/german/in-browser.ts",
};

/** Bundles entries and what they load later. Gives the names of all, those of the entries first and in their order. */
async function bundle(entries: readonly string[]): Promise<string[]> {
  const built = await Bun.build({
    entrypoints: entries.map((entry) => join(UI, entry)),
    outdir: DIST,
    target: "browser",
    format: "esm",
    splitting: true,
    minify: true,
    // No chunk needs another besides the entry: what would fetch those costs every page 700 bytes for nothing.
    modulePreload: false,
    // A chunk of some lines is a request of its own, and a chart would wait for it.
    minChunkSize: 4_096,
    naming: { entry: "[name]-[hash].[ext]", chunk: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
  });
  const entriesFirst = [...built.outputs].sort(
    (one, other) => Number(other.kind === "entry-point") - Number(one.kind === "entry-point"),
  );
  for (const { path } of entriesFirst)
    if (extname(path) === ".js") await Bun.write(path, await minifyModule(await Bun.file(path).text()));
  return entriesFirst.map(({ path }) => basename(path));
}

function addressOf(name: string): string {
  return `/assets/${name}`;
}

/** The worker's address is always the same; its content changes with all that it keeps. */
async function bundleWorker(shellFiles: readonly string[]): Promise<string> {
  const hash = new Bun.CryptoHasher("sha256");
  hash.update(shellFiles.join());
  for (const source of OFFLINE_SOURCES) hash.update(await Bun.file(join(UI, source)).bytes());
  await Bun.build({
    entrypoints: [join(UI, "service-worker/service-worker.ts")],
    outdir: DIST,
    target: "browser",
    format: "iife",
    minify: true,
    define: {
      SHELL_VERSION: JSON.stringify(hash.digest("hex").slice(0, 12)),
      SHELL_FILES: JSON.stringify(shellFiles),
    },
  });
  return "service-worker.js";
}

async function pictures(): Promise<string[]> {
  await cp(join(UI, "icon.svg"), join(DIST, "icon.svg"));
  const drawn = await drawIcons(await Bun.file(join(UI, "icon.svg")).text());
  for (const [name, bytes] of Object.entries(drawn)) await Bun.write(join(DIST, name), bytes);
  return ["icon.svg", ...Object.keys(drawn)];
}

/** Done once here, so that no answer costs the cloud any work and none is larger than it need be. */
async function pack(name: string): Promise<void> {
  const plain = await Bun.file(join(DIST, name)).bytes();
  for (const { extension, pack } of packingsOf(name))
    await Bun.write(join(DIST, `${name}.${extension}`), pack(plain));
}

/** Pictures are packed by themselves. */
function packingsOf(name: string) {
  return extname(name) === ".png" ? [] : PACKINGS;
}

function listing(names: readonly string[], entry: object): string {
  const imports = names.flatMap((name, index) =>
    ["", ...packingsOf(name).map(({ extension }) => `.${extension}`)].map(
      (form, at) => `import f${index}_${at} from "./dist/${name}${form}" with { type: "file" };`,
    ),
  );
  const rows = names.map((name, index) => {
    const packed = packingsOf(name).map(({ encoding }, at) => `${encoding}: f${index}_${at + 1}`);
    const type = JSON.stringify(TYPES[extname(name)] ?? "application/octet-stream");
    return `  ${JSON.stringify(name)}: { file: f${index}_0, type: ${type}, packed: { ${packed.join(", ")} } },`;
  });
  return [
    "// @ts-nocheck: the imports are files, not modules. Made by ui/build.ts; not kept in the repository.",
    ...imports,
    "",
    `export const ENTRY = ${JSON.stringify(entry)};`,
    "export const FILES = {",
    ...rows,
    "};",
    "",
  ].join("\n");
}

const startedMs = performance.now();
await rm(DIST, { recursive: true, force: true });
const [script = "", ...parts] = await bundle(["browser/client.ts", ...Object.values(WORDS)]);
const words = parts.slice(0, Object.keys(WORDS).length).map(addressOf);
const [style = "", ...styleParts] = await bundle(["styles/app.css"]);
const entry = {
  style: addressOf(style),
  script: addressOf(script),
  words: Object.fromEntries(Object.keys(WORDS).map((language, index) => [language, words[index]])),
};
await Bun.write(join(DIST, "manifest.webmanifest"), JSON.stringify(MANIFEST));
const names = [
  ...[script, ...parts, style, ...styleParts, "manifest.webmanifest"],
  ...(await pictures()),
  await bundleWorker([
    ...[entry.style, entry.script, ...words, addressOf("icon.svg")],
    ...parts.filter((part) => part.startsWith("offline-")).map(addressOf),
  ]),
].sort();
await Promise.all(names.map(pack));
await Bun.write(join(UI, "assets.gen.ts"), listing(names, entry));
console.error(`ui: ${names.length} files in ${Math.round(performance.now() - startedMs)} ms`);
