import type { Logger } from "@logtape/logtape";
import type { Hono } from "hono";
import { createApp } from "./app.ts";
import { secureRandom, systemClock } from "./clock/clock.ts";
import type { Cloud } from "./cloud.ts";
import { VERSION } from "./config/version.ts";
import type { AppEnv } from "./http/env.ts";
import { createPages } from "./pages.ts";

/** The app over a control plane, with the dashboard and the real clock. */
export function createServedApp(
  cloud: Cloud,
  options: { log: Logger; publicOrigin: string; corsOrigins: readonly string[] },
): Hono<AppEnv> {
  const nowMs = () => systemClock.nowMs();
  return createApp({
    ...cloud,
    ...options,
    version: VERSION,
    pages: createPages(cloud, { nowMs, publicOrigin: options.publicOrigin }),
    nowMs,
    randomBytes: (length) => secureRandom.bytes(length),
  });
}
