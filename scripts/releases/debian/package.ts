import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Platform } from "../../../protocol/releases/release.ts";
import type { Contents, PackagedFile } from "./contents.ts";

/** Debian's names of the platforms. */
export const ARCHITECTURES: Record<Platform, string> = { "linux-x64": "amd64", "linux-arm64": "arm64" };
const MAINTAINER = "HOMEPOT contributors <homepot@users.noreply.github.com>";
const HOMEPAGE = "https://github.com/homepot/homepot";

export interface PackageParts {
  contents: Contents;
  platform: Platform;
  /** Of the release; its sequence makes newer ones greater to dpkg, which a commit's hash does not. */
  version: string;
  sequence: number;
  /** Where the packages go. */
  folder: string;
}

/** `0.1.0+1a2b3c4d5e` of sequence 1790000000 as Debian orders versions: `0.1.0+1790000000.1a2b3c4d5e`. */
export function debianVersion(version: string, sequence: number): string {
  const [number = "0", commit] = version.split("+");
  return `${number}+${sequence}${commit === undefined ? "" : `.${commit.replaceAll(/[^A-Za-z0-9.]/g, ".")}`}`;
}

/** Builds a package with dpkg-deb. Gives its path. */
export function buildPackage(parts: PackageParts): string {
  const { contents, platform, folder } = parts;
  const { name } = contents;
  const version = debianVersion(parts.version, parts.sequence);
  const architecture = ARCHITECTURES[platform];
  const path = join(folder, `${name}_${version}_${architecture}.deb`);
  const tree = `${path}.tree`;
  rmSync(tree, { recursive: true, force: true });
  try {
    for (const file of [...contents.files, ...documentation(parts, version)]) place(tree, file);
    const control = join(tree, "DEBIAN");
    mkdirSync(control, { mode: 0o755 });
    const sizeKib = Math.ceil(sizeOf(tree) / 1_024);
    writeFileSync(join(control, "control"), controlFile(contents, { version, architecture, sizeKib }));
    writeFileSync(join(control, "conffiles"), contents.settings.map((file) => `${file}\n`).join(""));
    writeFileSync(join(control, "md5sums"), sums(tree));
    for (const [script, text] of Object.entries(contents.scripts)) {
      writeFileSync(join(control, script), text);
      chmodSync(join(control, script), 0o755);
    }
    const built = Bun.spawnSync(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z6", "--build", tree, path], {
      stdout: "pipe",
      stderr: "pipe",
      // No file in it is younger than the release: two builds of one are the same.
      env: { ...process.env, SOURCE_DATE_EPOCH: String(parts.sequence) },
    });
    if (!built.success) throw new Error(`dpkg-deb: ${built.stderr}`);
    return path;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

function place(tree: string, { path, from, text, mode = 0o644 }: PackagedFile): void {
  const at = join(tree, path);
  mkdirSync(dirname(at), { recursive: true, mode: 0o755 });
  if (from !== undefined) copyFileSync(from, at);
  else writeFileSync(at, text ?? "");
  chmodSync(at, mode);
}

function controlFile(
  { name, summary, about, depends }: Contents,
  of: { version: string; architecture: string; sizeKib: number },
): string {
  return `Package: ${name}
Version: ${of.version}
Architecture: ${of.architecture}
Maintainer: ${MAINTAINER}
Installed-Size: ${of.sizeKib}
Depends: ${depends.join(", ")}
Section: net
Priority: optional
Homepage: ${HOMEPAGE}
Description: ${summary}
${about.map((line) => ` ${line}\n`).join("")}`;
}

function documentation({ contents: { name }, sequence }: PackageParts, version: string): PackagedFile[] {
  const at = new Date(sequence * 1_000).toUTCString().replace("GMT", "+0000");
  const changes = `${name} (${version}) unstable; urgency=medium

  * See CHANGELOG.md of the source for what changed.

 -- ${MAINTAINER}  ${at}
`;
  const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: HOMEPOT
Source: ${HOMEPAGE}

Files: *
Copyright: 2025-2026 HOMEPOT contributors
License: Apache-2.0
 On Debian systems, the full text of the Apache License, Version 2.0, is in
 /usr/share/common-licenses/Apache-2.0.
`;
  const gz = gzipSync(changes, { level: 9 });
  // The time of gzip's header would make two builds differ.
  gz.fill(0, 4, 8);
  return [
    { path: `usr/share/doc/${name}/changelog.gz`, text: gz },
    { path: `usr/share/doc/${name}/copyright`, text: copyright },
  ];
}

/** All files below, by their paths from there, in order. */
function filesIn(tree: string, below = ""): string[] {
  return readdirSync(join(tree, below), { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (path === "DEBIAN") return [];
      return entry.isDirectory() ? filesIn(tree, path) : [path];
    });
}

function sizeOf(tree: string): number {
  return filesIn(tree).reduce((sum, path) => sum + statSync(join(tree, path)).size, 0);
}

function sums(tree: string): string {
  return filesIn(tree)
    .filter((path) => !path.startsWith("etc/"))
    .map((path) => {
      const file = Bun.spawnSync(["md5sum", join(tree, path)], { stdout: "pipe" }).stdout.toString();
      return `${file.slice(0, 32)}  ${path}\n`;
    })
    .join("");
}
