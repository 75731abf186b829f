import { type Context, Hono } from "hono";
import { type Result, refuse } from "../../protocol/errors.ts";
import { releaseListSchema } from "../../protocol/releases/release-list.ts";
import { readRange } from "../http/byte-range.ts";
import { noParameters, operation } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer, problem } from "../http/problem.ts";
import type { HandedOn, Releases } from "./releases.ts";

/** `/api/v1/releases`, behind a scope. */
export function releaseRoutes(releases: Releases): Hono<AppEnv> {
  return new Hono<AppEnv>().get(
    "/",
    operation({
      summary: "Releases of the gateway's program that gateways here can be brought to, the newest first",
      permission: "gateway:read",
      tag: "gateways",
      success: { status: 200, schema: releaseListSchema },
      errors: ["request.invalid"],
    }),
    noParameters(),
    async (c) => answer(c, await releases.list(c.get("scope"))),
  );
}

/**
 * `/releases`: the files themselves, for gateways and for who installs one, who have no account. There is nothing secret in
 * a program, and what makes it trustworthy is its signature.
 */
export function releaseFileRoutes(releases: Releases): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get("/index.json", async (c) => {
      const all = await releases.all();
      return c.json({ releases: all.map(({ release }) => release) }, 200, { "cache-control": "no-cache" });
    })
    .get("/:release/:file", async (c) => {
      const { release, file } = c.req.param();
      return handOn(c, await releases.file(which(release), file), release === "latest");
    })
    .get("/:release/:file/from/:base", async (c) => {
      const { release, file, base } = c.req.param();
      return handOn(c, await releases.delta(which(release), file, base), release === "latest");
    });
}

function which(text: string): number | "latest" {
  return text === "latest" ? text : Number(text);
}

/** The file or the part of it that is asked for, so that a download that was cut off can go on. */
function handOn(c: Context<AppEnv>, found: Result<HandedOn>, isMoving: boolean): Response {
  if (!found.ok) return problem(c, found.refusal);
  const { body, type, sha256 } = found.value;
  const etag = `"${sha256}"`;
  const headers = {
    etag,
    "accept-ranges": "bytes",
    "cache-control": isMoving ? "no-cache" : "public, max-age=31536000, immutable",
  };
  if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
  const isSame = [undefined, etag].includes(c.req.header("if-range"));
  const range = isSame ? readRange(c.req.header("range"), body.size) : null;
  if (range === "beyond") {
    c.header("content-range", `bytes */${body.size}`);
    return problem(c, refuse("release.beyond-end", `the file has ${body.size} bytes`).refusal);
  }
  const { from, to } = range ?? { from: 0, to: body.size };
  const whole = { ...headers, "content-type": type, "content-length": String(to - from) };
  if (range === null) return c.body(body.stream(), 200, whole);
  const described = { ...whole, "content-range": `bytes ${from}-${to - 1}/${body.size}` };
  return c.body(body.slice(from, to).stream(), 206, described);
}
