import type { Json } from "../../protocol/config/device-config.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { parseJson } from "../../protocol/json.ts";
import { KIB, MIB, MINUTE, SECOND } from "../../protocol/units.ts";
import type { Download } from "./labour.ts";

/** What is fetched is small and soon there, or it is not taken. */
const JSON_LIMITS = { bytes: 64 * KIB, timeoutMs: 10 * SECOND };
const DIGEST_LIMITS = { bytes: 64 * MIB, timeoutMs: 5 * MINUTE };

/** Fetches over HTTP. Where it is sent on to, it does not go. */
export function httpDownload(fetched: typeof fetch): Download {
  return {
    async json(url) {
      const parts: Uint8Array[] = [];
      const read = await take(fetched, url, JSON_LIMITS, (part) => parts.push(part));
      if (!read.ok) return read;
      const json = parseJson(Buffer.concat(parts).toString("utf8"));
      return json.ok ? accept(json.value as Json) : refuse("request.invalid", "it is not JSON");
    },
    async digest(url) {
      const hasher = new Bun.CryptoHasher("sha256");
      const read = await take(fetched, url, DIGEST_LIMITS, (part) => hasher.update(part));
      return read.ok ? accept({ sha256: hasher.digest("hex"), sizeBytes: read.value }) : read;
    },
  };
}

/** Hands over a body part by part, and gives its size in bytes. Reads no further than it may be long. */
async function take(
  fetched: typeof fetch,
  url: string,
  limits: { bytes: number; timeoutMs: number },
  each: (part: Uint8Array) => void,
): Promise<Result<number>> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return refuse("request.invalid", "url: must be an address that begins with https:// or http://");
  try {
    const answer = await fetched(url, { redirect: "error", signal: AbortSignal.timeout(limits.timeoutMs) });
    if (!answer.ok) return refuse("request.invalid", `the server answered ${answer.status}`);
    let bytes = 0;
    for await (const part of answer.body ?? []) {
      bytes += part.length;
      if (bytes > limits.bytes)
        return refuse("request.invalid", `it is larger than ${limits.bytes / KIB} KiB`);
      each(part);
    }
    return accept(bytes);
  } catch (error) {
    return refuse("request.invalid", error instanceof Error ? error.message : String(error));
  }
}
