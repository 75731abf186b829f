import { Agent } from "node:https";
import { connect } from "node:tls";
import { type App, cert, deleteApp, initializeApp } from "firebase-admin/app";
import { getMessaging, type Messaging } from "firebase-admin/messaging";
import * as v from "valibot";
import { accept, refuse } from "../../../protocol/errors.ts";
import { gone, type Outcome, refused, retryable, sent } from "../../../protocol/notifications/outcome.ts";
import { DAY, SECOND } from "../../../protocol/units.ts";
import { TokenError } from "./access-token.ts";
import { later, ofFault, readRetryAfter, reasonOf, timeLeft, tooLarge, utf8Bytes } from "./fates.ts";
import { fcmBody, fcmNotes } from "./fcm-mapping.ts";
import { GOOGLE_TOKEN_URL, googleTokens } from "./google-token.ts";
import type { Handing, Platform, PlatformParts } from "./platform.ts";

/** Android, by Firebase Cloud Messaging's HTTP v1 API (firebase-admin). */

const text = (message: string) => v.pipe(v.string(message), v.minLength(1, message));
/** The file that the Firebase console gives for a service account; what else is in it is not needed. */
const credentials = v.pipe(
  v.object({
    project_id: text("needs the project_id of the service account's file"),
    client_email: text("needs the client_email of the service account's file"),
    private_key: text("needs the private_key of the service account's file"),
  }),
  v.metadata({ ref: "FcmCredentials" }),
);
export type FcmCredentials = v.InferOutput<typeof credentials>;

const limits = { payloadBytes: 4_096, timeToLiveSeconds: (28 * DAY) / SECOND };
const CONNECTIONS_MAX = 64;

export const fcm: Platform<"fcm", FcmCredentials> = {
  name: "fcm",
  limits,
  credentials,
  describe: ({ project_id, client_email }) => ({ project: project_id, account: client_email }),
  notes: fcmNotes,
  payload: (message, id) => JSON.stringify(fcmBody(message, id)),

  open(account, parts) {
    try {
      // Has the library look at the account.
      const { project_id: projectId, client_email: clientEmail, private_key: privateKey } = account;
      cert({ projectId, clientEmail, privateKey });
      const client = new Client(account, parts);
      return accept({ send: (handing) => send(handing, client, parts), close: () => client.close() });
    } catch (error) {
      return refuse("push.credentials-invalid", reasonOf(error));
    }
  },
};

/** The library keeps a token until its time is over, also one that was refused: then a new app takes its place. */
class Client {
  readonly #projectId: string;
  readonly #tokens: ReturnType<typeof googleTokens>;
  readonly #agent: Agent;
  #app: App;
  messaging: Messaging;

  constructor(account: FcmCredentials, { clock, outbound, hosts }: PlatformParts) {
    this.#projectId = account.project_id;
    this.#tokens = googleTokens(account, { clock, outbound, url: hosts.fcmToken ?? GOOGLE_TOKEN_URL });
    this.#agent = agentFor(hosts);
    this.#app = this.#start();
    this.messaging = this.#messagingOf(this.#app);
  }

  renew(): void {
    this.#tokens.drop();
    this.#end();
    this.#app = this.#start();
    this.messaging = this.#messagingOf(this.#app);
  }

  close(): void {
    this.#end();
    this.#agent.destroy();
  }

  #start(): App {
    return initializeApp(
      {
        credential: { getAccessToken: () => this.#tokens.get() },
        projectId: this.#projectId,
        httpAgent: this.#agent,
      },
      // Apps of the library are known by name in the whole process.
      `fcm-${crypto.randomUUID()}`,
    );
  }

  #messagingOf(app: App): Messaging {
    const messaging = getMessaging(app);
    withoutRetries(messaging);
    return messaging;
  }

  #end(): void {
    deleteApp(this.#app).catch(() => undefined);
  }
}

/** The library's host is a constant of it: elsewhere is where its connections are made to. */
function agentFor({ fcm: host, authority }: PlatformParts["hosts"]): Agent {
  const options = { keepAlive: true, maxSockets: CONNECTIONS_MAX };
  if (host === null) return new Agent(options);
  const { hostname, port } = new URL(host);
  const agent = new Agent(options);
  agent.createConnection = () =>
    connect({
      ...{ host: hostname, port: Number(port || 443), servername: hostname },
      ...(authority === null ? {} : { ca: authority }),
    });
  return agent;
}

/** The library tries again by itself and in its own time; here a platform tries once and tells. */
function withoutRetries(messaging: Messaging): void {
  const { messagingRequestHandler: handler } = messaging as unknown as {
    messagingRequestHandler: { httpClient: { retry: unknown } };
  };
  handler.httpClient.retry = null;
}

async function send(handing: Handing<"fcm">, client: Client, parts: PlatformParts): Promise<Outcome> {
  const { message, id, address, receipt } = handing;
  const body = fcmBody(message, id, receipt);
  const large = tooLarge(
    utf8Bytes(JSON.stringify(body.notification)) + utf8Bytes(JSON.stringify(body.data)),
    limits.payloadBytes,
  );
  if (large !== null) return large;
  const ttl = timeLeft(handing, parts.clock, limits) * SECOND;
  const { messaging } = client;
  const wire = { ...body, android: { ...body.android, ttl }, token: address.token };
  try {
    return sent(await messaging.send(wire));
  } catch (error) {
    if ((error as FirebaseFault).httpResponse?.status !== UNAUTHORIZED) return outcomeOf(error, parts);
    // Its time was not over: a new one, once, whoever of those under way asks for it first.
    if (client.messaging === messaging) client.renew();
    return client.messaging.send(wire).then(sent, (again) => outcomeOf(again, parts));
  }
}

const UNAUTHORIZED = 401;

interface FirebaseFault {
  code?: string;
  message?: string;
  httpResponse?: { status?: number; headers?: Record<string, string | undefined> };
}

function outcomeOf(error: unknown, { clock }: PlatformParts): Outcome {
  const fault = error as FirebaseFault;
  const token = tokenFault(error);
  if (token !== null)
    return token.status >= 500 || token.status === 429 ? retryable(token.message) : refused(token.message);
  const code = fault.code ?? "";
  const status = fault.httpResponse?.status;
  const reason = `${code} ${reasonOf(error)}`.trim();
  const retryAfterMs = readRetryAfter(fault.httpResponse?.headers?.["retry-after"], clock);
  switch (code) {
    case "messaging/registration-token-not-registered":
      return gone("the app's registration has ended (UNREGISTERED)");
    case "messaging/message-rate-exceeded":
    case "messaging/device-message-rate-exceeded":
    case "messaging/topics-message-rate-exceeded":
      return later(429, reason, retryAfterMs);
    case "messaging/server-unavailable":
    case "messaging/internal-error":
      return later(503, reason, retryAfterMs);
  }
  if (status === undefined) return ofFault(error);
  return status === 429 || status >= 500 ? later(status, reason, retryAfterMs) : refused(reason);
}

/** The library wraps what the getter of tokens throws. */
function tokenFault(error: unknown): TokenError | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at instanceof TokenError) return at;
  return null;
}
