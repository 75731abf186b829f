import type { Hono } from "hono";
import type { Problem } from "../../protocol/errors.ts";
import type { ApiDocument, ApiOperation } from "../http/document.ts";
import type { AppEnv } from "../http/env.ts";
import { differences, type Schema } from "./json-schema.ts";

/** The app's own document, read once. */
export function documentOf(app: Hono<AppEnv>): () => Promise<ApiDocument> {
  let document: Promise<ApiDocument> | null = null;
  return () => {
    document ??= Promise.resolve(app.request("/api/v1/openapi.json")).then(
      (answer) => answer.json() as Promise<ApiDocument>,
    );
    return document;
  };
}

/**
 * Every answer that any test of the API gets is one that the document tells of: status, body, and of a problem its code.
 * Throws when it is not. An address that is none has nothing to be compared with.
 */
export async function checkDescribed(
  document: ApiDocument,
  { path, method }: { path: string; method: string },
  answer: Response,
): Promise<void> {
  const operation = operationAt(document, `/api/v1${path.split("?")[0]}`, method.toLowerCase());
  if (operation === undefined) return;
  const at = `${method} ${path} answered ${answer.status}`;
  const described = operation.responses[answer.status];
  if (described === undefined) throw new Error(`${at}, which its document lacks`);
  if ("Location" in (described.headers ?? {}) !== answer.headers.has("location"))
    throw new Error(`${at} with the address ${answer.headers.get("location")}, and not as its document says`);
  const [[type, content] = []] = Object.entries(described.content ?? {});
  if (type !== undefined && !/[/+]json$/.test(type)) return;
  const schema = content?.schema as Schema | undefined;
  if (schema === undefined) return;
  const body: unknown = await answer.json();
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const wrong = differences(body, schema, schemas);
  if (wrong.length > 0) throw new Error(`${at}, and not as its document says: ${wrong.join("; ")}`);
  if (answer.status < 400) return;
  const { code } = body as Problem;
  if (!operation["x-errors"]?.includes(code)) throw new Error(`${at} ${code}, which its document lacks`);
}

function operationAt(document: ApiDocument, path: string, method: string): ApiOperation | undefined {
  const parts = path.split("/");
  const fits = (template: string) => {
    const wanted = template.split("/");
    return (
      wanted.length === parts.length && wanted.every((part, at) => part[0] === "{" || part === parts[at])
    );
  };
  // An address of its own is more than one that stands for any id.
  const templates = Object.keys(document.paths).filter(fits);
  templates.sort((a, b) => a.split("{").length - b.split("{").length);
  return document.paths[templates[0] ?? ""]?.[method];
}
