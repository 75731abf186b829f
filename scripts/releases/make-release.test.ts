import { expect, test } from "bun:test";
import { verify } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRelease } from "../../protocol/releases/release.ts";
import { makeRelease } from "./make-release.ts";
import { releaseKey } from "./release-key.ts";

function temporary(): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), "homepot-release-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

test("a release is signed so that both openssl and a gateway can tell, and replaces the one before", async () => {
  using directory = temporary();
  const keyPath = join(directory.path, "keys/release.key");
  const { key, isNew } = releaseKey(keyPath);
  expect({ isNew, mode: statSync(keyPath).mode & 0o777 }).toEqual({ isNew: true, mode: 0o600 });
  expect(releaseKey(keyPath).isNew).toBe(false);
  const path = join(directory.path, "edge");
  const folder = join(directory.path, "release");
  const parts = { key, folder, version: "0.1.0", sequence: 7 };
  writeFileSync(path, "first");
  await makeRelease({ ...parts, programs: [{ program: "homepot-edge", platform: "linux-arm64", path }] });
  writeFileSync(path, "hello");
  await makeRelease({ ...parts, programs: [{ program: "homepot-edge", platform: "linux-x64", path }] });

  const read = (name: string) => readFileSync(join(folder, name));
  expect(readdirSync(folder).sort()).toEqual([
    "homepot-edge-linux-x64",
    "install.sh",
    "release-key.pem",
    "release.json",
    "release.json.sig",
  ]);
  const release = readRelease(
    {
      bytes: read("release.json"),
      signature: read("release.json.sig").toString(),
      keyPem: read("release-key.pem").toString(),
    },
    (pem, bytes, signature) => verify(null, bytes, pem, Buffer.from(signature, "base64")),
  );
  expect(release).toMatchObject({
    value: {
      version: "0.1.0",
      sequence: 7,
      files: [
        {
          file: "homepot-edge-linux-x64",
          sizeBytes: 5,
          sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        },
      ],
    },
  });

  writeFileSync(join(folder, "sig.bin"), Buffer.from(read("release.json.sig").toString(), "base64"));
  const openssl = Bun.spawnSync(
    ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "release-key.pem", "-rawin"].concat([
      ...["-in", "release.json", "-sigfile", "sig.bin"],
    ]),
    { cwd: folder, stdout: "pipe" },
  );
  expect(openssl.stdout.toString()).toContain("Signature Verified Successfully");
});
