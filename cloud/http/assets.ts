import { Hono } from "hono";
import { refuse } from "../../protocol/errors.ts";
import type { Assets } from "../../ui/assets.ts";
import type { AppEnv } from "./env.ts";
import { problem } from "./problem.ts";

/** `/assets`: style sheet and scripts. Their names change with their content, so that they may be kept for ever. */
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
    if (!/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) {
      return c.body(asset.body.stream(), 200, headers);
    }
    const packed = asset.body.stream().pipeThrough(new CompressionStream("gzip"));
    return c.body(packed, 200, { ...headers, "content-encoding": "gzip" });
  });
}
