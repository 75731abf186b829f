import type { Transaction } from "kysely";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Refusal, type Result, refuse } from "../../protocol/errors.ts";
import {
  type Claim,
  type ClaimRequest,
  type EnrollRequest,
  type EnrollResponse,
  formatClaimCode,
} from "../../protocol/gateways/gateway.ts";
import { makeId } from "../../protocol/ids.ts";
import type { Random } from "../../protocol/random.ts";
import { DAY } from "../../protocol/units.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { Attempts } from "../http/attempts.ts";
import { hashClaimCode, makeClaimCode } from "./claim-code.ts";
import { NO_ROTATION } from "./key-rotation.ts";

/** How long a claim code is good for. */
export const CLAIM_LIFETIME_MS = DAY;

export interface EnrolmentParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  /** The site of this name, made when it is missing. */
  ensureSite(organizationId: string, name: string): Promise<{ id: string; name: string }>;
  organizationName(organizationId: string): Promise<string>;
}

/** How a gateway comes to belong to a site: a person makes a code, the gateway exchanges it for its own identity. */
export class Enrolment {
  readonly #parts: EnrolmentParts;
  readonly #attempts: Attempts;

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
    this.#attempts = new Attempts(parts.clock);
  }

  /** Makes a code. It is in the answer and nowhere else. Codes: `record.not-found`. */
  async claim(organizationId: string, request: ClaimRequest): Promise<Result<Claim>> {
    const { db, clock, random, ensureSite } = this.#parts;
    const replaces = "replaces" in request ? request.replaces : null;
    const siteId = "siteId" in request ? request.siteId : await this.#siteOfGateway(organizationId, replaces);
    const site =
      "site" in request
        ? await ensureSite(organizationId, request.site)
        : await this.#site(organizationId, siteId);
    if (site === undefined)
      return refuse("record.not-found", replaces === null ? "there is no such site" : `gateway ${replaces}`);
    const code = makeClaimCode(random);
    const codeHash = await hashClaimCode(code);
    const nowMs = clock.nowMs();
    const expiresMs = nowMs + CLAIM_LIFETIME_MS;
    await db.write((trx) =>
      trx
        .insertInto("gateway_claim")
        .values({
          code_hash: codeHash,
          organization_id: organizationId,
          site_id: site.id,
          created_ms: nowMs,
          expires_ms: expiresMs,
          used_ms: null,
          gateway_id: null,
          replaces,
        })
        .execute(),
    );
    const expiresAt = toTimestamp(expiresMs);
    return accept({ claim: formatClaimCode(code), site: site.name, siteId: site.id, expiresAt });
  }

  /**
   * Exchanges a code for a place as a gateway. `client` is who asks, for bounding guesses. The code is consumed in
   * the transaction that makes the gateway: of two who come with one code, one gets it. Codes: `claim.unknown`,
   * `claim.used`, `claim.expired`, `auth.too-many`.
   */
  async enroll(request: EnrollRequest, client: string): Promise<Result<EnrollResponse>> {
    const attempt = this.#attempts.begin(client);
    if (!attempt.ok) return attempt;
    const codeHash = await hashClaimCode(request.claim);
    const enrolled = await this.#consume(request, codeHash);
    if (!enrolled.ok) return enrolled;
    this.#attempts.succeeded(client);
    const { organizationId, ...gateway } = enrolled.value;
    return accept({ ...gateway, organization: await this.#parts.organizationName(organizationId) });
  }

  #consume(request: EnrollRequest, codeHash: string): Promise<Result<Enrolled>> {
    const { db, clock, random } = this.#parts;
    const nowMs = clock.nowMs();
    const newId = makeId(nowMs, random);
    return db.write(async (trx) => {
      if (request.replace && (await isForNewGateway(trx, codeHash)))
        return refuse("claim.not-replacing", "it was made for a site");
      const claim = await trx
        .updateTable("gateway_claim")
        .set((eb) => ({ used_ms: nowMs, gateway_id: eb.fn.coalesce("replaces", eb.val(newId)) }))
        .where("code_hash", "=", codeHash)
        .where("used_ms", "is", null)
        .where("expires_ms", ">", nowMs)
        .returning(["organization_id", "site_id", "replaces"])
        .executeTakeFirst();
      if (claim === undefined) {
        const earlier = await enrolledBefore(trx, codeHash, request.publicKey);
        if (earlier !== undefined) return accept(earlier);
        const found = await trx
          .selectFrom("gateway_claim")
          .select(["used_ms", "expires_ms"])
          .where("code_hash", "=", codeHash)
          .executeTakeFirst();
        return { ok: false, refusal: whyNot(found) };
      }
      const site = await trx
        .selectFrom("site")
        .select("name")
        .where("id", "=", claim.site_id)
        .executeTakeFirstOrThrow();
      const { site_id: siteId, organization_id: organizationId, replaces } = claim;
      if (replaces !== null) {
        await takePlace(trx, replaces, request, nowMs);
        return accept({ gatewayId: replaces, siteId, site: site.name, organizationId, replaced: true });
      }
      await trx
        .insertInto("gateway")
        .values({
          id: newId,
          organization_id: claim.organization_id,
          site_id: claim.site_id,
          name: request.name || site.name,
          public_key: request.publicKey,
          key_since_ms: nowMs,
          created_ms: nowMs,
          version: request.version || null,
          downlog_epoch: makeId(nowMs, random),
          urgent_head: 0,
          bulk_head: 0,
          downlog_head: 0,
          downlog_acked: 0,
        })
        .execute();
      return accept({ gatewayId: newId, siteId, site: site.name, organizationId, replaced: false });
    });
  }

  async #siteOfGateway(organizationId: string, gatewayId: string | null): Promise<string> {
    const row = await this.#parts.db.read
      .selectFrom("gateway")
      .select("site_id")
      .where("id", "=", gatewayId)
      .where("organization_id", "=", organizationId)
      .executeTakeFirst();
    return row?.site_id ?? "";
  }

  #site(organizationId: string, siteId: string): Promise<{ id: string; name: string } | undefined> {
    return this.#parts.db.read
      .selectFrom("site")
      .select(["id", "name"])
      .where("id", "=", siteId)
      .where("organization_id", "=", organizationId)
      .where("deleted_ms", "is", null)
      .executeTakeFirst();
  }
}

interface Enrolled {
  gatewayId: string;
  siteId: string;
  site: string;
  organizationId: string;
  replaced: boolean;
}

async function isForNewGateway(trx: Transaction<Tables>, codeHash: string): Promise<boolean> {
  const claim = await trx
    .selectFrom("gateway_claim")
    .select("replaces")
    .where("code_hash", "=", codeHash)
    .executeTakeFirst();
  return claim !== undefined && claim.replaces === null;
}

/** Another machine is this gateway from now on, and the one before is not let in any more, whatever it was. */
async function takePlace(
  trx: Transaction<Tables>,
  gatewayId: string,
  { publicKey, name, version }: EnrollRequest,
  nowMs: number,
): Promise<void> {
  const { public_key } = await trx
    .selectFrom("gateway")
    .select("public_key")
    .where("id", "=", gatewayId)
    .executeTakeFirstOrThrow();
  await trx
    .insertInto("gateway_former_key")
    .values({ gateway_id: gatewayId, public_key, replaced_ms: nowMs })
    .onConflict((conflict) =>
      conflict.columns(["gateway_id", "public_key"]).doUpdateSet({ replaced_ms: nowMs }),
    )
    .execute();
  await trx
    .updateTable("gateway")
    .set({
      public_key: publicKey,
      key_since_ms: nowMs,
      revoked_ms: null,
      ...NO_ROTATION,
      ...{ run: null, former_run: null, cloned_ms: null },
      ...(name === "" ? {} : { name }),
      ...(version === "" ? {} : { version }),
    })
    .where("id", "=", gatewayId)
    .execute();
}

/** The gateway that this very key became with this code: its answer was lost on the way, and it asks again. */
async function enrolledBefore(
  trx: Transaction<Tables>,
  codeHash: string,
  publicKey: string,
): Promise<Enrolled | undefined> {
  const row = await trx
    .selectFrom("gateway_claim")
    .innerJoin("gateway", "gateway.id", "gateway_claim.gateway_id")
    .innerJoin("site", "site.id", "gateway.site_id")
    .select([
      "gateway.id as gatewayId",
      "gateway.site_id as siteId",
      "site.name as site",
      "gateway.organization_id as organizationId",
      "gateway_claim.replaces",
    ])
    .where("gateway_claim.code_hash", "=", codeHash)
    .where("gateway.public_key", "=", publicKey)
    .where("gateway.revoked_ms", "is", null)
    .where("gateway.paused_ms", "is", null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { replaces, ...gateway } = row;
  return { ...gateway, replaced: replaces !== null };
}

function whyNot(claim: { used_ms: number | null; expires_ms: number } | undefined): Refusal {
  if (claim === undefined) return { code: "claim.unknown", detail: "no such code was made here" };
  if (claim.used_ms !== null) return { code: "claim.used", detail: `at ${toTimestamp(claim.used_ms)}` };
  return { code: "claim.expired", detail: `at ${toTimestamp(claim.expires_ms)}` };
}
