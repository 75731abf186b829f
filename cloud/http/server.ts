import type { Hono } from "hono";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import { resumeSchema } from "../../protocol/live/resume.ts";
import { MIB } from "../../protocol/units.ts";
import { check } from "../../protocol/validate.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { RightOfWay } from "../clock/right-of-way.ts";
import { clientAddress, type Trusted } from "./client-address.ts";
import type { AppEnv } from "./env.ts";
import { bareProblem } from "./problem.ts";
import { isOwnOrigin } from "./security.ts";
import { closeSocket, hearSocket, openSocket, type SocketData, type Sockets } from "./sockets.ts";

/** Where WebSockets go; everything else goes to the app. */
const GATEWAY_PATH = "/api/v1/gateways/connect";
const BROWSER_PATH = "/api/v1/events";
/** Frames of gateways are at most 4 MiB; a little more, so that the hub and not the socket refuses them. */
const MESSAGE_MAX_BYTES = 5 * MIB;
/** Who asks so waits for what gateways have to say, and must not keep it from coming. */
const HELD_OPEN = /[?&](wait|hold)=/;
/** Bun closes a quiet request after 10 s by itself; a slow client on a slow line deserves more. */
const REQUEST_IDLE_SECONDS = 60;
/** Above the 45 s after which the hub gives a silent gateway up. */
const SOCKET_IDLE_SECONDS = 120;

export interface ListenOptions {
  host: string;
  /** 0 takes any that is free. */
  port: number;
}

/** What is served, once it is there. */
export interface Served {
  app: Hono<AppEnv>;
  accounts: Pick<Accounts, "whoIs">;
  /** Of people who wait for a page: gateways' entries give way. */
  rightOfWay: Pick<RightOfWay, "begin">;
  sockets: Sockets;
  publicOrigin: string;
  trustsProxy: Trusted;
}

export interface HttpServer {
  readonly url: URL;
  /** From now on requests are answered by this; before, each gets 503. */
  serve(served: Served): void;
  /** Takes no new connections; those that are there go on. */
  close(): void;
  /** Closes every connection. */
  stop(): Promise<void>;
}

/**
 * The runtime's HTTP server: with `sockets.ts` the only file of the cloud that owns a socket. It listens before there
 * is anything to serve, so that the port is known to what is built on it, and one that is taken is told at once.
 * Throws a RefusalError with `listen.unavailable`.
 */
export function listen(options: ListenOptions): HttpServer {
  let served: Served | null = null;
  const server = bind(
    options,
    (request, bun) => {
      if (served !== null) return answer(served, request, bun);
      return bareProblem(refuse("store.unavailable", "the service is starting").refusal);
    },
    () => served?.sockets,
  );
  return {
    url: server.url,
    serve(what) {
      served = what;
    },
    close: () => void server.stop(false),
    stop: () => server.stop(true),
  };
}

type Server = Bun.Server<SocketData>;
type Fetch = (request: Request, server: Server) => Response | Promise<Response | undefined>;

function bind({ host, port }: ListenOptions, fetch: Fetch, sockets: () => Sockets | undefined): Server {
  const withSockets = (use: (sockets: Sockets) => void) => {
    const all = sockets();
    if (all !== undefined) use(all);
  };
  try {
    return Bun.serve<SocketData>({
      hostname: host,
      port,
      idleTimeout: REQUEST_IDLE_SECONDS,
      // The app refuses what is too large, without reading it and with a reason; the runtime would give none.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      fetch,
      websocket: {
        maxPayloadLength: MESSAGE_MAX_BYTES,
        idleTimeout: SOCKET_IDLE_SECONDS,
        open: (socket) => withSockets((all) => openSocket(all, socket)),
        message: (socket, message) => withSockets((all) => hearSocket(all, socket, message)),
        close: (socket) => withSockets((all) => closeSocket(all, socket)),
      },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RefusalError(refuse("listen.unavailable", `${host}:${port}: ${reason}`).refusal, { cause });
  }
}

async function answer(served: Served, request: Request, server: Server): Promise<Response | undefined> {
  if (request.headers.get("upgrade")?.toLowerCase() === "websocket") {
    const { pathname } = new URL(request.url);
    if (pathname === GATEWAY_PATH) {
      if (server.upgrade(request, { data: { kind: "gateway", connection: null } })) return undefined;
    } else if (pathname === BROWSER_PATH) {
      const data = await browserData(served, request);
      if (data instanceof Response) return data;
      if (server.upgrade(request, { data })) return undefined;
    }
  }
  // Who writes waits for the disk as the entries do, and gains nothing by keeping them from it.
  const asks = request.method === "GET" && !HELD_OPEN.test(request.url);
  const answered = asks ? served.rightOfWay.begin() : null;
  try {
    const peer = server.requestIP(request)?.address;
    if (peer === undefined) return await served.app.fetch(request, {});
    const forwarded = request.headers.get("x-forwarded-for");
    const client = clientAddress(peer, forwarded, served.trustsProxy);
    return await served.app.fetch(request, { clientAddress: client });
  } finally {
    answered?.();
  }
}

/** A WebSocket of another site's page would come with the person's cookie; no preflight protects it. */
async function browserData(served: Served, request: Request): Promise<SocketData | Response> {
  if (!isOwnOrigin(request, served.publicOrigin)) {
    return bareProblem(refuse("request.cross-site", `from ${request.headers.get("origin")}`).refusal);
  }
  const identity = await served.accounts.whoIs(request.headers);
  if (identity === null) return bareProblem(refuse("auth.required", "events need a session").refusal);
  const resume = check(resumeSchema, Object.fromEntries(new URL(request.url).searchParams));
  if (!resume.ok) return bareProblem(resume.refusal);
  const { scope, token } = identity;
  return { kind: "browser", scope, token, resume: resume.value, connection: null };
}
