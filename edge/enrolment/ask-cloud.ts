import * as v from "valibot";
import { problemSchema } from "../../protocol/api/problem.ts";
import { ERRORS, type ErrorCode, type Result, refuse } from "../../protocol/errors.ts";
import {
  claimCodeSchema,
  type EnrollResponse,
  enrollResponseSchema,
  formatClaimCode,
} from "../../protocol/gateways/gateway.ts";
import { SECOND } from "../../protocol/units.ts";
import { check } from "../../protocol/validate.ts";
import { unreachable } from "../clock/unreachable.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Long enough for a slow line, short enough for the person who waits for the prompt. */
export const ANSWER_WITHIN_MS = 20 * SECOND;

/**
 * Exchanges a claim code and a public key for an identity. Codes: those of the cloud (`claim.unknown`, `claim.used`,
 * `claim.expired`, `auth.too-many`, …), `cloud.unreachable`, `cloud.certificate-time`, `cloud.unexpected-answer`.
 */
export async function askCloud(
  request: { cloudUrl: string; claim: string; name: string; replace: boolean },
  { publicKey, version }: { publicKey: string; version: string },
  fetch: Fetch,
  nowMs: number,
): Promise<Result<EnrollResponse>> {
  const claim = v.safeParse(claimCodeSchema, request.claim);
  if (!claim.success) {
    return refuse(
      "claim.unknown",
      `${request.claim} is not a claim code; they look like ${formatClaimCode("7KQF2M9D")}`,
    );
  }
  const url = `${request.cloudUrl}/api/v1/gateways/enroll`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({
        claim: formatClaimCode(claim.output),
        publicKey,
        name: request.name,
        version: version.slice(0, 40),
        // An older cloud would not know what it is.
        ...(request.replace ? { replace: true } : {}),
      }),
      // A redirect would turn the POST into a GET, or carry the code somewhere it was not meant for.
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    text = await response.text();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, refusal: unreachable(url, why, nowMs) };
  }
  return readAnswer(url, response, text);
}

function readAnswer(url: string, response: Response, text: string): Result<EnrollResponse> {
  const body = parseJson(text);
  if (response.ok) {
    const answer = check(enrollResponseSchema, body);
    return answer.ok ? answer : refuse("cloud.unexpected-answer", `${url}: ${describe(response)}`);
  }
  const problem = v.safeParse(problemSchema, body);
  if (!problem.success) return refuse("cloud.unexpected-answer", `${url}: ${describe(response)}`);
  const { code, title, detail } = problem.output;
  if (Object.hasOwn(ERRORS, code)) return refuse(code as ErrorCode, detail);
  return refuse("cloud.unexpected-answer", `${title}: ${detail}`);
}

function describe(response: Response): string {
  const location = response.headers.get("location");
  const type = response.headers.get("content-type") ?? "no content type";
  return location === null
    ? `status ${response.status}, ${type}`
    : `status ${response.status}, a redirect to ${location}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
