import { Hono } from "hono";
import type { AppEnv } from "../http/env.ts";
import { installScript } from "./installer.ts";

/** `/install.sh`, for who has a claim code and no account. There is nothing secret in it. */
export function installerRoutes(publicUrl: string): Hono<AppEnv> {
  const script = installScript(publicUrl);
  return new Hono<AppEnv>().get("/install.sh", (c) =>
    c.body(script, 200, { "content-type": "text/x-shellscript; charset=utf-8", "cache-control": "no-cache" }),
  );
}
