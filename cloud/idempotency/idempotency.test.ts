import { afterAll, beforeAll, expect, test } from "bun:test";
import { getLogger } from "@logtape/logtape";
import type { Handler } from "hono";
import type { Problem } from "../../protocol/errors.ts";
import { createApp } from "../app.ts";
import type { AppEnv } from "../http/env.ts";
import { answer, bareProblem } from "../http/problem.ts";
import { ORIGIN, startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { digest } from "./digest.ts";
import { KEPT_MS, RUNNING_MAX_MS } from "./idempotency.ts";

let cloud: TestCloud;
let keys = 0;

beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const newKey = () => {
  keys += 1;
  return `key-${keys}`;
};
const addSite = (name: string, key: string, person = cloud.owner) =>
  cloud.api("/sites", person, { json: { name }, headers: { "idempotency-key": key } });
const codeOf = async (answer: Response) => ((await answer.json()) as Problem).code as string;
const sitesCalled = async (name: string) =>
  (await cloud.read<{ total: number }>(`/sites?q=${encodeURIComponent(name)}`)).total;
const blank = { description: "", address: "", timeZone: "UTC", tags: [], customAttributes: {} };
/** A request that has begun in this process, of which the test decides how it goes on. */
const begin = async (key: string) => {
  const begun = await cloud.cloud.idempotency.begin(cloud.owner.scope, key, await digest(key));
  if (!begun.ok || begun.value.kind !== "runs") throw new TypeError(JSON.stringify(begun));
  const { attempt } = begun.value;
  const scope = {
    ...cloud.owner.scope,
    joinCommit: (trx: Parameters<typeof attempt.joinCommit>[0]) => attempt.joinCommit(trx),
  };
  return { attempt, scope };
};
const beginAgain = async (key: string) =>
  cloud.cloud.idempotency.begin(cloud.owner.scope, key, await digest(key));

/** The app with one more address that takes a POST. */
const appWith = (path: string, handler: Handler<AppEnv>) =>
  createApp({
    ...cloud.cloud,
    log: getLogger(["test"]),
    version: "0",
    publicOrigin: ORIGIN,
    corsOrigins: [],
    nowMs: () => cloud.clock.nowMs(),
    randomBytes: (length) => cloud.random.bytes(length),
    pages: {
      mount: (app) => void app.post(path, handler),
      error: (_, refusal) => bareProblem(refusal),
    },
  });

test("a request that is sent again because its answer was lost makes one thing, and gets the first answer", async () => {
  const key = newKey();
  const first = await addSite("Once", key);
  const again = await addSite("Once", `"${key}"`);
  expect([first.status, first.headers.get("idempotency-replayed")]).toEqual([201, null]);
  expect([
    again.status,
    again.headers.get("idempotency-replayed"),
    again.headers.get("content-type"),
  ]).toEqual([201, "true", first.headers.get("content-type")]);
  expect(await again.json()).toEqual(await first.json());
  expect(await sitesCalled("Once")).toBe(1);
});

test("of two at the same time one runs and the other is told to come again", async () => {
  const [entered, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const app = appWith("/api/v1/sites/slow", async (c) => {
    entered.resolve();
    await goOn.promise;
    return answer(c, await cloud.cloud.sites.create(c.get("scope"), { ...blank, name: "Twins" }), 201);
  });
  const headers = { authorization: `Bearer ${cloud.owner.token}`, "idempotency-key": newKey() };
  const send = async () => app.request("/api/v1/sites/slow", { method: "POST", headers });
  const first = send();
  await entered.promise;
  const second = await send();
  expect([second.status, second.headers.get("retry-after"), await codeOf(second)]).toEqual([
    409,
    "1",
    "idempotency.running",
  ]);
  goOn.resolve();
  expect([(await first).status, (await send()).status, await sitesCalled("Twins")]).toEqual([201, 201, 1]);
});

test("many at the same time make one thing", async () => {
  const key = newKey();
  const answers = await Promise.all(Array.from({ length: 10 }, () => addSite("Crowd", key)));
  expect([...new Set(answers.map(({ status }) => status))].sort()).toContain(201);
  expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
  expect(await sitesCalled("Crowd")).toBe(1);
});

test("a refusal and an empty answer are given again too", async () => {
  const refused = newKey();
  expect((await addSite("Once", refused)).status).toBe(409);
  expect((await addSite("Once", refused)).headers.get("idempotency-replayed")).toBe("true");
  const { id } = (await (await addSite("Removed", newKey())).json()) as { id: string };
  const remove = () =>
    cloud.api(`/sites/${id}`, cloud.owner, {
      method: "DELETE",
      headers: { "idempotency-key": `remove ${id}` },
    });
  const [first, again] = [await remove(), await remove()];
  expect([first.status, again.status, await again.text()]).toEqual([204, 204, ""]);
});

test("a key with another request is refused, and is another key for another person", async () => {
  const key = newKey();
  await addSite("Mine", key);
  const other = await addSite("Not mine", key);
  expect([other.status, await codeOf(other)]).toEqual([422, "idempotency.reused"]);
  const colleague = await cloud.addMember("operator");
  const admin = await cloud.addMember("administrator");
  expect((await addSite("Theirs", key, admin)).status).toBe(201);
  expect((await addSite("Forbidden", key, colleague)).status).not.toBe(422);
  expect(await sitesCalled("Not mine")).toBe(0);
});

test("a key that is none is named, and reads need none", async () => {
  const bad = await addSite("Bad key", "é".repeat(3));
  expect([bad.status, await codeOf(bad)]).toEqual([400, "request.invalid"]);
  expect((await addSite("Bad key", "x".repeat(256))).status).toBe(400);
  const read = await cloud.api("/sites", cloud.owner, { headers: { "idempotency-key": "x".repeat(256) } });
  expect(read.status).toBe(200);
});

test("a key is forgotten after a day", async () => {
  const key = newKey();
  await addSite("Yesterday", key);
  cloud.clock.advance(KEPT_MS - 1);
  expect((await addSite("Yesterday", key)).status).toBe(201);
  cloud.clock.advance(1);
  expect(await codeOf(await addSite("Yesterday", key))).toBe("record.conflict");
  const rows = await cloud.db.read.selectFrom("idempotent_request").select("id").execute();
  expect(rows).toHaveLength(1);
});

test("a process that stopped between change and answer does not make the thing again", async () => {
  const key = newKey();
  const { scope } = await begin(key);
  await cloud.cloud.sites.create(scope, { ...blank, name: "Answer lost" });
  expect(await beginAgain(key)).toMatchObject({ refusal: { code: "idempotency.running" } });
  cloud.clock.advance(RUNNING_MAX_MS);
  expect(await beginAgain(key)).toMatchObject({ refusal: { code: "idempotency.answer-lost" } });
});

test("after one that stopped before its change the next runs, and the first can change nothing any more", async () => {
  const key = newKey();
  const first = await begin(key);
  cloud.clock.advance(RUNNING_MAX_MS);
  const second = await begin(key);
  const slow = cloud.cloud.sites.create(first.scope, { ...blank, name: "By the slow one" });
  await expect(slow).rejects.toThrow("another attempt took its place");
  await cloud.cloud.sites.create(second.scope, { ...blank, name: "By the second" });
  await first.attempt.release();
  expect([await sitesCalled("By the slow one"), await sitesCalled("By the second")]).toEqual([0, 1]);
  expect(await beginAgain(key)).toMatchObject({ ok: false });
});

test("a fault of ours that changed nothing frees the key", async () => {
  let faults = 0;
  const app = appWith("/api/v1/sites/fault", (c) => {
    faults += 1;
    if (faults === 1) throw new Error("once");
    return c.json({ faults });
  });
  const headers = { authorization: `Bearer ${cloud.owner.token}`, "idempotency-key": newKey() };
  const send = async () => (await app.request("/api/v1/sites/fault", { method: "POST", headers })).status;
  expect([await send(), await send(), await send(), faults]).toEqual([500, 200, 200, 2]);
});

test("the database does not tell what was answered", async () => {
  const key = newKey();
  const claim = () =>
    cloud.api("/gateways/claim", cloud.owner, {
      json: { site: "Once" },
      headers: { "idempotency-key": key },
    });
  const { claim: code } = (await (await claim()).json()) as { claim: string };
  expect(((await (await claim()).json()) as { claim: string }).claim).toBe(code);
  const rows = await cloud.db.read.selectFrom("idempotent_request").selectAll().execute();
  const stored = rows
    .map((row) => `${JSON.stringify(row)}${new TextDecoder("latin1").decode(row.answer ?? undefined)}`)
    .join();
  expect(stored).not.toContain(code);
  expect(stored).not.toContain(key);
});
