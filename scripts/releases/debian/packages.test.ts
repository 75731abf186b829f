import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debianVersion } from "./package.ts";
import { makePackages } from "./packages.ts";

/** Of programs that are small: what a package consists of, asked of Debian's own tools. */

const folder = mkdtempSync(join(tmpdir(), "homepot-packages-"));
const programs = (["linux-x64", "linux-arm64"] as const).map((platform) => ({
  program: "homepot-edge" as const,
  platform,
  path: "/bin/true",
}));

function ask(...command: string[]): { code: number; said: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { stdout: "pipe", stderr: "pipe" });
  return { code: exitCode, said: `${stdout}${stderr}` };
}

test("a release becomes packages that Debian's tools find no error in", () => {
  const made = makePackages({
    ...{ version: "0.1.0+1a2b3c4d5e", sequence: 1_790_000_000, keyPem: "a key\n", folder },
    programs: [
      ...programs.slice(0, 1),
      { program: "homepot-cloud", platform: "linux-x64", path: "/bin/true" },
    ],
  });
  expect(made.map((path) => path.slice(folder.length + 1))).toEqual([
    "homepot-edge_0.1.0+1790000000.1a2b3c4d5e_amd64.deb",
    "homepot-cloud_0.1.0+1790000000.1a2b3c4d5e_amd64.deb",
  ]);
  const { code, said } = ask("lintian", "--no-cfg", "--fail-on", "error", ...made);
  expect({ code, errors: said.split("\n").filter((line) => line.startsWith("E:")) }).toEqual({
    code: 0,
    errors: [],
  });
  const [edge = ""] = made;
  const listed = ask("dpkg-deb", "--contents", edge).said;
  for (const file of [
    "-rwxr-xr-x root/root .*/usr/bin/homepot-edge",
    "-rwxr-xr-x root/root .*/usr/lib/homepot-edge/homepot-edge",
    "-rw-r--r-- root/root .*/usr/lib/homepot-edge/release-key.pem",
    "-rw-r--r-- root/root .*/usr/lib/systemd/system/homepot-edge.service",
    "-rw-r--r-- root/root .*/usr/lib/sysusers.d/homepot-edge.conf",
    "-rw-r--r-- root/root .*/usr/lib/tmpfiles.d/homepot-edge.conf",
    "-rw-r--r-- root/root .*/etc/homepot/edge.toml",
  ])
    expect(listed).toMatch(new RegExp(file));
  expect(ask("dpkg-deb", "--info", edge, "conffiles").said).toBe("/etc/homepot/edge.toml\n");
  const unpacked = join(folder, "unpacked");
  ask("dpkg-deb", "--extract", edge, unpacked);
  expect(ask("cat", join(unpacked, "usr/lib/homepot-edge/sequence")).said).toBe("1790000000\n");
}, 60_000);

test("two builds of a release are the same, and its scripts are the POSIX shell's", async () => {
  const make = async () => {
    const parts = { version: "0.1.0", sequence: 1_790_000_000, keyPem: "k", folder };
    const [path = ""] = makePackages({ ...parts, programs: programs.slice(1) });
    return Bun.hash(await Bun.file(path).bytes());
  };
  expect(await make()).toBe(await make());
  const scripts = ["postinst", "prerm", "postrm"].map((name) => `scripts/releases/debian/${name}.sh`);
  expect(ask("shellcheck", ...scripts)).toEqual({ code: 0, said: "" });
  rmSync(folder, { recursive: true });
});

test("a later release is newer to dpkg, whatever its commit is called", () => {
  const newer = ask(
    ...["dpkg", "--compare-versions", debianVersion("0.1.0+0000aaaa.dirty", 1_790_000_001), "gt"],
    debianVersion("0.1.0+ffffffff", 1_790_000_000),
  );
  expect(newer.code).toBe(0);
});
