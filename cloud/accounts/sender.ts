import type { Context } from "hono";
import type { AppEnv } from "../http/env.ts";

/** From where a session is opened, and by which program: what the list of one's sessions says of it. */
export interface Sender {
  client: string;
  userAgent: string | undefined;
}

export function senderOf(c: Context<AppEnv>): Sender {
  return { client: c.env?.clientAddress ?? "unknown", userAgent: c.req.header("user-agent") };
}
