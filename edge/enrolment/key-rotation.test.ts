import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createPrivateKey, createPublicKey, verify } from "node:crypto";
import { copyFileSync, linkSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { keySigningText } from "../../protocol/gateways/key-rotation.ts";
import { readUplogEvent } from "../../protocol/log/kinds.ts";
import type { KeyMade } from "../../protocol/log/uplog/key-made.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { type EdgeDatabase, openDatabase } from "../database/database.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createUplog, type Uplog } from "../uplog/uplog.ts";
import { createEnrolment, type Enrolment } from "./enrolment.ts";

const GATEWAY = "0190b8e0-7c1a-7000-8000-000000000001";
const ROTATION = "0190b8e0-7c1a-7000-8000-000000000002";
const ROTATE = { kind: "key.rotate", rotation: ROTATION } as const;
const USE = { kind: "key.use", rotation: ROTATION } as const;

let directory: ReturnType<typeof temporaryDirectory>;
let db: EdgeDatabase;
let uplog: Uplog;
let enrolment: Enrolment;

/** A gateway that starts, on what is on the disk. */
function start(): Enrolment {
  return createEnrolment({
    ...{ db, uplog, dataDirectory: directory.path, version: "0.1.0" },
    clock: new ManualClock(),
    random: seededRandom(1),
    fetch: async () =>
      Response.json({ gatewayId: GATEWAY, siteId: GATEWAY, site: "Cardiff Bay", organization: "Bistro" }),
  });
}

beforeEach(async () => {
  directory = temporaryDirectory();
  db = openDatabase(":memory:", { clock: new ManualClock(), random: seededRandom(1) });
  uplog = createUplog(db);
  enrolment = start();
  await enrolment.enroll({
    ...{ cloudUrl: "http://cloud.example", claim: "7kqf-2m9d", name: "", force: false, replace: false },
  });
});
afterEach(() => {
  db.close();
  directory[Symbol.dispose]();
});

const path = (name: string): string => join(directory.path, name);
const files = (): string[] => readdirSync(directory.path).sort();
const apply = (event: typeof ROTATE | typeof USE, of = enrolment): void =>
  db.transaction(() => of.applyRotation(event));
/** The public half of a key file, as the cloud has it. */
const publicOf = (name: string): string =>
  String(createPublicKey(createPrivateKey(readFileSync(path(name)))).export({ format: "jwk" }).x);
function made(): KeyMade[] {
  return uplog.read("urgent", 0, 1_000_000).flatMap((entry) => {
    const read = readUplogEvent(entry);
    return read.ok && read.value.known && read.value.event.kind === "key.made" ? [read.value.event] : [];
  });
}
/** The key that the gateway signs with, of those that are on its disk. */
function signsWith(of: Enrolment): string {
  const signed = of.sign("a text");
  if (!signed.ok) return signed.refusal.code;
  const names = files().filter((name) => isSignedBy(publicOf(name), "a text", signed.value));
  return names[0] ?? "none";
}
function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: publicKey }, format: "jwk" });
  return verify(null, Buffer.from(text), key, Buffer.from(signature, "base64url"));
}

test("a new key is made beside the one in use, its owner's alone, and told with the signatures of both", () => {
  apply(ROTATE);
  expect(files()).toEqual(["gateway.key", "gateway.key.next"]);
  expect(statSync(path("gateway.key.next")).mode & 0o777).toBe(0o600);
  const [{ publicKey, rotation, signature, possession }] = made() as [KeyMade];
  const text = keySigningText(ROTATION, GATEWAY, publicKey);
  expect(rotation).toBe(ROTATION);
  expect(publicKey).toBe(publicOf("gateway.key.next"));
  expect(isSignedBy(publicOf("gateway.key"), text, signature)).toBe(true);
  expect(isSignedBy(publicKey, text, possession)).toBe(true);
  expect(signsWith(enrolment)).toBe("gateway.key");
  const secret = readFileSync(path("gateway.key.next"), "utf8").split("\n")[2]!;
  expect(JSON.stringify(made())).not.toContain(secret);
});

test("told again for the same rotation it is the same key; for another, another", () => {
  apply(ROTATE);
  apply(ROTATE, start());
  expect(new Set(made().map(({ publicKey }) => publicKey)).size).toBe(1);
  db.transaction(() => enrolment.applyRotation({ ...ROTATE, rotation: GATEWAY }));
  expect(new Set(made().map(({ publicKey }) => publicKey)).size).toBe(2);
});

test("once the cloud has the key it takes the place of the one before, which is kept", () => {
  const before = publicOf("gateway.key");
  apply(ROTATE);
  apply(USE);
  expect(files()).toEqual(["gateway.key", "gateway.key.former"]);
  expect([publicOf("gateway.key"), publicOf("gateway.key.former")]).toEqual([made()[0]!.publicKey, before]);
  expect(statSync(path("gateway.key")).mode & 0o777).toBe(0o600);
  expect(signsWith(enrolment)).toBe("gateway.key");
  apply(USE);
  expect(publicOf("gateway.key")).toBe(made()[0]!.publicKey);
});

test("a word about another rotation than the key was made for changes nothing", () => {
  apply(ROTATE);
  db.transaction(() => enrolment.applyRotation({ ...USE, rotation: GATEWAY }));
  expect(files()).toEqual(["gateway.key", "gateway.key.next"]);
});

describe("cut off at any step, the next start goes on to the same end", () => {
  const STEPS: [string, () => void][] = [
    ["before anything", () => undefined],
    ["half a key written", () => copyFileSync(path("gateway.key"), path("gateway.key.next.unfinished"))],
    ["the key there, and not told of", () => void prepared().prepareNext()],
  ];
  const prepared = () => ({
    prepareNext: () => {
      // The transaction is taken back, the file is not.
      expect(() =>
        db.transaction(() => {
          enrolment.applyRotation(ROTATE);
          throw new Error("the power is gone");
        }),
      ).toThrow("the power is gone");
      expect(made()).toEqual([]);
    },
  });
  test.each(STEPS)("making it: %s", (_, happened) => {
    happened();
    apply(ROTATE, start());
    expect(made()).toMatchObject([{ publicKey: publicOf("gateway.key.next") }]);
  });

  const USES: [string, () => void][] = [
    ["the second name there", () => linkSync(path("gateway.key"), path("gateway.key.former"))],
    [
      "all of it, and not committed",
      () => {
        linkSync(path("gateway.key"), path("gateway.key.former"));
        renameSync(path("gateway.key.next"), path("gateway.key"));
      },
    ],
  ];
  test.each(USES)("using it: %s", (_, happened) => {
    apply(ROTATE);
    const before = publicOf("gateway.key");
    happened();
    const next = start();
    apply(USE, next);
    expect(files()).toEqual(["gateway.key", "gateway.key.former"]);
    expect([publicOf("gateway.key"), publicOf("gateway.key.former")]).toEqual([made()[0]!.publicKey, before]);
    expect(signsWith(next)).toBe("gateway.key");
  });
});

describe("a cloud that does not know the key", () => {
  test("is tried with the new one, when the old one's day is over, and that is the gateway's then", () => {
    apply(ROTATE);
    enrolment.keyRefused();
    expect(signsWith(enrolment)).toBe("gateway.key.next");
    enrolment.keyWelcomed();
    expect(publicOf("gateway.key")).toBe(made()[0]!.publicKey);
    expect(files()).toEqual(["gateway.key", "gateway.key.former"]);
  });

  test("because it came back from a backup, is tried with the one before", () => {
    const before = publicOf("gateway.key");
    apply(ROTATE);
    apply(USE);
    enrolment.keyRefused();
    expect(signsWith(enrolment)).toBe("gateway.key.former");
    enrolment.keyWelcomed();
    expect([files(), publicOf("gateway.key")]).toEqual([["gateway.key"], before]);
  });

  test("is tried with the only one there is again and again", () => {
    enrolment.keyRefused();
    expect(signsWith(enrolment)).toBe("gateway.key");
    enrolment.keyWelcomed();
    expect(files()).toEqual(["gateway.key"]);
  });
});
