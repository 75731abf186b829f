import type { Logger } from "@logtape/logtape";
import type { MiddlewareHandler } from "hono";
import type { Clock } from "../../protocol/clock.ts";
import { MINUTE } from "../../protocol/units.ts";
import type { AppEnv } from "./env.ts";

/** What a refusal of this status is to whoever looks for attacks. Other refusals are everyday mistakes. */
const TOLD: Record<number, string> = {
  401: "a request was refused: it came from nobody who is logged in, or with a wrong password",
  403: "a request was refused: whoever sent it may not do that",
  413: "a request was refused: it is too large",
  429: "a request was refused: there were too many",
};

/**
 * Logs who was refused what: where from, whom they say to be, what they asked for; never what they sent with it, nor
 * the query, which may hold the token of a link. At most `perMinute` a minute, with how many more there were: whoever
 * sends many must not fill the disk that way.
 */
export function refusalLog(
  log: Logger,
  clock: Pick<Clock, "monotonicMs">,
  perMinute = 600,
): MiddlewareHandler<AppEnv> {
  let sinceMs = clock.monotonicMs();
  let told = 0;
  let untold = 0;
  const mayTell = (): boolean => {
    const nowMs = clock.monotonicMs();
    if (nowMs - sinceMs >= MINUTE) {
      if (untold > 0) log.warn("more requests were refused than are told of one by one", { refused: untold });
      [sinceMs, told, untold] = [nowMs, 0, 0];
    }
    if (told >= perMinute) untold += 1;
    else told += 1;
    return untold === 0;
  };
  return async (c, next) => {
    await next();
    const what = TOLD[c.res.status];
    if (what === undefined || !mayTell()) return;
    log.warn(what, {
      requestId: c.get("requestId"),
      status: c.res.status,
      method: c.req.method,
      path: c.req.path,
      from: c.env?.clientAddress ?? null,
      user: c.get("scope")?.userId ?? null,
    });
  };
}
