import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Platform, ReleaseFile } from "../../protocol/releases/release.ts";
import { makePackages } from "./debian/packages.ts";
import { makeRelease } from "./make-release.ts";
import { publicPem, releaseKey } from "./release-key.ts";
import { sequenceOfTree } from "./sequence.ts";

/** `bun scripts/releases/main.ts [--key FILE] [--folder DIR] [--packages DIR]`: see scripts/release. */

const PROGRAMS: { program: ReleaseFile["program"]; platform: Platform }[] = [
  { program: "homepot-edge", platform: "linux-x64" },
  { program: "homepot-edge", platform: "linux-arm64" },
  { program: "homepot-cloud", platform: "linux-x64" },
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      key: { type: "string", default: ".release/release.key" },
      folder: { type: "string", default: "dist/release" },
      packages: { type: "string", default: "dist/packages" },
    },
  });
  const { key, isNew } = releaseKey(values.key);
  if (isNew) {
    say(
      `made the release key ${values.key}: keep it, and a copy in a safe place. Gateways take only what it signs.`,
    );
  }
  const sequence = sequenceOfTree(Date.now());
  const built = Bun.spawnSync([process.execPath, "scripts/build.ts"], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, HOMEPOT_SEQUENCE: String(sequence) },
  });
  if (built.exitCode !== 0) return 1;
  const programs = PROGRAMS.map((program) => ({
    ...program,
    path: `dist/${program.program}-${program.platform}`,
  })).filter(({ path }) => existsSync(path));
  const said = Bun.spawnSync([`./dist/homepot-edge-linux-${process.arch}`, "--version"], { stdout: "pipe" });
  const version = said.stdout.toString().trim();
  const release = await makeRelease({ key, version, sequence, programs, folder: values.folder });
  say(`${values.folder}: release ${release.version}, sequence ${release.sequence}`);
  for (const { file, sizeBytes, sha256 } of release.files) {
    say(`  ${file.padEnd(28)} ${(sizeBytes / 1e6).toFixed(0).padStart(4)} MB  ${sha256}`);
  }
  const keyPem = publicPem(key);
  for (const path of makePackages({ version, sequence, programs, keyPem, folder: values.packages }))
    say(path);
  return 0;
}

process.exitCode = await main();
