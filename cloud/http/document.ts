import { ERRORS, type ErrorCode } from "../../protocol/errors.ts";

/**
 * What the routes cannot know of themselves and the whole app does for them: the document of the API is made from the
 * routes, and completed here with what any address may refuse, and what any write takes.
 */
export interface ApiDocument {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, ApiOperation>>;
  components?: { schemas?: Record<string, unknown> };
}

export interface ApiOperation {
  summary?: string;
  tags?: string[];
  security?: unknown[];
  "x-permission"?: string;
  /** Codes of every problem that it may be answered with. */
  "x-errors"?: ErrorCode[];
  parameters?: { in: string; name: string; required?: boolean; description?: string; schema?: unknown }[];
  requestBody?: { required?: boolean; content?: Record<string, { schema?: unknown }> };
  responses: Record<string, ApiResponse>;
}

interface ApiResponse {
  description?: string;
  headers?: Record<string, { description?: string; schema?: unknown }>;
  content?: Record<string, { schema?: unknown }>;
}

const ALWAYS: ErrorCode[] = ["rate.limited", "internal.error", "store.unavailable"];
const WRITES: ErrorCode[] = ["request.cross-site", "request.too-large"];
const KEYED: ErrorCode[] = [
  "request.invalid",
  "idempotency.reused",
  "idempotency.running",
  "idempotency.answer-lost",
];
const PROBLEM = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
const CHALLENGES = {
  "WWW-Authenticate": { description: "How to say who one is: `Bearer`", schema: { type: "string" } },
};
const RETRY_AFTER = { "Retry-After": { description: "Seconds to wait", schema: { type: "integer" } } };
const KEY_PARAMETER = {
  in: "header",
  name: "Idempotency-Key",
  description: "Sent again with the same key, the request takes effect once and gets the first one's answer",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};

export function completeDocument<Document extends ApiDocument>(document: Document): Document {
  const paths = Object.entries(document.paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, one]) => [method, completeOperation(path, method, one)]),
    ),
  ]);
  return withTuples({ ...document, paths: Object.fromEntries(paths) });
}

/** Tuples as JSON Schema 2020-12 has them, which OpenAPI 3.1 asks for; the library writes those of draft 7. */
function withTuples<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withTuples) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, inner]) =>
    name === "items" && Array.isArray(inner)
      ? [
          ["prefixItems", withTuples(inner)],
          ["items", false],
        ]
      : [[name, withTuples(inner)]],
  );
  return Object.fromEntries(entries) as T;
}

function completeOperation(path: string, method: string, operation: ApiOperation): ApiOperation {
  const isWrite = method !== "get";
  // Where people log in and out there is no scope yet, or no longer.
  const takesKey = isWrite && operation["x-permission"] !== "open" && !path.startsWith("/api/v1/auth/");
  const parameters = [...(operation.parameters ?? []), ...(takesKey ? [KEY_PARAMETER] : [])];
  const isChecked = parameters.some((one) => one.in !== "header") || operation.requestBody !== undefined;
  const codes = new Set<ErrorCode>([
    ...(operation["x-errors"] ?? []),
    ...(isChecked ? (["request.invalid"] as const) : []),
    ...(operation.requestBody?.content?.["application/json"] === undefined
      ? []
      : (["request.not-json", "request.media-type"] as const)),
    ...(isWrite ? WRITES : []),
    ...(takesKey ? KEYED : []),
    ...ALWAYS,
  ]);
  return {
    ...operation,
    ...(parameters.length === 0 ? {} : { parameters }),
    "x-errors": [...codes],
    responses: { ...successes(operation.responses), ...problems([...codes]) },
  };
}

/** The library adds a bad request of its own form, which is none of ours. */
function successes(responses: Record<string, ApiResponse>): Record<string, ApiResponse> {
  return Object.fromEntries(Object.entries(responses).filter(([status]) => Number(status) < 400));
}

function problems(codes: readonly ErrorCode[]): Record<string, ApiResponse> {
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  const described = [...byStatus].map(([status, list]) => [
    status,
    {
      description: list.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join("; "),
      ...(list.some((code) => WAITS.has(code)) ? { headers: RETRY_AFTER } : {}),
      ...(status === 401 ? { headers: CHALLENGES } : {}),
      content: PROBLEM,
    },
  ]);
  return Object.fromEntries(described);
}

const WAITS = new Set<ErrorCode>(["rate.limited", "auth.too-many", "idempotency.running"]);
