import type { KeyedCertificate } from "../../testing/local-certificate.ts";
import { cutShort, Faults } from "./fault.ts";
import { readJwt } from "./jwt.ts";

/** FCM's HTTP v1 API, and Google's token endpoint for service accounts. */
export interface FcmDouble extends AsyncDisposable {
  url: string;
  tokenUrl: string;
  taken: Record<string, unknown>[];
  /** By registration token; `token` is what the token endpoint does. */
  faults: Faults;
  /** How many access tokens were given. */
  tokens(): number;
  /** Those that were given are good no more. */
  revokeTokens(): void;
  /** The next who asks for one gets none. */
  refuseOnce(): void;
}

export interface FcmProject {
  project: string;
  account: string;
  /** PEM */
  publicKey: string;
}

const SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
const AUDIENCE = "https://oauth2.googleapis.com/token";
const PAYLOAD_MAX_BYTES = 4_096;

export function startFcm(certificate: KeyedCertificate, project: FcmProject): FcmDouble {
  const taken: Record<string, unknown>[] = [];
  const faults = new Faults();
  const good = new Set<string>();
  let given = 0;
  let refusals = 0;
  const server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    tls: { key: certificate.key, cert: certificate.certificate },
    async fetch(request): Promise<Response> {
      const { pathname } = new URL(request.url);
      if (pathname === "/token") return token(await request.text(), request.headers);
      if (pathname !== `/v1/projects/${project.project}/messages:send` || request.method !== "POST")
        return failed(404, "NOT_FOUND", "no such method");
      const bearer = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
      if (!good.has(bearer)) return failed(401, "UNAUTHENTICATED", "bad access token");
      const { message } = (await request.json()) as { message: Record<string, unknown> };
      const fault = faults.get(String(message.token));
      if (fault === "hang") return new Promise<Response>(() => undefined);
      if (fault === "reset") return cutShort();
      if (fault !== undefined && "afterMs" in fault) await Bun.sleep(fault.afterMs);
      else if (fault !== undefined)
        return Response.json(fault.body ?? {}, { status: fault.status, headers: fault.headers ?? {} });
      const problem = messageProblem(message);
      if (problem !== null) return failed(400, "INVALID_ARGUMENT", problem);
      taken.push(message);
      return Response.json({ name: `projects/${project.project}/messages/${taken.length}` });
    },
  });

  function token(body: string, headers: Headers): Response {
    const fault = faults.get("token");
    if (typeof fault === "object" && "status" in fault)
      return Response.json(fault.body ?? {}, { status: fault.status });
    if (refusals > 0) {
      refusals -= 1;
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    }
    const form = new URLSearchParams(body);
    const refusal = (error: string) => Response.json({ error, error_description: "no" }, { status: 400 });
    if (headers.get("content-type") !== "application/x-www-form-urlencoded")
      return refusal("invalid_request");
    if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer")
      return refusal("unsupported_grant_type");
    const jwt = readJwt(form.get("assertion") ?? "", "RS256", project.publicKey);
    if (jwt === null || jwt.claims.iss !== project.account || jwt.claims.aud !== AUDIENCE)
      return refusal("invalid_grant");
    if (jwt.claims.scope !== SCOPE) return refusal("invalid_scope");
    const { iat, exp } = jwt.claims as { iat: number; exp: number };
    if (exp - iat > 3_600 || Math.abs(Date.now() / 1_000 - iat) > 300) return refusal("invalid_grant");
    given += 1;
    const access = `ya29.double-${given}`;
    good.add(access);
    return Response.json({ access_token: access, expires_in: 3_599, token_type: "Bearer" });
  }

  const url = `https://localhost:${server.port}`;
  return {
    ...{ url, tokenUrl: `${url}/token`, taken, faults },
    tokens: () => given,
    revokeTokens: () => good.clear(),
    refuseOnce: () => {
      refusals += 1;
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

/** In the form of google.rpc.Status, as FCM answers. */
export function fcmError(status: string, code: string, message = code): object {
  const type = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
  return { error: { status, message, details: [{ "@type": type, errorCode: code }] } };
}

function failed(status: number, code: string, message: string): Response {
  return Response.json(
    { error: { code: status, ...(fcmError(code, code, message) as { error: object }).error } },
    { status },
  );
}

const FIELDS = new Set(["token", "notification", "data", "android"]);
const ANDROID = new Set(["priority", "ttl", "collapse_key", "notification"]);
const RESERVED = /^(from|message_type|google\..*|gcm\..*)$/;

function messageProblem(message: Record<string, unknown>): string | null {
  const strange = Object.keys(message).find((field) => !FIELDS.has(field));
  if (strange !== undefined) return `Unknown name "${strange}"`;
  const {
    token,
    data = {},
    android = {},
    notification = {},
  } = message as {
    token: string;
    data?: Record<string, unknown>;
    android?: Record<string, unknown>;
    notification?: Record<string, unknown>;
  };
  if (!/^[\w:-]{20,}$/.test(token)) return "The registration token is not a valid FCM registration token";
  for (const [name, value] of Object.entries(data)) {
    if (typeof value !== "string") return `data.${name} is no string`;
    if (RESERVED.test(name)) return `data.${name} is reserved`;
  }
  const wrong = Object.keys(android).find((field) => !ANDROID.has(field));
  if (wrong !== undefined) return `Unknown name "android.${wrong}"`;
  if (!/^(high|normal)$/i.test(String(android.priority))) return "bad android.priority";
  if (!/^\d+(\.\d+)?s$/.test(String(android.ttl))) return "bad android.ttl";
  const size = JSON.stringify(data).length + JSON.stringify(notification).length;
  return size > PAYLOAD_MAX_BYTES ? "Android message is too big" : null;
}
