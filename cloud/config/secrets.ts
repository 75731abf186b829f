import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../../protocol/random.ts";
import { writeKeyFile } from "./key-file.ts";

/**
 * The secret that signs session cookies, in a file of its own that only its owner can read. Made on the first start
 * and kept: a new one would log everybody out.
 */
export function readSecret(directory: string, random: Random): string {
  const path = join(directory, "secret.key");
  if (existsSync(path)) return readFileSync(path, "utf8").trim();
  const secret = Buffer.from(random.bytes(48)).toString("base64url");
  writeKeyFile(path, `${secret}\n`);
  return secret;
}
