import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { type ErrorCode, toProblem } from "../../protocol/errors.ts";
import { toEntry } from "../../protocol/log/kinds.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { type EdgeDatabase, openDatabase } from "../database/database.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createUplog, type Uplog } from "../uplog/uplog.ts";
import { createEnrolment, type Enrolment, isReadableOnTheWay, parseCloudUrl } from "./enrolment.ts";

const GATEWAY = "0190b8e0-7c1a-7000-8000-000000000001";
const SECOND_GATEWAY = "0190b8e0-7c1a-7000-8000-000000000002";
const REQUEST = {
  cloudUrl: "http://cloud.example",
  claim: "7kqf-2m9d",
  name: "Back office",
  force: false,
  replace: false,
};

let directory: ReturnType<typeof temporaryDirectory>;
let db: EdgeDatabase;
let uplog: Uplog;
let enrolment: Enrolment;
let answer: () => Response;
let asked: { url: string; body: Record<string, string>; redirect: RequestRedirect | undefined }[];

beforeEach(() => {
  directory = temporaryDirectory();
  const clock = new ManualClock();
  const random = seededRandom(1);
  db = openDatabase(":memory:", { clock, random });
  uplog = createUplog(db);
  asked = [];
  answer = () => identity(GATEWAY);
  enrolment = createEnrolment({
    db,
    uplog,
    dataDirectory: directory.path,
    clock,
    random,
    version: "0.1.0",
    fetch: async (url, init) => {
      asked.push({ url, body: JSON.parse(String(init.body)), redirect: init.redirect });
      return answer();
    },
  });
});

afterEach(() => {
  db.close();
  directory[Symbol.dispose]();
});

const identity = (gatewayId: string): Response =>
  Response.json({ gatewayId, siteId: gatewayId, site: "Cardiff Bay", organization: "Bistro" });
const problem = (code: ErrorCode, detail = "why"): Response =>
  Response.json(toProblem({ code, detail }), { status: toProblem({ code, detail }).status });
const files = (): string[] => readdirSync(directory.path).sort();

async function verify(publicKey: string, text: string, signature: string): Promise<boolean> {
  const raw = Uint8Array.fromBase64(publicKey, { alphabet: "base64url" });
  const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
  const bytes = Uint8Array.fromBase64(signature, { alphabet: "base64url" });
  return crypto.subtle.verify("Ed25519", key, bytes, new TextEncoder().encode(text));
}

describe("enrolment", () => {
  test("sends the claim and a public key, keeps the private one, and knows who it is from then on", async () => {
    expect(enrolment.read()).toBeNull();
    const known = {
      gatewayId: GATEWAY,
      site: "Cardiff Bay",
      organization: "Bistro",
      cloudUrl: REQUEST.cloudUrl,
    };
    expect(await enrolment.enroll(REQUEST)).toEqual({ ok: true, value: { ...known, replaced: false } });
    expect(enrolment.read()).toEqual(known);
    expect(asked).toEqual([
      {
        url: "http://cloud.example/api/v1/gateways/enroll",
        body: {
          claim: "7KQF-2M9D",
          publicKey: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
          name: "Back office",
          version: "0.1.0",
        },
        redirect: "manual",
      },
    ]);
    const signed = enrolment.sign("a text");
    expect(signed.ok && (await verify(asked[0]!.body.publicKey!, "a text", signed.value))).toBe(true);
  });

  test("the private key is its owner's alone, and does not leave the machine", async () => {
    await enrolment.enroll(REQUEST);
    expect(files()).toEqual(["gateway.key"]);
    const path = `${directory.path}/gateway.key`;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const pem = readFileSync(path, "utf8");
    expect(pem).toStartWith("-----BEGIN PRIVATE KEY-----");
    const secret = pem.split("\n")[1]!;
    expect(JSON.stringify(asked)).not.toContain(secret);
  });

  test("an answer lost on its way: the next attempt asks for the same gateway, with the same key", async () => {
    answer = () => {
      throw new TypeError("the connection was closed");
    };
    expect(await enrolment.enroll(REQUEST)).toMatchObject({
      ok: false,
      refusal: { code: "cloud.unreachable" },
    });
    answer = () => identity(GATEWAY);
    expect(await enrolment.enroll(REQUEST)).toMatchObject({ ok: true });
    expect(asked[0]!.body.publicKey).toBe(asked[1]!.body.publicKey!);
  });

  test("a pending key that a crash cut short is made anew", async () => {
    writeFileSync(`${directory.path}/gateway.key.new`, "-----BEGIN PRI");
    expect(await enrolment.enroll(REQUEST)).toMatchObject({ ok: true });
    expect(enrolment.sign("x")).toMatchObject({ ok: true });
  });

  test("a gateway without its key, or with another kind of key, cannot sign", () => {
    expect(enrolment.sign("x")).toMatchObject({
      ok: false,
      refusal: { code: "gateway.key-unusable", detail: expect.stringContaining("gateway.key") },
    });
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    writeFileSync(`${directory.path}/gateway.key`, privateKey.export({ type: "pkcs8", format: "pem" }));
    expect(enrolment.sign("x")).toMatchObject({
      ok: false,
      refusal: { detail: expect.stringContaining("not an Ed25519 key") },
    });
  });
});

describe("a gateway that is enrolled already", () => {
  test("stays who it is, and the cloud is not asked", async () => {
    await enrolment.enroll(REQUEST);
    const key = readFileSync(`${directory.path}/gateway.key`);
    expect(await enrolment.enroll(REQUEST)).toEqual({
      ok: false,
      refusal: { code: "gateway.enrolled", detail: "it belongs to site Cardiff Bay at http://cloud.example" },
    });
    expect(asked.length).toBe(1);
    expect(readFileSync(`${directory.path}/gateway.key`)).toEqual(key);
  });

  test("gets another identity by force: the new one is told all the log still holds, under a new epoch", async () => {
    await enrolment.enroll(REQUEST);
    const event = toEntry({ kind: "device.removed", device: "till-1" }, 1);
    db.transaction(() => [event, event].map((entry) => uplog.append(entry)));
    uplog.acknowledged("urgent", 1);
    db.sqlite.run("UPDATE identity SET downlog_epoch = 'x', downlog_seq = 9");
    const epoch = uplog.epoch;
    const key = readFileSync(`${directory.path}/gateway.key`);

    answer = () => identity(SECOND_GATEWAY);
    expect(await enrolment.enroll({ ...REQUEST, force: true })).toMatchObject({ ok: true });
    expect(enrolment.read()).toMatchObject({ gatewayId: SECOND_GATEWAY });
    expect(readFileSync(`${directory.path}/gateway.key`)).not.toEqual(key);
    expect([uplog.epoch === epoch, uplog.acked("urgent"), uplog.waiting("urgent")]).toEqual([false, 0, 2]);
    expect(db.sqlite.query("SELECT downlog_epoch, downlog_seq FROM identity").get()).toEqual({
      downlog_epoch: null,
      downlog_seq: 0,
    });
  });

  test("keeps the old one when the new one is refused", async () => {
    await enrolment.enroll(REQUEST);
    const key = readFileSync(`${directory.path}/gateway.key`);
    answer = () => problem("claim.expired");
    expect(await enrolment.enroll({ ...REQUEST, force: true })).toMatchObject({ ok: false });
    expect(enrolment.read()).toMatchObject({ gatewayId: GATEWAY });
    expect(readFileSync(`${directory.path}/gateway.key`)).toEqual(key);
  });
});

describe("what can go wrong", () => {
  const CASES: [string, () => Response, ErrorCode, string][] = [
    [
      "a code that does not exist",
      () => problem("claim.unknown", "no such code"),
      "claim.unknown",
      "no such code",
    ],
    ["a used code", () => problem("claim.used", "at noon"), "claim.used", "at noon"],
    ["an expired code", () => problem("claim.expired", "at noon"), "claim.expired", "at noon"],
    ["too many attempts", () => problem("auth.too-many", "wait"), "auth.too-many", "wait"],
    [
      "a page instead of an answer",
      () => new Response("<html>", { headers: { "content-type": "text/html" } }),
      "cloud.unexpected-answer",
      "http://cloud.example/api/v1/gateways/enroll: status 200, text/html",
    ],
    [
      "an error page",
      () => new Response("<html>", { status: 502, headers: { "content-type": "text/html" } }),
      "cloud.unexpected-answer",
      "http://cloud.example/api/v1/gateways/enroll: status 502, text/html",
    ],
    [
      "a redirect",
      () => new Response(null, { status: 301, headers: { location: "https://cloud.example/" } }),
      "cloud.unexpected-answer",
      "http://cloud.example/api/v1/gateways/enroll: status 301, a redirect to https://cloud.example/",
    ],
    [
      "JSON of another service",
      () => Response.json({ ok: true }),
      "cloud.unexpected-answer",
      "http://cloud.example/api/v1/gateways/enroll: status 200, application/json;charset=utf-8",
    ],
    [
      "an error that only a newer cloud knows",
      () =>
        Response.json(
          { ...toProblem({ code: "claim.used", detail: "why" }), code: "claim.odd" },
          { status: 409 },
        ),
      "cloud.unexpected-answer",
      "This claim code was used already: why",
    ],
  ];
  for (const [name, respond, code, detail] of CASES) {
    test(`${name} is told as ${code}, and nothing is enrolled`, async () => {
      answer = respond;
      expect(await enrolment.enroll(REQUEST)).toEqual({ ok: false, refusal: { code, detail } });
      expect(enrolment.read()).toBeNull();
      expect(files()).toEqual(["gateway.key.new"]);
    });
  }

  test("what cannot be a claim code is not even sent", async () => {
    expect(await enrolment.enroll({ ...REQUEST, claim: "1234" })).toEqual({
      ok: false,
      refusal: { code: "claim.unknown", detail: "1234 is not a claim code; they look like 7KQF-2M9D" },
    });
    expect(asked).toEqual([]);
  });
});

describe("the cloud's address", () => {
  test.each([
    ["https://homepot.example", "https://homepot.example"],
    [" https://homepot.example/ ", "https://homepot.example"],
    ["http://10.0.0.7:8080/homepot//", "http://10.0.0.7:8080/homepot"],
    ["homepot.example", null],
    ["ftp://homepot.example", null],
    ["https://user:secret@homepot.example", null],
    ["https://homepot.example/login?next=/", null],
    ["https://homepot.example/#top", null],
    ["", null],
  ])("%p is read as %p", (text, url) => {
    expect(parseCloudUrl(text)).toBe(url);
  });

  test("what crosses a network in the clear is known as such", () => {
    expect(
      [
        "http://homepot.example",
        "http://127.0.0.1:8080",
        "http://localhost",
        "http://[::1]:1",
        "https://a.example",
      ].map(isReadableOnTheWay),
    ).toEqual([true, false, false, false, false]);
  });
});

test("another key for the same gateway leaves its logs as they are; only such a code is asked for", async () => {
  await enrolment.enroll(REQUEST);
  const { epoch } = uplog;
  answer = () => Response.json({ ...PLACE, replaced: true });
  const replaced = await enrolment.enroll({ ...REQUEST, replace: true });
  expect(replaced).toMatchObject({ ok: true, value: { gatewayId: GATEWAY, replaced: true } });
  expect(asked.map(({ body }) => body.replace)).toEqual([undefined, true as unknown as string]);
  expect(asked[1]!.body.publicKey).not.toBe(asked[0]!.body.publicKey);
  expect(uplog.epoch).toBe(epoch);
  const signed = enrolment.sign("a text");
  expect(signed.ok && (await verify(asked[1]!.body.publicKey!, "a text", signed.value))).toBe(true);
});
const PLACE = { gatewayId: GATEWAY, siteId: GATEWAY, site: "Cardiff Bay", organization: "Bistro" };
