import { verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { RefusalError } from "../../protocol/errors.ts";
import {
  KEY_FILE,
  RELEASE_FILE,
  readRelease,
  SIGNATURE_FILE,
  type VerifyRelease,
} from "../../protocol/releases/release.ts";

/** `homepot-edge verify-release DIR`: whether a release is signed by a key. For machines without openssl. */
export function verifyReleaseCommand(): Command {
  return new Command("verify-release")
    .description("whether the release in a folder is signed by a key")
    .argument("<folder>", "with release.json and release.json.sig")
    .option("--key <file>", "the public key (PEM); that of the folder when it is not given")
    .action((folder: string, { key = join(folder, KEY_FILE) }: { key?: string }) => {
      const bytes = readFileSync(join(folder, RELEASE_FILE));
      const signature = readFileSync(join(folder, SIGNATURE_FILE), "utf8");
      const release = readRelease({ bytes, signature, keyPem: readFileSync(key, "utf8") }, verifyEd25519);
      if (!release.ok) throw new RefusalError(release.refusal);
      process.stdout.write(`Release ${release.value.version} is signed by ${key}.\n`);
    });
}

const verifyEd25519: VerifyRelease = (pem, bytes, signature) => {
  try {
    return verify(null, bytes, pem, Buffer.from(signature, "base64"));
  } catch {
    // What is no key has signed nothing.
    return false;
  }
};
