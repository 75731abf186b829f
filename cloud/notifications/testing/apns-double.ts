import { createSecureServer, type Http2ServerResponse, type Http2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import type { KeyedCertificate } from "../../testing/local-certificate.ts";
import { Faults } from "./fault.ts";
import { readJwt } from "./jwt.ts";

/** What Apple's provider API takes, and refuses as it documents. */
export interface ApnsDouble extends AsyncDisposable {
  url: string;
  /** What was taken, in order. */
  taken: ApnsTaken[];
  /** By device token. */
  faults: Faults;
  /** The provider tokens that were used so far have expired. */
  expireTokens(): void;
  /** Says good-bye to every connection, as Apple does before maintenance. */
  goAway(): void;
  /** How many connections were made. */
  connections(): number;
}

export interface ApnsTaken {
  token: string;
  headers: Record<string, string>;
  payload: Record<string, unknown>;
}

export interface ApnsApp {
  /** PEM */
  publicKey: string;
  keyId: string;
  teamId: string;
  topic: string;
}

const PAYLOAD_MAX_BYTES = 4_096;
const TOKEN_SECONDS = 3_600;

/** `checkEvery`: of so many requests one is looked at, for a benchmark of who sends. */
export async function startApns(
  certificate: KeyedCertificate,
  app: ApnsApp,
  checkEvery = 1,
): Promise<ApnsDouble> {
  let requests = 0;
  const taken: ApnsTaken[] = [];
  const faults = new Faults();
  const used = new Set<string>();
  const expired = new Set<string>();
  const sessions = new Set<Http2Session>();
  let connections = 0;
  const server = createSecureServer({
    ...{ key: certificate.key, cert: certificate.certificate },
    settings: { maxConcurrentStreams: 1_000 },
  });
  server.on("session", (session) => {
    connections += 1;
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => undefined);
  });
  server.on("request", (request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", async () => {
      const headers = request.headers as Record<string, string>;
      const token = /^\/3\/device\/([^/]*)$/.exec(request.url)?.[1];
      const fault = token === undefined ? undefined : faults.get(token);
      if (fault === "hang") return;
      if (fault === "reset") {
        request.stream.session?.destroy();
        return;
      }
      const id = headers["apns-id"] ?? crypto.randomUUID().toUpperCase();
      if (fault !== undefined && "afterMs" in fault) await Bun.sleep(fault.afterMs);
      else if (fault !== undefined) return answer(response, id, fault.status, fault.body, fault.headers);
      requests += 1;
      if (requests % checkEvery !== 0) return answer(response, id, 200);
      const body = Buffer.concat(pieces);
      const problem = problemOf(request.method, token, headers, body, app, expired);
      if (problem !== null) return answer(response, id, problem[0], { reason: problem[1] });
      used.add(headers.authorization!);
      taken.push({ token: token!, headers, payload: JSON.parse(body.toString()) });
      answer(response, id, 200);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `https://localhost:${port}`, taken, faults },
    expireTokens: () => {
      for (const token of used) expired.add(token);
    },
    connections: () => connections,
    goAway: () => {
      for (const session of sessions) session.goaway();
    },
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

function answer(
  response: Http2ServerResponse,
  id: string,
  status: number,
  body?: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "apns-id": id, ...headers });
  response.end(body === undefined ? "" : JSON.stringify(body));
}

/** Status and reason, in the order of Apple's table; null when it can be taken. */
function problemOf(
  method: string,
  token: string | undefined,
  headers: Record<string, string>,
  body: Buffer,
  app: ApnsApp,
  expired: ReadonlySet<string>,
): [status: number, reason: string] | null {
  if (method !== "POST") return [405, "MethodNotAllowed"];
  if (token === undefined) return [404, "BadPath"];
  const provider = providerProblem(headers.authorization, app, expired);
  if (provider !== null) return [403, provider];
  if (token === "") return [400, "MissingDeviceToken"];
  if (!/^[0-9a-f]{64,}$/.test(token)) return [400, "BadDeviceToken"];
  if (headers["apns-topic"] === undefined) return [400, "MissingTopic"];
  if (headers["apns-topic"] !== app.topic) return [400, "TopicDisallowed"];
  if (!/^(alert|background|voip|location)$/.test(headers["apns-push-type"] ?? ""))
    return [400, "InvalidPushType"];
  if (!/^(1|5|10)$/.test(headers["apns-priority"] ?? "10")) return [400, "BadPriority"];
  if (!/^\d+$/.test(headers["apns-expiration"] ?? "0")) return [400, "BadExpirationDate"];
  if (Buffer.byteLength(headers["apns-collapse-id"] ?? "") > 64) return [400, "BadCollapseId"];
  if (headers["apns-id"] !== undefined && !/^[0-9a-f-]{36}$/i.test(headers["apns-id"]))
    return [400, "BadMessageId"];
  if (body.length === 0) return [400, "PayloadEmpty"];
  if (body.length > PAYLOAD_MAX_BYTES) return [413, "PayloadTooLarge"];
  const payload = JSON.parse(body.toString()) as { aps?: unknown };
  return typeof payload.aps === "object" ? null : [400, "BadPayload"];
}

function providerProblem(
  authorization: string | undefined,
  app: ApnsApp,
  expired: ReadonlySet<string>,
): string | null {
  if (authorization === undefined) return "MissingProviderToken";
  const jwt = readJwt(authorization.replace(/^bearer /, ""), "ES256", app.publicKey);
  if (jwt === null || jwt.header.kid !== app.keyId || jwt.claims.iss !== app.teamId)
    return "InvalidProviderToken";
  const ageSeconds = Date.now() / 1_000 - Number(jwt.claims.iat);
  if (ageSeconds > TOKEN_SECONDS || expired.has(authorization)) return "ExpiredProviderToken";
  return null;
}
