import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLAIM_ALPHABET } from "../../protocol/gateways/gateway.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import type { CloudDatabase } from "../database/database.ts";
import { openSqlite } from "../database/sqlite.ts";
import { ATTEMPTS_MAX, ATTEMPTS_WINDOW_MS } from "../http/attempts.ts";
import { makeClaimCode } from "./claim-code.ts";
import { CLAIM_LIFETIME_MS, Enrolment } from "./enrolment.ts";
import { makeKeys } from "./testing/gateway-line.ts";
import { SITE, siteRow } from "./testing/start-hub.ts";

const ORGANIZATION = "organization-1";
const OTHER_SITE = "0190b8e0-7c1a-7000-8000-00000000000b";
let directory: string;
let db: CloudDatabase;
let clock: ManualClock;
let enrolment: Enrolment;
let publicKey: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "homepot-enrol-"));
  db = await openSqlite(join(directory, "cloud.db"));
  clock = new ManualClock();
  ({ publicKey } = await makeKeys());
  const makeSite = async (organizationId: string, name: string) => {
    const row = { ...siteRow(crypto.randomUUID(), organizationId), name };
    await db.write((trx) => trx.insertInto("site").values(row).execute());
    return row;
  };
  enrolment = new Enrolment({
    db,
    clock,
    random: seededRandom(3),
    ensureSite: makeSite,
    organizationName: async (id) => `Name of ${id}`,
  });
  const sites = [siteRow(SITE, ORGANIZATION), siteRow(OTHER_SITE, "organization-2")];
  await db.write((trx) => trx.insertInto("site").values(sites).execute());
});
afterEach(async () => {
  await db.close();
  rmSync(directory, { recursive: true });
});

async function makeClaim(): Promise<string> {
  const claim = await enrolment.claim(ORGANIZATION, { siteId: SITE });
  if (!claim.ok) throw new Error(claim.refusal.detail);
  return claim.value.claim.replace("-", "");
}
const enroll = (claim: string, client = "192.0.2.1", key = publicKey) =>
  enrolment.enroll({ claim, publicKey: key, name: "", version: "0.1.0", replace: false }, client);
const count = async (): Promise<number> =>
  (await db.read.selectFrom("gateway").select("id").execute()).length;

describe("a code to replace a gateway", () => {
  const replacing = async (id: string) => {
    const made = await enrolment.claim(ORGANIZATION, { replaces: id });
    return made.ok ? made.value.claim.replace("-", "") : made.refusal.code;
  };

  test("makes the machine that uses it the gateway, again when its answer was lost, and ends the key before", async () => {
    const first = await enroll(await makeClaim());
    const id = first.ok ? first.value.gatewayId : "";
    const second = await makeKeys();
    await db.write((trx) => trx.updateTable("gateway").set({ revoked_ms: 1, cloned_ms: 1 }).execute());
    const code = await replacing(id);
    for (const _ of [1, 2])
      expect(await enroll(code, "192.0.2.1", second.publicKey)).toMatchObject({
        value: { gatewayId: id, siteId: SITE, replaced: true },
      });
    expect(await db.read.selectFrom("gateway").selectAll().execute()).toMatchObject([
      { id, public_key: second.publicKey, revoked_ms: null, cloned_ms: null },
    ]);
    expect(await db.read.selectFrom("gateway_former_key").selectAll().execute()).toMatchObject([
      { gateway_id: id, public_key: publicKey },
    ]);
    expect(await enroll(code, "192.0.2.1", publicKey)).toMatchObject({ refusal: { code: "claim.used" } });
  });

  test("is what --replace asks for: another is refused, and still good", async () => {
    const code = await makeClaim();
    const request = { claim: code, publicKey, name: "", version: "", replace: true };
    expect(await enrolment.enroll(request, "192.0.2.1")).toMatchObject({
      refusal: { code: "claim.not-replacing" },
    });
    expect(await enroll(code)).toMatchObject({ ok: true, value: { replaced: false } });
  });

  test("is not made for a gateway of others", async () => {
    expect(await replacing(SITE)).toBe("record.not-found");
  });
});

describe("a claim code", () => {
  test("is eight letters that cannot be mistaken for one another, and is not stored", async () => {
    const claim = await enrolment.claim(ORGANIZATION, { siteId: SITE });
    expect(claim).toMatchObject({
      ok: true,
      value: { site: `Site ${SITE}`, siteId: SITE, expiresAt: "2026-01-02T00:00:00.000Z" },
    });
    const code = claim.ok ? claim.value.claim : "";
    expect(code).toMatch(new RegExp(`^[${CLAIM_ALPHABET}]{4}-[${CLAIM_ALPHABET}]{4}$`));
    const stored = await db.read.selectFrom("gateway_claim").selectAll().execute();
    expect(stored[0]?.code_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(stored)).not.toContain(code.replace("-", ""));
  });

  test("uses the whole alphabet", () => {
    const random = seededRandom(1);
    const letters = new Set(Array.from({ length: 200 }, () => [...makeClaimCode(random)]).flat());
    expect([...letters].sort().join("")).toBe(CLAIM_ALPHABET);
  });

  test("can be for a site by name, which is made; not for another organisation's site", async () => {
    expect(await enrolment.claim(ORGANIZATION, { site: "Cardiff Bay" })).toMatchObject({
      value: { site: "Cardiff Bay" },
    });
    expect(await enrolment.claim(ORGANIZATION, { siteId: OTHER_SITE })).toMatchObject({
      refusal: { code: "record.not-found" },
    });
  });
});

describe("enrolment", () => {
  test("exchanges a code for a place as the site's gateway", async () => {
    const enrolled = await enroll(await makeClaim());
    expect(enrolled).toMatchObject({
      ok: true,
      value: { siteId: SITE, site: `Site ${SITE}`, organization: "Name of organization-1" },
    });
    const gateway = await db.read.selectFrom("gateway").selectAll().executeTakeFirstOrThrow();
    expect(gateway).toMatchObject({
      id: enrolled.ok ? enrolled.value.gatewayId : "",
      organization_id: ORGANIZATION,
      site_id: SITE,
      name: `Site ${SITE}`,
      public_key: publicKey,
      version: "0.1.0",
      revoked_ms: null,
    });
    const claim = await db.read.selectFrom("gateway_claim").selectAll().executeTakeFirstOrThrow();
    expect(claim).toMatchObject({ used_ms: clock.nowMs(), gateway_id: gateway.id });
  });

  test("an unknown, a used and an expired code are each told apart", async () => {
    expect(await enroll("00000000")).toMatchObject({ refusal: { code: "claim.unknown" } });
    const used = await makeClaim();
    await enroll(used);
    const { publicKey: stranger } = await makeKeys();
    expect(await enroll(used, "192.0.2.1", stranger)).toMatchObject({ refusal: { code: "claim.used" } });
    const expired = await makeClaim();
    clock.advance(CLAIM_LIFETIME_MS);
    expect(await enroll(expired)).toMatchObject({ refusal: { code: "claim.expired" } });
    expect(await count()).toBe(1);
  });

  test("of many who come with one code at the same moment exactly one gets it", async () => {
    const code = await makeClaim();
    const clients = Array.from({ length: 20 }, (_, index) => `192.0.2.${index}`);
    const keys = await Promise.all(clients.map(() => makeKeys()));
    const answers = await Promise.all(
      clients.map((client, index) => enroll(code, client, keys[index]!.publicKey)),
    );
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.refusal.code]));
    expect(new Set(codes)).toEqual(new Set(["claim.used"]));
    expect(await count()).toBe(1);
  });

  test("a gateway whose answer was lost gets it again, and is still one gateway", async () => {
    const code = await makeClaim();
    const first = await enroll(code);
    clock.advance(CLAIM_LIFETIME_MS);
    expect(await enroll(code)).toEqual(first);
    expect(await count()).toBe(1);
  });

  test("a failure on the way gives the code back", async () => {
    const code = await makeClaim();
    await db.write((trx) =>
      trx.schema.alterTable("gateway").renameColumn("version", "was_version").execute(),
    );
    expect(enroll(code)).rejects.toThrow("version");
    await enroll(code).catch(() => undefined);
    await db.write((trx) =>
      trx.schema.alterTable("gateway").renameColumn("was_version", "version").execute(),
    );
    expect(await enroll(code)).toMatchObject({ ok: true });
  });

  test("guessing is stopped after some failures, for the guesser alone and for a while", async () => {
    const code = await makeClaim();
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) await enroll("00000000");
    expect(await enroll(code)).toEqual({
      ok: false,
      refusal: { code: "auth.too-many", detail: "10 attempts failed; try again in 600 s" },
    });
    expect(await enroll(await makeClaim(), "192.0.2.2")).toMatchObject({ ok: true });
    clock.advance(ATTEMPTS_WINDOW_MS);
    expect(await enroll(code)).toMatchObject({ ok: true });
  });

  test("enrolling a whole estate from one address is no guessing", async () => {
    for (let gateway = 0; gateway < 2 * ATTEMPTS_MAX; gateway += 1) {
      expect(await enroll(await makeClaim())).toMatchObject({ ok: true });
    }
  });
});
