import type { Json } from "../../protocol/config/device-config.ts";
import { accept, refuse } from "../../protocol/errors.ts";
import { parseJson } from "../../protocol/json.ts";
import { KIB, SECOND } from "../../protocol/units.ts";
import type { Download } from "./labour.ts";

const TIMEOUT_MS = 10 * SECOND;
const BYTES_MAX = 64 * KIB;

/** Fetches JSON over HTTP, small and soon or not at all; where it is sent on to, it does not go. */
export function httpDownload(fetched: typeof fetch): Download {
  return async (url) => {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      return refuse("request.invalid", "url: must be an address that begins with https:// or http://");
    try {
      const answer = await fetched(url, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!answer.ok) return refuse("request.invalid", `the server answered ${answer.status}`);
      const text = await atMost(answer);
      if (text === null) return refuse("request.invalid", `it is larger than ${BYTES_MAX / KIB} KiB`);
      const json = parseJson(text);
      return json.ok ? accept(json.value as Json) : refuse("request.invalid", "it is not JSON");
    } catch (error) {
      return refuse("request.invalid", error instanceof Error ? error.message : String(error));
    }
  };
}

/** The text of an answer; null when it is too long. Reads no further than that. */
async function atMost(answer: Response): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.length;
    if (bytes > BYTES_MAX) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
