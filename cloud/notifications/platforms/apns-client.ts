import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import type { Provider } from "apn";

/** What the library says of a message that Apple did not take. */
export interface ApnsFault {
  status?: number | string;
  response?: { reason?: string };
  error?: Error;
  retryAfterHeader?: string | undefined;
}

type Request = (session: Pick<ClientHttp2Session, "request">, ...rest: unknown[]) => Promise<unknown>;

/**
 * Two things of the library that do not go together with HTTP/2, or with the runtime's:
 *
 * - It looks for `Retry-After` in capitals, which HTTP/2 does not have (RFC 9113 section 8.2), and keeps to itself what it
 *   finds. Here every fault brings the header along.
 * - A stream's own timeout leaves a listener at its session for ever: 2.3 KB a message, and each slower than the one
 *   before. Here the time is watched beside the stream.
 */
export function mendRequests(provider: Provider): void {
  const { client } = provider as unknown as { client: { request: Request } };
  const request = client.request.bind(client);
  client.request = async (session, ...rest) => {
    let retryAfterHeader: string | undefined;
    const watched = {
      request(headers?: OutgoingHttpHeaders) {
        const stream = session.request(headers);
        stream.once("response", (answered) => {
          const value = answered["retry-after"];
          if (typeof value === "string") retryAfterHeader = value;
        });
        timeBeside(stream);
        return stream;
      },
    };
    try {
      return await request(watched, ...rest);
    } catch (error) {
      throw Object.assign(error as object, { retryAfterHeader });
    }
  };
}

function timeBeside(stream: ClientHttp2Stream): void {
  stream.setTimeout = (timeoutMs, expired) => {
    const timer = setTimeout(() => expired?.(), timeoutMs);
    const clear = (): void => clearTimeout(timer);
    stream.once("end", clear);
    stream.once("close", clear);
    return stream;
  };
}
