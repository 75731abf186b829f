import type { Context, MiddlewareHandler } from "hono";
import type { Clock } from "../../protocol/clock.ts";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import { MINUTE, SECOND } from "../../protocol/units.ts";
import { networkOf } from "./client-address.ts";
import type { AppEnv } from "./env.ts";
import { Rates } from "./rates.ts";

/** Requests a minute; 0 for as many as one likes. */
export interface LimitSettings {
  perAddress: number;
  perPerson: number;
}

/** How much of the service one client may take, by where it is and by who it is. */
export interface Limits {
  /** Before anything else is done for a request. The address must be known: only the server behind the app knows it. */
  byAddress: MiddlewareHandler<AppEnv>;
  /** Behind a scope. */
  byPerson: MiddlewareHandler<AppEnv>;
}

/**
 * Every answer says what is left, in `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10).
 * What is too much is refused with `rate.limited` and `Retry-After`.
 */
export function createLimits(settings: LimitSettings, clock: Pick<Clock, "monotonicMs">): Limits {
  return {
    byAddress: limited("address", settings.perAddress, clock, (c) => {
      const address = c.env?.clientAddress;
      return address === undefined ? null : networkOf(address);
    }),
    byPerson: limited("person", settings.perPerson, clock, (c) => c.get("scope").userId),
  };
}

/** Load balancers ask often, and a browser asks for its files: neither costs anything. */
const FREE = /^\/(assets\/|service-worker\.js$|manifest\.webmanifest$|healthz$|readyz$)/;

function limited(
  name: string,
  quota: number,
  clock: Pick<Clock, "monotonicMs">,
  clientOf: (c: Context<AppEnv>) => string | null,
): MiddlewareHandler<AppEnv> {
  if (quota === 0) return (_, next) => next();
  const rates = new Rates({ quota, windowMs: MINUTE }, clock);
  const policy = `"${name}";q=${quota};w=${MINUTE / SECOND}`;
  return async (c, next) => {
    const client = FREE.test(c.req.path) ? null : clientOf(c);
    if (client === null) return next();
    const { ok, remaining, fullInMs, waitMs } = rates.take(client);
    const left = `"${name}";r=${remaining};t=${seconds(fullInMs)}`;
    if (ok) {
      await next();
      c.res.headers.append("ratelimit-policy", policy);
      return c.res.headers.append("ratelimit", left);
    }
    c.header("ratelimit-policy", policy, { append: true });
    c.header("ratelimit", left, { append: true });
    c.header("retry-after", String(seconds(waitMs)));
    const { refusal } = refuse("rate.limited", `more than ${quota} requests a minute of this ${name}`);
    throw new RefusalError(refusal);
  };
}

const seconds = (ms: number) => Math.ceil(ms / SECOND);
