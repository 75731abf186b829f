import { type Context, Hono } from "hono";
import { refuse } from "../../protocol/errors.ts";
import type { Assets, Encoding } from "../../ui/assets.ts";
import { acceptedEncoding } from "./accept-encoding.ts";
import type { AppEnv } from "./env.ts";
import { problem } from "./problem.ts";

/** The smaller first. */
const ENCODINGS: readonly Encoding[] = ["br", "gzip"];
const FOR_EVER = "public, max-age=31536000, immutable";
const FOR_A_DAY = "public, max-age=86400";

/**
 * `/assets`: style sheet and scripts, as small as the browser can unpack them. Their names change with their content,
 * so that they may be kept for ever.
 */
export function assetRoutes(assets: () => Promise<Assets>): Hono<AppEnv> {
  return new Hono<AppEnv>().get("/:name", async (c) => {
    const name = c.req.param("name");
    const hashed = /-[a-z0-9]{8}\.\w+$/.test(name);
    return answer(c, await assets(), name, hashed ? FOR_EVER : FOR_A_DAY);
  });
}

/** What has to be at the root, always under the same address: the service worker and the manifest. */
export function rootFileRoutes(assets: () => Promise<Assets>): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get("/service-worker.js", async (c) => answer(c, await assets(), "service-worker.js", "no-cache"))
    .get("/manifest.webmanifest", async (c) => answer(c, await assets(), "manifest.webmanifest", FOR_A_DAY));
}

function answer(c: Context<AppEnv>, assets: Assets, name: string, kept: string): Response {
  const asset = assets.get(name);
  if (asset === null) return problem(c, refuse("route.unknown", `asset ${name}`).refusal);
  const headers = { "content-type": asset.type, "cache-control": kept, vary: "accept-encoding" };
  const packings = ENCODINGS.filter((encoding) => asset.packed[encoding] !== undefined);
  const encoding = acceptedEncoding(c.req.header("accept-encoding"), packings);
  const packed = encoding === null ? undefined : asset.packed[encoding];
  if (encoding === null || packed === undefined) return c.body(asset.body.stream(), 200, headers);
  return c.body(packed.stream(), 200, { ...headers, "content-encoding": encoding });
}
