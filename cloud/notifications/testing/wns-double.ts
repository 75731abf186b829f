import type { KeyedCertificate } from "../../testing/local-certificate.ts";
import { cutShort, Faults } from "./fault.ts";

/** WNS, and Entra ID's token endpoint. */
export interface WnsDouble extends AsyncDisposable {
  url: string;
  channel(id: string): string;
  taken: { id: string; headers: Record<string, string>; body: string }[];
  /** By channel; `token` is what the token endpoint does. */
  faults: Faults;
  tokens(): number;
  revokeTokens(): void;
  /** The next who asks for a token gets none. */
  refuseOnce(): void;
}

export interface EntraApp {
  tenantId: string;
  clientId: string;
  clientSecret: string;
}

const PAYLOAD_MAX_BYTES = 5_000;

export function startWns(certificate: KeyedCertificate, app: EntraApp): WnsDouble {
  const taken: WnsDouble["taken"] = [];
  const faults = new Faults();
  const good = new Set<string>();
  let given = 0;
  let refusals = 0;
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    tls: { key: certificate.key, cert: certificate.certificate },
    async fetch(request): Promise<Response> {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname.startsWith(`/${app.tenantId}/`)) return token(pathname, await request.text());
      const id = searchParams.get("token") ?? "";
      const fault = faults.get(id);
      if (fault === "hang") return new Promise<Response>(() => undefined);
      if (fault === "reset") return cutShort();
      if (fault !== undefined && "afterMs" in fault) await Bun.sleep(fault.afterMs);
      else if (fault !== undefined)
        return new Response("", { status: fault.status, headers: fault.headers ?? {} });
      const headers = Object.fromEntries(request.headers);
      const body = await request.text();
      if (!good.has(headers.authorization?.replace(/^Bearer /, "") ?? ""))
        return said(401, "the token is not good");
      const problem = request.method === "POST" ? requestProblem(headers, body) : "POST only";
      if (problem !== null) return said(problem.startsWith("too large") ? 413 : 400, problem);
      taken.push({ id, headers, body });
      return new Response("", {
        headers: {
          "x-wns-status": "received",
          "x-wns-deviceconnectionstatus": "connected",
          "x-wns-msg-id": `msg-${taken.length}`,
        },
      });
    },
  });

  function token(pathname: string, body: string): Response {
    const fault = faults.get("token");
    if (typeof fault === "object" && "status" in fault)
      return Response.json(fault.body ?? {}, { status: fault.status });
    if (refusals > 0) {
      refusals -= 1;
      return Response.json({ error: "temporarily_unavailable" }, { status: 401 });
    }
    const form = new URLSearchParams(body);
    const wanted = {
      grant_type: "client_credentials",
      client_id: app.clientId,
      client_secret: app.clientSecret,
      scope: "https://wns.windows.com/.default",
    };
    const wrong = Object.entries(wanted).find(([name, value]) => form.get(name) !== value);
    if (pathname !== `/${app.tenantId}/oauth2/v2.0/token` || wrong !== undefined)
      return Response.json({ error: "invalid_client", error_description: wrong?.[0] }, { status: 401 });
    given += 1;
    const access = `eyJ-double-${given}`;
    good.add(access);
    return Response.json({ token_type: "Bearer", expires_in: 86_399, access_token: access });
  }

  const url = `https://localhost:${server.port}`;
  return {
    ...{ url, taken, faults },
    channel: (id) => `${url}/?token=${id}`,
    tokens: () => given,
    revokeTokens: () => good.clear(),
    refuseOnce: () => {
      refusals += 1;
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

const said = (status: number, description: string) =>
  new Response("", { status, headers: { "x-wns-error-description": description } });

function requestProblem(headers: Record<string, string>, body: string): string | null {
  if (Buffer.byteLength(body) > PAYLOAD_MAX_BYTES) return "too large";
  if (!/^[a-z0-9]{1,16}$/i.test(headers["x-wns-tag"] ?? "a")) return "bad X-WNS-Tag";
  if (!/^\d+$/.test(headers["x-wns-ttl"] ?? "1")) return "bad X-WNS-TTL";
  if (!/^(no-)?cache$/.test(headers["x-wns-cache-policy"] ?? "cache")) return "bad X-WNS-Cache-Policy";
  if (!/^(high|medium|low|verylow)$/.test(headers["x-wns-priority"] ?? "high")) return "bad X-WNS-PRIORITY";
  const [, kind = ""] = /^wns\/(toast|tile|badge|raw)$/.exec(headers["x-wns-type"] ?? "") ?? [];
  if (kind === "") return "bad X-WNS-Type";
  if (kind === "raw")
    return headers["content-type"] === "application/octet-stream" ? null : "raw is application/octet-stream";
  if (!headers["content-type"]?.startsWith("text/xml")) return "XML is text/xml";
  return xmlProblem(body, kind);
}

/** What may stand where, of the schemas of toast, tile and badge. */
const CHILDREN: Record<string, readonly string[]> = {
  toast: ["header", "visual", "actions", "audio"],
  tile: ["visual"],
  badge: [],
  visual: ["binding"],
  binding: ["text", "image"],
  actions: ["action"],
  ...{ header: [], text: [], image: [], action: [], audio: [] },
};

/** Well-formed XML 1.0 without doctype, and only elements that the schema has where they stand. */
export function xmlProblem(body: string, root: string): string | null {
  const open: string[] = [];
  const token = /<(\/?)([a-z]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<]+)/giy;
  let seen = 0;
  while (token.lastIndex < body.length) {
    const at = token.lastIndex;
    const found = token.exec(body);
    if (found === null) return `not well-formed at ${at}`;
    const [, closing, name = "", attributes = "", selfClosing, text] = found;
    if (/&(?!(amp|lt|gt|quot|apos);)/.test(text ?? attributes)) return "a bare &";
    if (text !== undefined) {
      if (open.at(-1) !== "text" && text.trim() !== "") return `text in ${open.at(-1)}`;
      continue;
    }
    if (closing === "/") {
      if (open.pop() !== name) return `</${name}> closes nothing`;
      continue;
    }
    const parent = open.at(-1);
    if (parent === undefined ? name !== root || seen > 0 : !CHILDREN[parent]?.includes(name))
      return `<${name}> in <${parent ?? "document"}>`;
    seen += 1;
    if (selfClosing !== "/") open.push(name);
  }
  return open.length === 0 && seen > 0 ? null : "not closed";
}
