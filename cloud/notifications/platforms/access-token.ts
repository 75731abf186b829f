/** What an OAuth 2.0 token endpoint answers. */

/** The token endpoint answered, and with no token: the credentials are at fault, or Google is. */
export class TokenError extends Error {
  override readonly name = "TokenError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The token in an answer of an OAuth 2.0 token endpoint (RFC 6749 section 5). Throws a {@link TokenError}. */
export function readToken({ status, text }: { status: number; text: string }): string {
  let body: { access_token?: unknown; error?: unknown; error_description?: unknown } = {};
  try {
    body = JSON.parse(text) as typeof body;
  } catch {
    // What is no JSON has no token either.
  }
  if (status === 200 && typeof body.access_token === "string") return body.access_token;
  const reason = typeof body.error === "string" ? body.error : "no token";
  throw new TokenError(status, `the token endpoint answered ${status} ${reason}`);
}

/**
 * One that refuses once may be in the middle of a change of its own: it is asked once more before anything that needs the token
 * is given up.
 */
export async function askedTwice(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return ask();
  }
}
