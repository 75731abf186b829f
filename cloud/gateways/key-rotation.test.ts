import { afterEach, beforeEach, expect, test } from "bun:test";
import { keySigningText } from "../../protocol/gateways/key-rotation.ts";
import { readDownlogEvent, toEntry } from "../../protocol/log/kinds.ts";
import type { KeyMade } from "../../protocol/log/uplog/key-made.ts";
import { KEY_OVERLAP_MS } from "./key-rotation.ts";
import { type GatewayLine, makeKeys, type TestGateway } from "./testing/gateway-line.ts";
import { type HubFixture, ORGANIZATION, startHub } from "./testing/start-hub.ts";

type Keys = Awaited<ReturnType<typeof makeKeys>>;

let fixture: HubFixture;
let gateway: TestGateway;
let line: GatewayLine;
beforeEach(async () => {
  fixture = await startHub();
  gateway = await fixture.addGateway();
  line = await connect(gateway);
});
afterEach(async () => fixture[Symbol.asyncDispose]());

async function connect(of: TestGateway): Promise<GatewayLine> {
  const opened = fixture.connect(of);
  await opened.begin();
  return opened;
}

async function refusedAs(of: TestGateway): Promise<unknown> {
  const opened = fixture.connect(of);
  await opened.hello();
  return (await opened.hear("refuse")).code;
}

async function sign({ privateKey }: Keys, text: string): Promise<string> {
  const bytes = new Uint8Array(
    await crypto.subtle.sign("Ed25519", privateKey, new TextEncoder().encode(text)),
  );
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** What the gateway is wanted to do with its key, of the downlog. */
async function wishes(): Promise<{ kind: string; rotation: string }[]> {
  const rows = await fixture.db.read
    .selectFrom("downlog")
    .select(["seq", "kind", "at_ms as atMs", "payload"])
    .orderBy("seq")
    .execute();
  return rows.flatMap((row) => {
    const read = readDownlogEvent(row);
    return read.ok && read.value.known && read.value.event.kind.startsWith("key.")
      ? [read.value.event as { kind: string; rotation: string }]
      : [];
  });
}

const ask = () =>
  fixture.keys.ask(
    { organizationId: ORGANIZATION, userId: "someone", role: "owner", permissions: [] },
    gateway.id,
  );

let seq = 0;
async function tellMade(keys: Keys, changes: Partial<KeyMade> = {}, provedBy: Keys = gateway): Promise<void> {
  const { rotation = "" } = (await wishes()).at(-1) ?? {};
  const text = keySigningText(rotation, gateway.id, keys.publicKey);
  const event: KeyMade = {
    ...{ kind: "key.made", rotation, publicKey: keys.publicKey },
    ...{ signature: await sign(provedBy, text), possession: await sign(keys, text) },
    ...changes,
  };
  line.sayEntries("urgent", seq, [{ seq: seq + 1, ...toEntry(event, 1) }]);
  seq += 1;
  await line.acknowledged("urgent", seq);
}
beforeEach(() => {
  seq = 0;
});

const kinds = async () => (await wishes()).map(({ kind }) => kind);

test("asked for, made, used: both keys are good in between, and the old one is over after", async () => {
  expect(await ask()).toEqual({ ok: true, value: undefined });
  const keys = await makeKeys();
  await tellMade(keys);
  expect(await kinds()).toEqual(["key.rotate", "key.use"]);
  await connect(gateway);
  expect(await kinds()).toEqual(["key.rotate", "key.use"]);
  await connect({ ...gateway, ...keys });
  expect(await refusedAs(gateway)).toBe("gateway.replaced");
  await connect({ ...gateway, ...keys });
  expect(fixture.deeds).toEqual(["gateway.rotate-key", "gateway.key-rotated"]);
});

test("both are good for a day; after it only the new one", async () => {
  await ask();
  const keys = await makeKeys();
  await tellMade(keys);
  fixture.clock.advance(KEY_OVERLAP_MS + 1);
  expect(await refusedAs(gateway)).toBe("gateway.bad-signature");
  await connect({ ...gateway, ...keys });
});

test("a key that nobody asked for, or not this one, changes nothing", async () => {
  const keys = await makeKeys();
  const text = keySigningText(gateway.epoch, gateway.id, keys.publicKey);
  const rotation = gateway.epoch;
  await tellMade(keys, {
    rotation,
    signature: await sign(gateway, text),
    possession: await sign(keys, text),
  });
  await ask();
  await tellMade(keys, { rotation });
  expect(await kinds()).toEqual(["key.rotate"]);
  expect(await refusedAs({ ...gateway, ...keys })).toBe("gateway.bad-signature");
});

test("a key that the one in use has not signed, or that its owner does not hold, changes nothing", async () => {
  await ask();
  const [keys, stranger] = [await makeKeys(), await makeKeys()];
  await tellMade(keys, {}, stranger);
  await tellMade(keys, { possession: await sign(stranger, "x") });
  expect(await kinds()).toEqual(["key.rotate"]);
  await tellMade(keys);
  expect(await kinds()).toEqual(["key.rotate", "key.use"]);
});

test("asked again before it is made, the newest counts; once it is made, nothing is asked", async () => {
  await ask();
  await ask();
  expect(await kinds()).toEqual(["key.rotate", "key.rotate"]);
  await tellMade(await makeKeys());
  await ask();
  expect(await kinds()).toEqual(["key.rotate", "key.rotate", "key.use"]);
});

test("a gateway that is not there, or revoked, is asked for none", async () => {
  await fixture.db.write((trx) => trx.updateTable("gateway").set({ revoked_ms: 1 }).execute());
  expect(await ask()).toMatchObject({ refusal: { code: "gateway.revoked" } });
  await fixture.db.write((trx) => trx.updateTable("gateway").set({ organization_id: "other" }).execute());
  expect(await ask()).toMatchObject({ refusal: { code: "record.not-found" } });
});

test("a downlog that begins anew says the next step again", async () => {
  await ask();
  await tellMade(await makeKeys());
  line.cut();
  const again = fixture.connect(gateway);
  await again.begin({ downlog: { epoch: await downlogEpoch(), seq: 99 } });
  expect(await kinds()).toEqual(["key.use"]);
});

async function downlogEpoch(): Promise<string> {
  const { downlog_epoch } = await fixture.db.read
    .selectFrom("gateway")
    .select("downlog_epoch")
    .executeTakeFirstOrThrow();
  return downlog_epoch;
}
