import { expect, test } from "bun:test";
import { generateKeyPairSync, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Release } from "../../protocol/releases/release.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { runCaptured } from "./testing/run-captured.ts";

test("verify-release says whether a release is signed by the key beside it, or by another", async () => {
  using directory = temporaryDirectory();
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const pem = (key: typeof publicKey) => String(key.export({ type: "spki", format: "pem" }));
  const sha256 = "ab".repeat(32);
  const release: Release = {
    ...{ version: "9.9.9", sequence: 7 },
    files: [
      {
        program: "homepot-edge",
        platform: "linux-x64",
        file: "homepot-edge-linux-x64",
        sizeBytes: 1,
        sha256,
      },
    ],
  };
  const bytes = Buffer.from(JSON.stringify(release));
  const put = (name: string, text: string | Buffer) => writeFileSync(join(directory.path, name), text);
  put("release.json", bytes);
  put("release.json.sig", sign(null, bytes, privateKey).toString("base64"));
  put("release-key.pem", pem(publicKey));
  put("other.pem", pem(generateKeyPairSync("ed25519").publicKey));
  put("none.pem", "no key");
  const verify = (...more: string[]) => runCaptured("verify-release", directory.path, ...more);
  expect(await verify()).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Release 9.9.9 is signed by"),
  });
  for (const name of ["other.pem", "none.pem"]) {
    const { code, stderr } = await verify("--key", join(directory.path, name));
    expect([code, stderr.includes("not signed by the release key")]).toEqual([1, true]);
  }
  put("release.json.sig", "");
  expect((await verify()).code).toBe(1);
  expect((await runCaptured("verify-release", join(directory.path, "nowhere"))).code).toBe(1);
});
