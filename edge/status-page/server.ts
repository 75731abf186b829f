import type { ListenAddress } from "../../protocol/settings/setting.ts";
import { KIB, MINUTE, SECOND } from "../../protocol/units.ts";
import type { LocalStatus } from "../../ui/pages/local/local-status.ts";
import { normalCode } from "./access-code.ts";
import type { Visits } from "./visits.ts";

export interface ServedStatus {
  visits: Visits;
  status(): Promise<LocalStatus>;
  nowMs(): number;
}

const COOKIE = "homepot_status";
const BODY_MAX_BYTES = KIB;
/** A form is sent by a phone in the same room. */
const IDLE_SECONDS = 10;
const WAIT_SECONDS = (10 * MINUTE) / SECOND;

const HEADERS = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** Serves the pages until it is stopped. Throws when it cannot listen there. */
export function serveStatus(
  { host, port }: ListenAddress,
  served: ServedStatus,
): { port: number; stop(): void } {
  const server = Bun.serve({
    hostname: host,
    port,
    maxRequestBodySize: BODY_MAX_BYTES,
    idleTimeout: IDLE_SECONDS,
    fetch: (request, own) => answer(request, own.requestIP(request)?.address ?? "", served),
  });
  return { port: server.port ?? port, stop: () => void server.stop(true) };
}

async function answer(request: Request, address: string, served: ServedStatus): Promise<Response> {
  const { pathname } = new URL(request.url);
  const { method } = request;
  const { visits } = served;
  const token = tokenOf(request);
  if (pathname === "/" && method === "GET") {
    return visits.isOpen(token) ? showStatus(request, served) : askForCode(request, served, null);
  }
  if (pathname === "/code" && method === "POST") {
    const form = new URLSearchParams(await request.text());
    const begun = visits.begin(normalCode(form.get("code") ?? ""), address);
    if (typeof begun === "object") return toStart(begun.token);
    return askForCode(request, served, begun);
  }
  if (pathname === "/leave" && method === "POST") {
    visits.end(token);
    return toStart("");
  }
  const file = method === "GET" ? (await pages()).FILES[pathname] : undefined;
  if (file !== undefined) {
    return new Response(file.text, {
      headers: { ...HEADERS, "cache-control": "max-age=300", "content-type": file.type },
    });
  }
  return new Response("There is nothing here. The status page is at /\n", { status: 404, headers: HEADERS });
}

async function showStatus(request: Request, { status }: ServedStatus): Promise<Response> {
  const { renderStatus } = await pages();
  return html(renderStatus(request.headers.get("accept-language"), await status()), 200);
}

async function askForCode(
  request: Request,
  { nowMs }: ServedStatus,
  problem: "wrong" | "too-many" | null,
): Promise<Response> {
  const { renderCode } = await pages();
  const status = problem === null ? 200 : { wrong: 403, "too-many": 429 }[problem];
  const later = problem === "too-many" ? { "retry-after": String(WAIT_SECONDS) } : {};
  return html(renderCode(request.headers.get("accept-language"), nowMs(), problem), status, later);
}

/** Loaded with the first visit: a gateway that nobody looks at stays smaller without. */
function pages() {
  return import("./pages.ts");
}

function html(text: string, status: number, more: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: { ...HEADERS, "content-type": "text/html; charset=utf-8", ...more },
  });
}

/** The line is not encrypted, so the cookie cannot be `Secure`; nothing else of a browser's is needed to read it. */
function toStart(token: string): Response {
  const cookie = `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict${token === "" ? "; Max-Age=0" : ""}`;
  return new Response(null, { status: 303, headers: { ...HEADERS, location: "/", "set-cookie": cookie } });
}

function tokenOf(request: Request): string | null {
  const match = /(?:^|;\s*)homepot_status=([\w-]+)/.exec(request.headers.get("cookie") ?? "");
  return match?.[1] ?? null;
}
