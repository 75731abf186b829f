import { Hono } from "hono";
import { refuse } from "../../protocol/errors.ts";
import type { Assets, Encoding } from "../../ui/assets.ts";
import { acceptedEncoding } from "./accept-encoding.ts";
import type { AppEnv } from "./env.ts";
import { problem } from "./problem.ts";

/** The smaller first. */
const ENCODINGS: readonly Encoding[] = ["br", "gzip"];

/**
 * `/assets`: style sheet and scripts, as small as the browser can unpack them. Their names change with their content,
 * so that they may be kept for ever.
 */
export function assetRoutes(assets: () => Promise<Assets>): Hono<AppEnv> {
  return new Hono<AppEnv>().get("/:name", async (c) => {
    const name = c.req.param("name");
    const asset = (await assets()).get(name);
    if (asset === null) return problem(c, refuse("route.unknown", `asset ${name}`).refusal);
    const hashed = /-[a-z0-9]{8}\.\w+$/.test(name);
    const headers = {
      "content-type": asset.type,
      "cache-control": hashed ? "public, max-age=31536000, immutable" : "public, max-age=86400",
      vary: "accept-encoding",
    };
    const packings = ENCODINGS.filter((encoding) => asset.packed[encoding] !== undefined);
    const encoding = acceptedEncoding(c.req.header("accept-encoding"), packings);
    const packed = encoding === null ? undefined : asset.packed[encoding];
    if (encoding === null || packed === undefined) return c.body(asset.body.stream(), 200, headers);
    return c.body(packed.stream(), 200, { ...headers, "content-encoding": encoding });
  });
}
