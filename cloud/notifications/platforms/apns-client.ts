import type { ClientHttp2Session, OutgoingHttpHeaders } from "node:http2";
import type { Provider } from "apn";

/** What the library says of a message that Apple did not take. */
export interface ApnsFault {
  status?: number | string;
  response?: { reason?: string };
  error?: Error;
  retryAfterHeader?: string | undefined;
}

type Session = Pick<ClientHttp2Session, "request" | "setMaxListeners">;
type Request = (session: Session, ...rest: unknown[]) => Promise<unknown>;

/**
 * The library looks for `Retry-After` in capitals, which HTTP/2 does not have (RFC 9113 section 8.2), and keeps to
 * itself what it finds. This has every fault bring the header along.
 */
export function keepRetryAfter(provider: Provider): void {
  const { client } = provider as unknown as { client: { request: Request } };
  const request = client.request.bind(client);
  const seen = new WeakSet<object>();
  client.request = async (session, ...rest) => {
    let retryAfterHeader: string | undefined;
    // Each request under way listens to the session; ten are no leak.
    if (!seen.has(session)) session.setMaxListeners(0);
    seen.add(session);
    const watched = {
      request(headers?: OutgoingHttpHeaders) {
        const stream = session.request(headers);
        stream.once("response", (answered) => {
          const value = answered["retry-after"];
          if (typeof value === "string") retryAfterHeader = value;
        });
        return stream;
      },
    };
    try {
      return await request(watched as Session, ...rest);
    } catch (error) {
      throw Object.assign(error as object, { retryAfterHeader });
    }
  };
}
