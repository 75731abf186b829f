import type { Clock } from "../../protocol/clock.ts";
import { accept, type ErrorCode, type Result, refuse } from "../../protocol/errors.ts";
import { formatProof, parseChallenge, proofSigningText } from "../../protocol/gateways/request-proof.ts";
import { isJsonObject, parseJson } from "../../protocol/json.ts";
import { MINUTE } from "../../protocol/units.ts";
import { unreachable } from "../clock/unreachable.ts";
import type { Fetch, GatewayIdentity } from "../enrolment/enrolment.ts";

export interface CloudDownloadParts {
  identity: GatewayIdentity;
  clock: Clock;
  fetch: Fetch;
}

/** A line on which nothing comes for so long is none. */
const SILENCE_MS = MINUTE;
/** What the cloud says when it will say the same the next time. Anything else is worth another try. */
const FINAL: readonly ErrorCode[] = [
  "record.not-found",
  "gateway.unknown",
  "gateway.bad-signature",
  "gateway.revoked",
];

/**
 * The bytes of a firmware from the cloud, over HTTP beside the gateway's line: it can be cut off and gone on with at any byte,
 * and what the line is for does not wait behind it. The gateway proves who it is as on the line, with its key.
 */
export class CloudDownload {
  readonly #parts: CloudDownloadParts;

  constructor(parts: CloudDownloadParts) {
    this.#parts = parts;
  }

  /**
   * Hands over all from byte `from` on. Codes: `cloud.unreachable` and `cloud.certificate-time` (worth another try),
   * `record.not-found`, `gateway.…`.
   */
  async read(
    sha256: string,
    from: number,
    signal: AbortSignal,
    each: (bytes: Uint8Array) => Promise<void>,
  ): Promise<Result<void>> {
    const { identity, clock } = this.#parts;
    const known = identity.read();
    if (known === null) return refuse("gateway.unknown", "this gateway is not enrolled");
    const url = `${known.cloudUrl}/api/v1/gateways/firmware/${sha256}`;
    const silence = new AbortController();
    let cancel = clock.after(SILENCE_MS, () => silence.abort());
    const heard = (): void => {
      cancel();
      cancel = clock.after(SILENCE_MS, () => silence.abort());
    };
    const ended = AbortSignal.any([signal, silence.signal]);
    try {
      const answer = await this.#ask(url, known.gatewayId, from, ended);
      if (!answer.ok) return answer;
      const isWhole = answer.value.status === 200;
      if (isWhole && from > 0) return refuse("cloud.unreachable", `${url}: answers with no part of it`);
      for await (const bytes of answer.value.body ?? []) {
        heard();
        await each(bytes);
      }
      return accept(undefined);
    } catch (error) {
      const why = silence.signal.aborted
        ? `nothing came for ${SILENCE_MS / 1_000} s`
        : error instanceof Error
          ? error.message
          : String(error);
      const { detail } = unreachable(url, why, clock.nowMs());
      return refuse("cloud.unreachable", detail);
    } finally {
      cancel();
      // What is left of the answer is not read.
      silence.abort();
    }
  }

  /** Asks without a proof for a nonce, and then with one. */
  async #ask(url: string, gateway: string, from: number, signal: AbortSignal): Promise<Result<Response>> {
    const { fetch, identity } = this.#parts;
    const headers = {
      "accept-encoding": "identity",
      ...(from === 0 ? {} : { range: `bytes=${from}-` }),
    };
    // A redirect would carry the proof to where it was not meant for.
    const init = { headers, redirect: "manual", signal } as const;
    const first = await fetch(url, init);
    const nonce = parseChallenge(first.headers.get("www-authenticate") ?? "");
    if (nonce === null) return refused(url, first);
    await first.body?.cancel();
    const signature = identity.sign(proofSigningText(nonce, gateway, new URL(url).pathname));
    if (!signature.ok) return signature;
    const authorization = formatProof({ gateway, nonce, signature: signature.value });
    const answer = await fetch(url, { ...init, headers: { ...headers, authorization } });
    return answer.status === 200 || answer.status === 206 ? accept(answer) : refused(url, answer);
  }
}

async function refused(url: string, answer: Response): Promise<Result<never>> {
  const body = parseJson(await answer.text());
  const problem = body.ok && isJsonObject(body.value) ? body.value : {};
  const code = FINAL.find((one) => one === problem.code);
  if (code !== undefined) return refuse(code, String(problem.detail));
  return refuse("cloud.unreachable", `${url}: answered ${answer.status}`);
}
