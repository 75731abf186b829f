/**
 * usage: bun ui/build.ts
 *
 * Bundles what the browser runs into ui/dist, with content hashes in the names, and lists the files in
 * ui/assets.gen.ts, from where the cloud serves them and a compiled program embeds them.
 */
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";

const UI = import.meta.dir;
const DIST = join(UI, "dist");
const TYPES: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

interface BuiltFile {
  name: string;
  kind: "script" | "style" | "part";
}

async function bundle(entry: string): Promise<BuiltFile[]> {
  const built = await Bun.build({
    entrypoints: [join(UI, entry)],
    outdir: DIST,
    target: "browser",
    format: "esm",
    splitting: true,
    minify: true,
    naming: { entry: "[name]-[hash].[ext]", chunk: "[name]-[hash].[ext]" },
  });
  return built.outputs.map((output) => {
    const name = basename(output.path);
    const kind =
      output.kind !== "entry-point" && !name.endsWith(".css")
        ? "part"
        : name.endsWith(".css")
          ? "style"
          : "script";
    return { name, kind };
  });
}

function listing(files: readonly BuiltFile[]): string {
  const entry = (kind: BuiltFile["kind"]) => files.find((file) => file.kind === kind)?.name ?? "";
  const names = [...files.map(({ name }) => name)].sort();
  const imports = names.map((name, index) => `import f${index} from "./dist/${name}" with { type: "file" };`);
  const rows = names.map((name, index) => {
    const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
    return `  ${JSON.stringify(name)}: { file: f${index} as unknown as string, type: ${JSON.stringify(type)} },`;
  });
  return [
    "// @ts-nocheck: the imports are files, not modules. Made by ui/build.ts; not kept in the repository.",
    ...imports,
    `import icon from "./icon.svg" with { type: "file" };`,
    "",
    `export const ENTRY = { style: "/assets/${entry("style")}", script: "/assets/${entry("script")}" };`,
    "export const FILES = {",
    ...rows,
    `  "icon.svg": { file: icon, type: "${TYPES.svg}" },`,
    "};",
    "",
  ].join("\n");
}

const startedMs = performance.now();
await rm(DIST, { recursive: true, force: true });
const files = [...(await bundle("browser/client.ts")), ...(await bundle("styles/app.css"))];
await Bun.write(join(UI, "assets.gen.ts"), listing(files));
console.error(`ui: ${files.length} files in ${Math.round(performance.now() - startedMs)} ms`);
