import { mkdirSync, rmSync } from "node:fs";
import type { ReleaseParts } from "../make-release.ts";
import { cloudContents, edgeContents } from "./contents.ts";
import { buildPackage } from "./package.ts";

export interface PackagesParts extends Pick<ReleaseParts, "version" | "sequence" | "programs"> {
  /** Of the release key: what updates of a packaged gateway must be signed with. */
  keyPem: string;
  /** The folder for the packages; what was in it goes. */
  folder: string;
}

/** A Debian package of each program of a release. Gives their paths. */
export function makePackages({ version, sequence, programs, keyPem, folder }: PackagesParts): string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return programs.map(({ program, platform, path }) => {
    const contents =
      program === "homepot-edge" ? edgeContents(path, { sequence, keyPem }) : cloudContents(path);
    return buildPackage({ contents, platform, version, sequence, folder });
  });
}
