import { dirname, join } from "node:path";
import { ReleaseMaker } from "../../bench-update/releases.ts";
import { releaseKey } from "../../releases/release-key.ts";
import { must } from "./machine.ts";

/** A release in a folder. */
interface MadeRelease {
  version: string;
  folder: string;
}

export interface Releases {
  /** Of the tree as it stands, for all platforms, as `./scripts/release` makes it; with Debian's packages. */
  first: MadeRelease & { packages: string };
  /** Newer, and the same but for its version. */
  next: MadeRelease;
  /** Newer still; it starts, and dies when it is to run. */
  broken: MadeRelease;
}

/** Makes them in a folder, all signed by one key. */
export async function makeReleases(directory: string): Promise<Releases> {
  const key = join(directory, "key.pem");
  const folder = join(directory, "first");
  const packages = join(directory, "packages");
  const places = ["--key", key, "--folder", folder, "--packages", packages];
  await must([process.execPath, "scripts/releases/main.ts", ...places]);
  const { version, sequence } = (await Bun.file(join(folder, "release.json")).json()) as {
    version: string;
    sequence: number;
  };
  const maker = new ReleaseMaker(directory, releaseKey(key).key);
  const next = await maker.make("next", sequence + 1, null);
  const broken = await maker.make("broken", sequence + 2, {
    file: /edge\/cli\/run\.ts$/,
    from: "const launched = takeLaunched();",
    to: 'const launched = takeLaunched(); throw new Error("this release does not work");',
  });
  return {
    first: { version, folder, packages },
    next: { version: next.version, folder: dirname(next.program) },
    broken: { version: broken.version, folder: dirname(broken.program) },
  };
}
