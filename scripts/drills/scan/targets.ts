/** A request in which each place that may be tried is marked with a `*` behind its value. */
export interface Target {
  method: string;
  /** Path and query. */
  path: string;
  headers: Record<string, string>;
  body: string | null;
}

/** Ids of records that are there, by the part of a path before them: `sites`, `devices` … */
export type Known = Record<string, string>;

/** Of an OpenAPI document. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}
interface Operation {
  parameters?: { in: string; name: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  pattern?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** These wait for a WebSocket, or for something to happen. */
const WAITING = /\/(events(\/poll)?|gateways\/connect)$/;

/** Every operation of the API that takes anything, with values that are let through as far as they can be told. */
export function apiTargets(document: ApiDocument, known: Known, token: string): Target[] {
  const sample = sampler(document, known);
  const headers = { Authorization: `Bearer ${token}` };
  const targetsOf = (
    template: string,
    verb: string,
    { parameters = [], requestBody }: Operation,
  ): Target[] => {
    const method = verb.toUpperCase();
    const path = template.replaceAll(/([a-z-]+)\/\{\w+\}/g, (_, kind) => `${kind}/${known[kind] ?? "1"}*`);
    const plain = path.replaceAll("*", "");
    const schema = requestBody?.content["application/json"]?.schema;
    const written = schema === undefined ? null : sample("", schema);
    const typed = { ...headers, "Content-Type": "application/json" };
    const body = written === null ? null : JSON.stringify(written);
    const whole = body === null ? { headers, body } : { headers: typed, body };
    // One place at a time: a value that is refused must not hide the one beside it.
    const query = parameters.filter((one) => one.in === "query");
    return [
      { method, path, ...whole },
      ...(written === null
        ? []
        : [{ method, path: plain, headers: typed, body: JSON.stringify(marked(written)) }]),
      ...query.map(({ name, schema }) => {
        const value = encodeURIComponent(String(sample(name, schema)));
        return { method, path: `${plain}?${name}=${value}*`, ...whole };
      }),
    ];
  };
  return Object.entries(document.paths)
    .filter(([template]) => !WAITING.test(template))
    .flatMap(([template, operations]) =>
      Object.entries(operations).flatMap(([verb, operation]) => targetsOf(template, verb, operation)),
    )
    .filter(isMarked);
}

/** Pages and their forms, found by their fields in the pages themselves. */
export async function formTargets(base: string, pages: readonly string[], cookie: string): Promise<Target[]> {
  const targets = new Map<string, Target>();
  for (const page of pages) {
    const html = await (await fetch(`${base}${page}`, { headers: { cookie } })).text();
    for (const [, attributes = "", inside = ""] of html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)) {
      const action = unescaped(/\baction="([^"]*)"/.exec(attributes)?.[1] ?? page);
      const fields = fieldsOf(inside);
      if (SPARED.test(`POST ${action}`)) continue;
      const [way = ""] = action.split("?");
      const place = way.replaceAll(/[0-9a-f-]{36}/g, "…");
      if (/\bmethod="post"/i.test(attributes)) {
        const names = fields.map(([name]) => name).join();
        const body = fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}*`).join("&");
        const headers = { Cookie: cookie, "Content-Type": FORM_TYPE };
        const target = { method: "POST", path: action, headers, body };
        if (fields.length > 0) targets.set(`POST ${place} ${names}`, target);
        continue;
      }
      for (const [name, value] of fields) {
        const path = `${way}?${name}=${encodeURIComponent(value)}*`;
        targets.set(`GET ${place} ${name}`, { method: "GET", path, headers: { Cookie: cookie }, body: null });
      }
    }
    for (const target of addressTargets(page, cookie)) targets.set(`GET ${target.path}`, target);
  }
  return [...targets.values()];
}

/** The page itself: each part of its path that names a record, each parameter. */
function addressTargets(page: string, cookie: string): Target[] {
  const [way = "", query = ""] = page.split("?");
  const headers = { Cookie: cookie };
  const named = way.replaceAll(/[0-9a-f-]{36}/g, (id) => `${id}*`);
  const parameters = query === "" ? [] : query.split("&").map((pair) => `${way}?${pair}*`);
  return [named, ...parameters]
    .filter((path) => path.includes("*"))
    .map((path) => ({ method: "GET", path, headers, body: null }));
}

/** What a request says besides: each is read by the service, and some of it goes to the database. */
export function headerTargets(cookie: string, token: string): Target[] {
  const base = { "User-Agent": "scan*", "Accept-Language": "de*", "If-None-Match": '"1*"' };
  return [
    { method: "GET", path: "/sites", headers: { ...base, Cookie: `${cookie}*` }, body: null },
    {
      method: "GET",
      path: "/api/v1/sites",
      headers: { ...base, Authorization: `Bearer ${token}*` },
      body: null,
    },
    {
      method: "POST",
      path: "/api/v1/sites",
      headers: {
        Authorization: `Bearer ${token}`,
        "Content-Type": "application/json",
        "Idempotency-Key": "a-key-of-the-scan*",
      },
      body: JSON.stringify({ name: "Scanned" }),
    },
  ];
}

const FORM_TYPE = "application/x-www-form-urlencoded";
/** What ends the session that scans, by method and path. */
export const SPARED =
  /^(POST \/(api\/v1\/auth\/)?logout|POST \/settings\/sessions|DELETE \/api\/v1\/auth\/sessions$)/;

/** Fields with values that a person would leave as they are, or some text where there is none. */
function fieldsOf(form: string): [string, string][] {
  const fields = [...form.matchAll(/<(input|textarea)\b([^>]*)>|<select\b([^>]*)>(.*?)<\/select>/gs)].map(
    ([, , plain, select, options = ""]): [string, string] => {
      const chosen = /<option\b[^>]*\bvalue="([^"]+)"/.exec(options)?.[1];
      const value = chosen ?? /\bvalue="([^"]*)"/.exec(plain ?? "")?.[1] ?? "";
      return [/\bname="([^"]*)"/.exec(plain ?? select ?? "")?.[1] ?? "", unescaped(value) || "a"];
    },
  );
  return fields.filter(([name]) => name !== "");
}

function unescaped(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
}

function isMarked({ path, body }: Target): boolean {
  return path.includes("*") || (body?.includes("*") ?? false);
}

/** Values of a schema that are likely to be taken. */
function sampler(document: ApiDocument, known: Known): (name: string, schema: Schema) => unknown {
  const sample = (name: string, schema: Schema): unknown => {
    if (schema.$ref !== undefined) {
      const referred = document.components.schemas[schema.$ref.split("/").at(-1) ?? ""];
      return sample(name, referred ?? {});
    }
    const choice = schema.anyOf ?? schema.oneOf;
    if (choice?.[0] !== undefined) return sample(name, choice[0]);
    if (schema.allOf !== undefined)
      return Object.assign({}, ...schema.allOf.map((part) => sample(name, part) as object));
    const given = schema.default ?? schema.const ?? schema.enum?.[0];
    if (given !== undefined) return given;
    if (schema.properties !== undefined)
      return Object.fromEntries(
        Object.entries(schema.properties).map(([key, part]) => [key, sample(key, part)]),
      );
    if (schema.type === "array") return schema.items === undefined ? [] : [sample(name, schema.items)];
    if (schema.type === "integer" || schema.type === "number") return 30;
    if (schema.type === "boolean") return false;
    if (schema.type === "object") return { place: "north" };
    return textOf(name, schema, known);
  };
  return sample;
}

function textOf(name: string, { pattern }: Schema, known: Known): string {
  if (pattern?.includes("[0-9a-f]{8}-")) return known[`${name}s`] ?? known.sites ?? "";
  if (name === "email") return "somebody@homepot.example";
  if (name === "sort") return "name";
  if (name === "from" || name === "to") return "2026-01-01T00:00:00.000Z";
  if (name === "q") return "a";
  if (name === "tag" || name === "tags") return "scanned";
  if (name === "metric") return "temperature";
  if (name === "timeZone") return "Europe/London";
  return "value";
}

/** The same with a mark behind every text and number. */
function marked(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "number") return `${value}*`;
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, marked(inner)]));
  return value;
}
