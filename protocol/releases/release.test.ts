import { expect, test } from "bun:test";
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { fileFor, type Release, readRelease, type VerifyRelease } from "./release.ts";

const pair = generateKeyPairSync("ed25519");
const keyPem = String(pair.publicKey.export({ type: "spki", format: "pem" }));
const verifyRelease: VerifyRelease = (pem, bytes, signature) =>
  verify(null, bytes, pem, Buffer.from(signature, "base64"));

const release: Release = {
  version: "0.1.0+1a2b3c4d5e",
  sequence: 1_790_000_000,
  files: [
    {
      program: "homepot-edge",
      platform: "linux-x64",
      file: "homepot-edge-linux-x64",
      sizeBytes: 5,
      sha256: "ab".repeat(32),
    },
  ],
};

function signed(content: unknown, text = JSON.stringify(content)) {
  const bytes = new TextEncoder().encode(text);
  return { bytes, signature: `${sign(null, bytes, pair.privateKey).toString("base64")}\n`, keyPem };
}

test("a release is read when its signature holds", () => {
  expect(readRelease(signed(release), verifyRelease)).toEqual({ ok: true, value: release });
});

test("a release of which a byte has changed, or which another key has signed, is not looked at", () => {
  const changed = signed(release);
  changed.bytes[3]! ^= 1;
  expect(readRelease(changed, verifyRelease)).toMatchObject({ refusal: { code: "release.untrusted" } });
  const other = String(generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }));
  expect(readRelease({ ...signed(release), keyPem: other }, verifyRelease)).toMatchObject({
    refusal: { code: "release.untrusted" },
  });
});

test.each<[string, unknown, string]>([
  [
    "no path as a file's name",
    { ...release, files: [{ ...release.files[0], file: "../edge" }] },
    "files.0.file",
  ],
  ["no sequence", { ...release, sequence: undefined }, "sequence"],
  ["no files", { ...release, files: [] }, "files"],
  ["a hash that is none", { ...release, files: [{ ...release.files[0], sha256: "ab" }] }, "files.0.sha256"],
])("%s is refused with the field", (_, content, path) => {
  expect(readRelease(signed(content), verifyRelease)).toMatchObject({
    refusal: { code: "release.invalid", errors: [{ path }] },
  });
});

test("what is signed and no JSON is refused", () => {
  expect(readRelease(signed(null, "no"), verifyRelease)).toMatchObject({
    refusal: { code: "release.invalid" },
  });
});

test("a platform that a release has nothing for is named, with what there is", () => {
  expect(fileFor(release, "homepot-edge", "linux-x64")).toMatchObject({ ok: true });
  expect(fileFor(release, "homepot-edge", "linux-arm64")).toMatchObject({
    refusal: { code: "release.no-file", detail: expect.stringContaining("homepot-edge for linux-x64") },
  });
});
