import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { readdirSync } from "node:fs";
import { FIRMWARE_KEPT_MS, type Firmware } from "../../protocol/firmware/firmware.ts";
import { formatProof, parseChallenge, proofSigningText } from "../../protocol/gateways/request-proof.ts";
import type { Job } from "../../protocol/jobs/job.ts";
import { MIB, MINUTE } from "../../protocol/units.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { type Person, startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
let estate: Estate;
beforeEach(async () => {
  cloud = await startCloud();
  estate = await addEstate(cloud, cloud.owner, "Store", { "till-1": {} });
});
afterEach(() => cloud[Symbol.asyncDispose]());

const BYTES = Buffer.from("the firmware of a till, version 8");
const SHA256 = sha256Of(BYTES);
function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const ask = (query: Record<string, string>, body: Uint8Array<ArrayBuffer> = BYTES, as = cloud.owner) =>
  cloud.api(`/firmware?${new URLSearchParams(query)}`, as, { method: "POST", body });
async function upload(query: Record<string, string> = {}, body?: Uint8Array<ArrayBuffer>, as?: Person) {
  const answer = await ask({ name: "till", version: "8.0.0", ...query }, body, as);
  if (answer.status !== 201) throw new Error(await answer.text());
  return (await answer.json()) as Firmware;
}
const code = async (answer: Response): Promise<string> => {
  const { code } = (await answer.json()) as { code: string };
  return `${answer.status} ${code}`;
};
const files = () =>
  readdirSync(cloud.firmwareDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
/** Lets go for good what is due, and waits for its bytes to go too. */
async function sweep(): Promise<void> {
  await cloud.cloud.purge.sweep();
  await cloud.db.write(async () => undefined);
}
const list = async (query = "") =>
  await cloud.read<{ items: Firmware[]; total: number; nextCursor: string | null }>(`/firmware${query}`);

describe("firmware", () => {
  test("is uploaded, listed, read and deleted, each in the audit log, its bytes under their SHA-256", async () => {
    const made = await upload({ deviceType: "payment-terminal", sha256: SHA256.toUpperCase() });
    expect(made).toMatchObject({
      ...{ name: "till", version: "8.0.0", deviceType: "payment-terminal" },
      ...{ sha256: SHA256, sizeBytes: BYTES.length, openJobs: 0 },
      createdBy: { id: cloud.owner.scope.userId, name: "Owner" },
    });
    expect(files()).toEqual([SHA256]);
    expect(await cloud.read<Firmware>(`/firmware/${made.id}`)).toEqual(made);
    const gone = await cloud.api(`/firmware/${made.id}`, cloud.owner, { method: "DELETE" });
    expect(gone.status).toBe(204);
    expect(await code(await cloud.api(`/firmware/${made.id}`, cloud.owner))).toBe("404 record.not-found");
    expect(files()).toEqual([SHA256]);
    cloud.clock.advance(FIRMWARE_KEPT_MS);
    await sweep();
    expect(files()).toEqual([]);
    const audit = await cloud.read<{ items: { action: string; target: { name: string } }[] }>("/audit");
    const deeds = audit.items.filter(({ action }) => action.startsWith("firmware."));
    expect(deeds.map(({ action, target }) => [action, target.name])).toEqual([
      ["firmware.purge", "till 8.0.0"],
      ["firmware.delete", "till 8.0.0"],
      ["firmware.upload", "till 8.0.0"],
    ]);
  });

  test("that was uploaded twice is there once, until the last record of it goes", async () => {
    const other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
    const [own, theirs] = [await upload(), await upload({}, BYTES, other)];
    expect(files()).toEqual([SHA256]);
    await cloud.api(`/firmware/${theirs.id}`, other, { method: "DELETE" });
    cloud.clock.advance(FIRMWARE_KEPT_MS);
    await sweep();
    expect(files()).toEqual([SHA256]);
    expect(await code(await cloud.api(`/firmware/${own.id}`, other))).toBe("404 record.not-found");
    expect(await code(await cloud.api(`/firmware/${own.id}`, other, { method: "DELETE" }))).toBe(
      "404 record.not-found",
    );
  });

  test("that was deleted comes back for a day, unless another has its name by then", async () => {
    const made = await upload();
    const remove = () => cloud.api(`/firmware/${made.id}`, cloud.owner, { method: "DELETE" });
    const restore = (as = cloud.owner) => cloud.api(`/firmware/${made.id}/restore`, as, { method: "POST" });
    expect(await code(await restore())).toBe("404 record.not-found");
    await remove();
    expect((await list()).total).toBe(0);
    const other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
    expect(await code(await restore(other))).toBe("404 record.not-found");
    const back = await restore();
    expect([back.status, await back.json()]).toEqual([200, made]);
    await remove();
    await upload({}, Buffer.from("another of the same name"));
    expect(await code(await restore())).toBe("409 record.conflict");
    cloud.clock.advance(FIRMWARE_KEPT_MS - 1);
    await sweep();
    expect(files()).toHaveLength(2);
    cloud.clock.advance(1);
    await sweep();
    expect([files().length, await code(await restore())]).toEqual([1, "404 record.not-found"]);
  });

  test("that was deleted keeps its room until an upload needs it", async () => {
    const [one, two] = [await upload({ version: "1" }, Buffer.alloc(MIB, 1)), await upload({ version: "2" })];
    await cloud.api(`/firmware/${one.id}`, cloud.owner, { method: "DELETE" });
    await cloud.api(`/firmware/${two.id}`, cloud.owner, { method: "DELETE" });
    await upload({ version: "3" }, Buffer.from("small"));
    expect(files()).toHaveLength(3);
    await upload({ version: "4" }, Buffer.alloc(MIB, 4));
    await cloud.db.write(async () => undefined);
    expect(files()).toHaveLength(2);
  });

  test("is found by what it is called and whom it is for, sorted, page by page", async () => {
    await upload({ name: "till", version: "1", deviceType: "payment-terminal" }, Buffer.from("aaa"));
    cloud.clock.advance(1_000);
    await upload({ name: "camera", version: "2.7", deviceType: "camera" }, Buffer.from("a"));
    cloud.clock.advance(1_000);
    await upload({ name: "boot", version: "1" }, Buffer.from("aa"));
    const names = async (query: string) => (await list(query)).items.map(({ name }) => name);
    expect(await names("")).toEqual(["boot", "camera", "till"]);
    expect(await names("?sort=sizeBytes")).toEqual(["camera", "boot", "till"]);
    expect(await names("?deviceType=camera&sort=name")).toEqual(["boot", "camera"]);
    expect(await names("?q=2.7")).toEqual(["camera"]);
    const first = await list("?limit=2&sort=-name");
    expect([first.items.map(({ name }) => name), first.total]).toEqual([["till", "camera"], 3]);
    expect(await names(`?limit=2&sort=-name&cursor=${first.nextCursor}`)).toEqual(["boot"]);
    expect(await code(await cloud.api("/firmware?sort=sha256", cloud.owner))).toBe("400 request.invalid");
    expect(await code(await cloud.api("/firmware?cursor=x", cloud.owner))).toBe("400 request.invalid");
  });

  test.each([
    ["without bytes", {}, new Uint8Array(0), "400 request.invalid"],
    ["without a version", { version: " " }, BYTES, "400 request.invalid"],
    ["with a SHA-256 that is none", { sha256: "abc" }, BYTES, "400 request.invalid"],
    ["of other bytes than announced", { sha256: "0".repeat(64) }, BYTES, "422 firmware.damaged"],
    ["larger than is taken", {}, new Uint8Array(MIB + 1), "413 request.too-large"],
  ])("%s is refused, and nothing is kept", async (_, query, body, refused) => {
    expect(await code(await ask({ name: "till", version: "9", ...query }, body))).toBe(refused);
    expect((await list()).total).toBe(0);
    expect(Bun.file(cloud.firmwareDirectory).size === 0 || files().length === 0).toBe(true);
  });

  test("that is taken already, or has no room, is refused", async () => {
    await upload();
    expect(await code(await ask({ name: "till", version: "8.0.0" }, Buffer.from("x")))).toBe(
      "409 record.conflict",
    );
    await upload({ version: "8.1" }, Buffer.alloc(MIB, 1));
    expect(await code(await ask({ name: "till", version: "8.2" }, Buffer.alloc(MIB, 2)))).toBe(
      "409 firmware.no-room",
    );
  });

  test("whose size nobody announces is cut off where it becomes too large", async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(64 * 1_024));
      },
    });
    const answer = await cloud.api("/firmware?name=till&version=1", cloud.owner, { method: "POST", body });
    expect(await code(answer)).toBe("413 request.too-large");
    expect(sent).toBeLessThan(40);
    expect(files()).toEqual([]);
  });
});

describe("a job that brings firmware to devices", () => {
  const job = (args: object) => ({
    ...{ kind: "firmware.transfer", arguments: args },
    targets: { sites: [estate.site] },
  });

  test("knows it by what gateways need, is named after it, and keeps it from being deleted until it has ended", async () => {
    const { id } = await upload({ deviceType: "payment-terminal" });
    const made = await cloud.api("/jobs", cloud.owner, { json: job({ firmware: id }) });
    const { name, arguments: args, id: jobId } = (await made.json()) as Job;
    expect([name, args]).toEqual([
      "till 8.0.0",
      {
        ...{ firmware: id, name: "till", version: "8.0.0", deviceType: "payment-terminal" },
        ...{ sha256: SHA256, sizeBytes: BYTES.length },
      },
    ]);
    expect((await cloud.read<Firmware>(`/firmware/${id}`)).openJobs).toBe(1);
    const remove = () => cloud.api(`/firmware/${id}`, cloud.owner, { method: "DELETE" });
    expect(await code(await remove())).toBe("409 firmware.in-use");
    expect(files()).toEqual([SHA256]);
    await cloud.api(`/jobs/${jobId}/cancel`, cloud.owner, { method: "POST" });
    expect((await remove()).status).toBe(204);
    const retried = await cloud.api(`/jobs/${jobId}/retry`, cloud.owner, { method: "POST" });
    expect(await code(retried)).toBe("409 job.wrong-state");
  });

  test("names a firmware that is there and nothing else, or is not made", async () => {
    const { id } = await upload();
    const other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
    const theirs = await upload({}, BYTES, other);
    const fields = async (args: object) => {
      const answer = await cloud.api("/jobs", cloud.owner, { json: job(args) });
      return ((await answer.json()) as { errors?: { path: string }[] }).errors?.map(({ path }) => path);
    };
    expect(await fields({})).toEqual(["arguments.firmware"]);
    expect(await fields({ firmware: theirs.id })).toEqual(["arguments.firmware"]);
    expect(await fields({ firmware: id, version: "8.0.0" })).toEqual(["arguments.version"]);
    expect((await cloud.read<{ total: number }>("/jobs")).total).toBe(0);
    expect(await fields({ firmware: id })).toBeUndefined();
  });
});

describe("what a gateway fetches", () => {
  const path = `/api/v1/gateways/firmware/${SHA256}`;
  let key: KeyObject;
  let gateway: string;

  beforeEach(async () => {
    const claimed = await cloud.api("/gateways/claim", cloud.owner, { json: { site: "Fetching" } });
    const { claim } = (await claimed.json()) as { claim: string };
    const pair = generateKeyPairSync("ed25519");
    key = pair.privateKey;
    const publicKey = String(pair.publicKey.export({ format: "jwk" }).x);
    const enrolled = await cloud.api("/gateways/enroll", null, { json: { claim, publicKey } });
    ({ gatewayId: gateway } = (await enrolled.json()) as { gatewayId: string });
  });

  const get = (authorization?: string, more: Record<string, string> = {}) => {
    const headers = { ...(authorization === undefined ? {} : { authorization }), ...more };
    return cloud.api(path.replace("/api/v1", ""), null, { headers });
  };
  const nonce = async () => parseChallenge((await get()).headers.get("www-authenticate") ?? "")!;
  const proof = (given: string, signed = path, by = gateway) => {
    const text = Buffer.from(proofSigningText(given, by, signed));
    return formatProof({ gateway: by, nonce: given, signature: sign(null, text, key).toString("base64url") });
  };

  test("are the bytes, whole or from one on, for who proves to be a gateway of the organisation", async () => {
    await upload();
    expect(await code(await get())).toBe("401 gateway.proof-required");
    const whole = await get(proof(await nonce()));
    expect([whole.status, await whole.text()]).toEqual([200, BYTES.toString()]);
    const rest = await get(proof(await nonce()), { range: "bytes=4-" });
    expect([rest.status, rest.headers.get("content-range"), await rest.text()]).toEqual([
      206,
      `bytes 4-${BYTES.length - 1}/${BYTES.length}`,
      BYTES.subarray(4).toString(),
    ]);
    const beyond = await get(proof(await nonce()), { range: `bytes=${BYTES.length}-` });
    expect(await code(beyond)).toBe("416 release.beyond-end");
  });

  test("is not given for a proof that is stale, forged, of another request, or of a gateway that was revoked", async () => {
    await upload();
    const given = await nonce();
    expect(await code(await get(proof(given, "/api/v1/gateways/firmware/other")))).toBe(
      "401 gateway.bad-signature",
    );
    expect(await code(await get(proof(given, path, estate.gateway)))).toBe("401 gateway.bad-signature");
    const [time, mac] = given.split(".");
    expect(await code(await get(proof(`${Number(time) - 1}.${mac}`)))).toBe("401 gateway.proof-required");
    expect(await code(await get(proof("none")))).toBe("401 gateway.proof-required");
    cloud.clock.advance(5 * MINUTE + 1);
    expect(await code(await get(proof(given)))).toBe("401 gateway.proof-required");
    const again = await nonce();
    await cloud.api(`/gateways/${gateway}/revoke`, cloud.owner, { method: "POST" });
    expect(await code(await get(proof(again)))).toBe("403 gateway.revoked");
  });

  test("does not exist where only another organisation has it", async () => {
    const other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
    await upload({}, BYTES, other);
    expect(await code(await get(proof(await nonce())))).toBe("404 record.not-found");
  });
});
