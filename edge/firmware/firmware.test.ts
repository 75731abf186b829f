import { afterEach, beforeEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { accept } from "../../protocol/errors.ts";
import { formatChallenge, parseProof } from "../../protocol/gateways/request-proof.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { DAY, MINUTE } from "../../protocol/units.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createFirmwareLibrary, type FirmwareLibrary } from "./firmware.ts";

/** Against a cloud's double that speaks HTTP, and cuts off or lies when it is told to. */

const BYTES = Buffer.alloc(300_000, "firmware of a till ");
const SHA256 = createHash("sha256").update(BYTES).digest("hex");
const WANTED = { sha256: SHA256, sizeBytes: BYTES.length };

let directory: ReturnType<typeof temporaryDirectory>;
let clock: ManualClock;
let library: FirmwareLibrary;
let server: Bun.Server<undefined>;
/** What was asked for with a proof, and how each is answered; the whole where nothing stands here. */
let asked: (string | null)[];
let answers: ((from: number) => Response)[];

beforeEach(() => {
  directory = temporaryDirectory();
  clock = new ManualClock(1_764_000_000_000);
  asked = [];
  answers = [];
  server = Bun.serve({
    port: 0,
    fetch(request) {
      const proof = parseProof(request.headers.get("authorization") ?? "");
      if (proof === null) {
        const headers = { "www-authenticate": formatChallenge("1.abc") };
        return new Response("{}", { status: 401, headers });
      }
      expect(proof).toEqual({
        ...{ gateway: "0192f0c1-2345-7abc-8def-000000000009", nonce: "1.abc" },
        signature: `signed-1_abc-${new URL(request.url).pathname}`.replaceAll(/[^\w-]/g, "_"),
      });
      const range = request.headers.get("range");
      asked.push(range);
      const from = Number(/\d+/.exec(range ?? "")?.[0] ?? 0);
      return (answers.shift() ?? whole)(from);
    },
  });
  library = create();
});
afterEach(async () => {
  await server.stop(true);
  directory[Symbol.dispose]();
});

function create(): FirmwareLibrary {
  return createFirmwareLibrary({
    ...{ clock, random: seededRandom(1), log: getLogger(["test"]), fetch },
    directory: join(directory.path, "firmware"),
    identity: {
      read: () => ({
        ...{ gatewayId: "0192f0c1-2345-7abc-8def-000000000009", site: "Cardiff Bay", organization: "Bistro" },
        cloudUrl: `http://127.0.0.1:${server.port}`,
      }),
      sign(text) {
        const [, nonce, , path] = text.split("\n");
        return accept(`signed-${nonce}-${path}`.replaceAll(/[^\w-]/g, "_"));
      },
      keyRefused: () => undefined,
      keyWelcomed: () => undefined,
    },
  });
}

const whole = (from: number): Response =>
  new Response(BYTES.subarray(from), { status: from === 0 ? 200 : 206 });
/** Stops after some bytes, as a line does that is cut. */
const cutAfter = (bytes: number) => (from: number) =>
  new Response(BYTES.subarray(from, from + bytes), { status: from === 0 ? 200 : 206 });
const problem = (status: number, code: string) => () =>
  Response.json({ code, detail: "so it is" }, { status });

function start(abort = new AbortController()) {
  const heard: number[] = [];
  const troubles: string[] = [];
  const options = {
    signal: abort.signal,
    received: (bytes: number) => heard.push(bytes),
    trouble: (what: string) => troubles.push(what),
  };
  return { done: library.fetch(WANTED, options), heard, troubles, abort };
}
/** Lets time pass until it has settled. */
async function settled<T>(done: Promise<T>): Promise<T> {
  let over = false;
  const end = done.finally(() => {
    over = true;
  });
  while (!over) {
    // What is under way gets on by as much as a question and its answer take, far less than the time that passes.
    await fetch(`http://127.0.0.1:${server.port}/`);
    clock.advance(200);
  }
  return end;
}
const files = () => readdirSync(join(directory.path, "firmware")).sort();
const read = (offset: number, length: number) =>
  Buffer.from(library.read(SHA256, offset, length) ?? []).toString();

test("is fetched once for all that want it, and given in parts", async () => {
  const [one, other] = [start(), start()];
  expect(await Promise.all([one.done, other.done])).toEqual([accept(undefined), accept(undefined)]);
  expect((await start().done).ok).toBe(true);
  expect(asked).toEqual([null]);
  expect([one.heard.at(-1), other.heard.at(-1)]).toEqual([BYTES.length, BYTES.length]);
  expect(files()).toEqual([SHA256]);
  expect(read(0, 8)).toBe("firmware");
  expect(read(BYTES.length - 3, 100)).toBe(BYTES.subarray(-3).toString());
  expect(library.read("0".repeat(64), 0, 1)).toBeNull();
});

test("goes on where it was cut off, by the line or by the gateway's end", async () => {
  answers = [cutAfter(100_000)];
  const first = start();
  await settled(first.done);
  expect(asked).toEqual([null, "bytes=100000-"]);
  expect(first.troubles.length).toBe(1);
  expect(files()).toEqual([SHA256]);
  const before = join(directory.path, "firmware", SHA256);
  writeFileSync(`${before}.part`, BYTES.subarray(0, 250_000));
  await Bun.file(before).delete();
  library = create();
  asked = [];
  expect((await start().done).ok).toBe(true);
  expect(asked).toEqual(["bytes=250000-"]);
});

test("that came wrong is fetched anew, and given up when it stays wrong", async () => {
  const wrong = () => new Response(Buffer.alloc(BYTES.length, 1));
  answers = [wrong];
  expect((await settled(start().done)).ok).toBe(true);
  await Bun.file(join(directory.path, "firmware", SHA256)).delete();
  answers = [wrong, wrong, wrong];
  expect(await settled(start().done)).toMatchObject({ ok: false, refusal: { code: "firmware.damaged" } });
  expect(files()).toEqual([]);
});

test.each([
  [404, "record.not-found"],
  [403, "gateway.revoked"],
])("that the cloud refuses with %d %s is not asked for again", async (status, code) => {
  answers = [problem(status, code)];
  expect(await start().done).toMatchObject({ ok: false, refusal: { code, detail: "so it is" } });
  expect(asked.length).toBe(1);
});

test("is tried for as long as somebody wants it: through errors, more than was announced, and silence", async () => {
  answers = [
    problem(503, "store.unavailable"),
    () => new Response(Buffer.concat([BYTES, BYTES])),
    () => new Response(new ReadableStream({ start: () => undefined })),
  ];
  const { done, troubles } = start();
  expect((await settled(done)).ok).toBe(true);
  expect(asked.length).toBe(4);
  expect(troubles.length).toBeGreaterThan(0);
});

test("ends when nobody wants it any more", async () => {
  answers = [() => new Response(new ReadableStream({ start: () => undefined }))];
  const { done, abort } = start();
  while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
  abort.abort();
  expect(await done).toMatchObject({ ok: false });
  expect((await start().done).ok).toBe(true);
});

test("that nothing has begun with for two days goes", async () => {
  await start().done;
  const old = join(directory.path, "firmware", "old");
  const then = new Date(clock.nowMs());
  writeFileSync(old, "");
  utimesSync(old, then, then);
  clock.advance(2 * DAY + MINUTE);
  library = create();
  answers = [cutAfter(10)];
  await settled(start().done);
  // Its time of use was then: it has been fetched again since.
  expect(files()).toEqual([SHA256]);
});
