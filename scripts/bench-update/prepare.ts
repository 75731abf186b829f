import { basename } from "node:path";
import type { Cloud } from "../e2e/stack.ts";
import type { MadeRelease } from "./releases.ts";

/** The cloud has made what leads from one to the other, as it does when a release is put there. Gives how long it took. */
export async function prepare(cloud: Cloud, from: MadeRelease, to: MadeRelease): Promise<number> {
  const sha256 = new Bun.CryptoHasher("sha256").update(await Bun.file(from.program).bytes()).digest("hex");
  const startedMs = performance.now();
  const address = `${cloud.url}/releases/${to.sequence}/${basename(to.program)}/from/${sha256}`;
  const answer = await fetch(address, { method: "HEAD" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return performance.now() - startedMs;
}
