import type { MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { refuseField } from "../../protocol/errors.ts";
import type { AppEnv } from "../http/env.ts";
import { problem } from "../http/problem.ts";
import { STREAMED } from "../http/security.ts";
import { digest } from "./digest.ts";
import type { Attempt, Idempotency, KeptAnswer } from "./idempotency.ts";

const HEADER = "Idempotency-Key";
/** What an answer says besides its body. */
const KEPT_HEADERS = ["content-type", "etag", "location"] as const;
const READS = new Set(["GET", "HEAD", "OPTIONS"]);
const RETRY_AFTER_SECONDS = "1";

/**
 * Behind a scope: a write with an `Idempotency-Key` takes effect once, and each further one of the same key is given
 * the first one's answer, with `Idempotency-Replayed: true`.
 */
export function idempotent(idempotency: Idempotency): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const header = c.req.header(HEADER);
    if (header === undefined || READS.has(c.req.method)) return next();
    const key = readKey(header);
    if (key === null) {
      return problem(c, refuseField(HEADER, "must be 1 to 255 printable ASCII characters").refusal);
    }
    const scope = c.get("scope");
    const begun = await idempotency.begin(scope, key, await fingerprint(c.req.raw));
    if (!begun.ok) {
      if (begun.refusal.code === "idempotency.running") c.header("retry-after", RETRY_AFTER_SECONDS);
      return problem(c, begun.refusal);
    }
    if (begun.value.kind === "answered") return replay(begun.value.answer);
    const { attempt } = begun.value;
    c.set("scope", { ...scope, joinCommit: (trx) => attempt.joinCommit(trx) });
    await next();
    if (isStreamed(c.res)) c.res = concludeAfter(attempt, c.res);
    else await conclude(attempt, c.res);
  };
}

/** The draft has a structured-field string, in quotes; most programs send it bare. */
function readKey(header: string): string | null {
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  return /^[\x20-\x7e]{1,255}$/.test(key) ? key : null;
}

async function fingerprint(request: Request): Promise<string> {
  const { pathname, search } = new URL(request.url);
  const condition = request.headers.get("if-match") ?? "";
  const head = new TextEncoder().encode(`${request.method} ${pathname}${search}\n${condition}\n`);
  // What is read as it comes cannot be read before: there its length and, where it is given, its digest stand for it.
  const body = STREAMED.test(pathname)
    ? new TextEncoder().encode(
        `${request.headers.get("content-length")} ${request.headers.get("content-digest")}`,
      )
    : new Uint8Array(await request.clone().arrayBuffer());
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return digest(bytes);
}

const isStreamed = (answer: Response) =>
  answer.ok && answer.headers.get("content-type") === "application/x-ndjson";

/** Of an answer in lines the last one is kept, which sums them up; when it is not read to its end, none. */
function concludeAfter(attempt: Attempt, answer: Response): Response {
  let lastLine = "";
  const decoder = new TextDecoder();
  const kept = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(piece, controller) {
      const text = lastLine + decoder.decode(piece, { stream: true });
      lastLine = text.slice(text.lastIndexOf("\n", text.length - 2) + 1);
      controller.enqueue(piece);
    },
    flush: () => conclude(attempt, new Response(lastLine, answer)),
  });
  return new Response(answer.body?.pipeThrough(kept) ?? null, answer);
}

async function conclude(attempt: Attempt, answer: Response): Promise<void> {
  if (answer.status >= 500) return attempt.release();
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return attempt.keep({
    status: answer.status,
    headers: Object.fromEntries(headers),
    body: await answer.clone().text(),
  });
}

function replay({ status, headers, body }: KeptAnswer): Response {
  return new Response(body === "" ? null : body, {
    status: status as ContentfulStatusCode,
    headers: { ...headers, "idempotency-replayed": "true" },
  });
}
