import { ERRORS, type ErrorCode, type Refusal } from "../../protocol/errors.ts";
import type { Refuse } from "../../protocol/frames/control.ts";

/** Why the gateway is not connected, in the words an installer reads. */
export interface Obstacle {
  code: string;
  title: string;
  detail: string;
  hint: string;
  /** Trying again soon is of no use: somebody has to do something first. */
  needsSomebody: boolean;
  /** The cloud asks not to be tried again sooner, ms. */
  retryAfterMs?: number;
}

/**
 * What no retry mends although the catalogue calls it retryable: the same gateway may well succeed later, after
 * somebody has upgraded, enrolled, or switched off the second machine that runs with the same key.
 */
const NEED_SOMEBODY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "gateway.unknown",
  "gateway.bad-signature",
  "gateway.superseded",
  "protocol.unsupported",
]);

export function obstacleOf({ code, detail }: Refusal): Obstacle {
  const { title, hint, retryable } = ERRORS[code];
  return { code, title, detail, hint, needsSomebody: !retryable || NEED_SOMEBODY.has(code) };
}

/** What the cloud said. A code that a newer cloud has and we do not is taken at its word. */
export function obstacleOfRefuse({ code, detail, hint, retryAfterMs }: Refuse): Obstacle {
  const later = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (Object.hasOwn(ERRORS, code)) {
    return {
      ...obstacleOf({ code: code as ErrorCode, detail }),
      hint: hint || ERRORS[code as ErrorCode].hint,
      ...later,
    };
  }
  return { code, title: "The cloud refuses the connection", detail, hint, needsSomebody: true, ...later };
}
