import type { Context, Hono } from "hono";
import type { Refusal } from "../../protocol/errors.ts";
import type { AppEnv } from "./env.ts";

/** The dashboard as the app sees it: addresses of its own, and a page for whatever went wrong. */
export interface Pages {
  mount(app: Hono<AppEnv>): void;
  error(c: Context<AppEnv>, refusal: Refusal): Response | Promise<Response>;
}
