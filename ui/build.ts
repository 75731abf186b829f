/**
 * usage: bun ui/build.ts
 *
 * Bundles what the browser runs into ui/dist, with content hashes in the names, each file also packed as small as it
 * gets, and lists the files in ui/assets.gen.ts, from where the cloud serves them and a compiled program embeds them.
 */
import { cp, rm } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { PACKINGS } from "./building/pack.ts";

const UI = import.meta.dir;
const DIST = join(UI, "dist");
const TYPES: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
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

/** Done once here, so that no answer costs the cloud any work and none is larger than it need be. */
async function pack({ name }: BuiltFile): Promise<void> {
  const plain = await Bun.file(join(DIST, name)).bytes();
  for (const { extension, pack } of PACKINGS)
    await Bun.write(join(DIST, `${name}.${extension}`), pack(plain));
}

function listing(files: readonly BuiltFile[]): string {
  const entry = (kind: BuiltFile["kind"]) => files.find((file) => file.kind === kind)?.name ?? "";
  const names = files.map(({ name }) => name).sort();
  const forms = ["", ...PACKINGS.map(({ extension }) => `.${extension}`)];
  const imports = names.flatMap((name, index) =>
    forms.map((form, at) => `import f${index}_${at} from "./dist/${name}${form}" with { type: "file" };`),
  );
  const rows = names.map((name, index) => {
    const packed = PACKINGS.map(({ encoding }, at) => `${encoding}: f${index}_${at + 1}`).join(", ");
    const type = JSON.stringify(TYPES[extname(name)] ?? "application/octet-stream");
    return `  ${JSON.stringify(name)}: { file: f${index}_0, type: ${type}, packed: { ${packed} } },`;
  });
  return [
    "// @ts-nocheck: the imports are files, not modules. Made by ui/build.ts; not kept in the repository.",
    ...imports,
    "",
    `export const ENTRY = { style: "/assets/${entry("style")}", script: "/assets/${entry("script")}" };`,
    "export const FILES = {",
    ...rows,
    "};",
    "",
  ].join("\n");
}

const startedMs = performance.now();
await rm(DIST, { recursive: true, force: true });
const files = [...(await bundle("browser/client.ts")), ...(await bundle("styles/app.css"))];
await cp(join(UI, "icon.svg"), join(DIST, "icon.svg"));
files.push({ name: "icon.svg", kind: "part" });
await Promise.all(files.map(pack));
await Bun.write(join(UI, "assets.gen.ts"), listing(files));
console.error(`ui: ${files.length} files in ${Math.round(performance.now() - startedMs)} ms`);
