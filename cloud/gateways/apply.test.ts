import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { CompiledQuery } from "kysely";
import { encodeChunk } from "../../protocol/chunks/chunk.ts";
import type { JobState } from "../../protocol/jobs/job-machine.ts";
import type { Entry } from "../../protocol/log/entry.ts";
import { CHUNK_KIND, toEntry } from "../../protocol/log/kinds.ts";
import { SECOND } from "../../protocol/units.ts";
import { COMMIT_EVERY_MS, COMMITS_AT_ONCE } from "../clock/commit-pace.ts";
import { zstd } from "../telemetry/zstd.ts";
import type { GatewayLine, TestGateway } from "./testing/gateway-line.ts";
import { type HubFixture, range, recordingDevices, registered, startHub } from "./testing/start-hub.ts";

let fixture: HubFixture;
let gateway: TestGateway;
beforeEach(async () => {
  fixture = await startHub();
  gateway = await fixture.addGateway();
});
afterEach(async () => fixture[Symbol.asyncDispose]());

async function connected(of: TestGateway = gateway): Promise<GatewayLine> {
  const line = fixture.connect(of);
  await line.begin();
  return line;
}

const kept = () =>
  fixture.db.read
    .selectFrom("unknown_entry")
    .select(["seq", "kind", "stream"])
    .orderBy("seq")
    .orderBy("stream")
    .execute();

describe("entries", () => {
  test("are applied in order, acknowledged, and named in the next welcome", async () => {
    const line = await connected();
    line.sayEntries("urgent", 0, [registered(1), registered(2)], 4);
    line.sayEntries("urgent", 2, [registered(3), registered(4)]);
    await line.acknowledged("urgent", 4);
    expect(await fixture.appliedKeys(gateway)).toEqual(["d1", "d2", "d3", "d4"]);
    line.cut();
    expect((await fixture.connect(gateway).begin()).uplog).toEqual({ urgent: 4, bulk: 0 });
    expect(fixture.heard).toContainEqual({
      type: "applied",
      gateway: gateway.id,
      changes: [
        "device.registered d1",
        "device.registered d2",
        "device.registered d3",
        "device.registered d4",
      ],
    });
  });

  test("that come one after the other for long wait to share a commit, with any other's; not where one may be what somebody waits for", async () => {
    const line = await connected();
    let said = 0;
    const say = (entry = registered(said + 1)): void => {
      line.sayEntries("urgent", said, [entry]);
      said += 1;
    };
    /** They had every turn that they would need. */
    const isHeldBack = async (entries: number): Promise<void> => {
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const { seq } = await fixture.db.read
        .selectFrom("uplog_cursor")
        .select("seq")
        .where("stream", "=", "urgent")
        .executeTakeFirstOrThrow();
      expect(seq).toBe(said - entries);
    };
    while (said < COMMITS_AT_ONCE) {
      say();
      await line.acknowledged("urgent", said);
    }
    say();
    await isHeldBack(1);
    await fixture.db.writeTogether(async () => undefined);
    await line.acknowledged("urgent", said);
    fixture.awaited.jobs = true;
    say();
    await isHeldBack(1);
    const execution = crypto.randomUUID();
    const became = (state: JobState): Entry => ({
      seq: said + 1,
      ...toEntry({ kind: "job.state", execution, state, attempt: 1, atMs: 1 }, 1),
    });
    say(became("running"));
    await isHeldBack(2);
    say(became("succeeded"));
    await line.acknowledged("urgent", said);
    fixture.awaited.jobs = false;
    say(became("succeeded"));
    await isHeldBack(1);
    fixture.clock.advance(COMMIT_EVERY_MS);
    await line.acknowledged("urgent", said);
  });

  test("that come again, as after a lost acknowledgement, take effect once", async () => {
    const line = await connected();
    line.sayEntries("urgent", 0, [registered(1), registered(2)]);
    await line.acknowledged("urgent", 2);
    const again = await connected();
    again.sayEntries("urgent", 0, [registered(1), registered(2), registered(3)]);
    await again.acknowledged("urgent", 3);
    expect(await fixture.appliedKeys(gateway)).toEqual(["d1", "d2", "d3"]);
    expect(await kept()).toEqual([]);
  });

  test("of a new epoch begin a new count", async () => {
    const line = await connected();
    line.sayEntries("urgent", 0, [registered(1)]);
    await line.acknowledged("urgent", 1);
    const again = { ...gateway, epoch: "0190b8e0-7c1a-7000-8000-0000000000ee" };
    const welcome = await fixture.connect(again).begin();
    expect(welcome.uplog).toEqual({ urgent: 0, bulk: 0 });
  });

  test("behind a gap are refused with log.gap; what came before the gap is kept and acknowledged", async () => {
    const line = await connected();
    line.sayEntries("urgent", 0, [registered(1)]);
    line.sayEntries("urgent", 5, [registered(6)]);
    expect(await line.untilClosed()).toEqual({ code: 1013, reason: "log.gap" });
    expect(line.heard).toContainEqual({ type: "ack", stream: "urgent", seq: 1 });
    expect(await fixture.appliedKeys(gateway)).toEqual(["d1"]);
  });

  test("of an unknown kind, with a bad body, or damaged are kept and stepped over", async () => {
    const line = await connected();
    const bytes = new TextEncoder().encode("not json");
    const readings = range(1, 60).map((second) => ({ atMs: second * SECOND, values: { power: second } }));
    const chunk = encodeChunk({ device: "meter", readings }, zstd);
    const damaged = chunk.slice();
    damaged[damaged.length - 1]! ^= 1;
    line.sayEntries("urgent", 0, [
      { seq: 1, kind: "device.exploded", atMs: 1, payload: bytes },
      { seq: 2, kind: "device.registered", atMs: 1, payload: bytes },
      { seq: 3, kind: "device.registered", atMs: 1, payload: new TextEncoder().encode('{"device":"a b"}') },
      registered(4),
    ]);
    line.sayEntries("bulk", 0, [
      { seq: 1, kind: CHUNK_KIND, atMs: 1, payload: damaged },
      { seq: 2, kind: CHUNK_KIND, atMs: 1, payload: new Uint8Array(0) },
      { seq: 3, kind: CHUNK_KIND, atMs: 1, payload: encodeChunk({ device: "not a key", readings }, zstd) },
      { seq: 4, kind: CHUNK_KIND, atMs: 1, payload: chunk },
    ]);
    await line.acknowledged("urgent", 4);
    await line.acknowledged("bulk", 4);
    expect((await fixture.appliedKeys(gateway)).sort()).toEqual(["d4", "meter"]);
    expect(await kept()).toEqual([
      { seq: 1, kind: CHUNK_KIND, stream: "bulk" },
      { seq: 1, kind: "device.exploded", stream: "urgent" },
      { seq: 2, kind: CHUNK_KIND, stream: "bulk" },
      { seq: 2, kind: "device.registered", stream: "urgent" },
      { seq: 3, kind: CHUNK_KIND, stream: "bulk" },
      { seq: 3, kind: "device.registered", stream: "urgent" },
    ]);
  });

  test("that fail by themselves are set aside with the reason, and the rest of the gateway flows", async () => {
    const line = await connected();
    await fixture.db.writer.executeQuery(
      CompiledQuery.raw(
        "CREATE TRIGGER fail BEFORE INSERT ON device WHEN NEW.key IN ('d2', 'bad') BEGIN SELECT RAISE(ABORT, 'no d2'); END",
      ),
    );
    const readings = [{ atMs: SECOND, values: { power: 1 } }];
    const chunk = (seq: number, device: string): Entry => ({
      seq,
      kind: CHUNK_KIND,
      atMs: 1,
      payload: encodeChunk({ device, readings }, zstd),
    });
    line.sayEntries("urgent", 0, [registered(1), registered(2), registered(3)]);
    line.sayEntries("bulk", 0, [chunk(1, "d1"), chunk(2, "bad"), chunk(3, "d3")]);
    await line.acknowledged("urgent", 3);
    await line.acknowledged("bulk", 3);
    expect(await fixture.appliedKeys(gateway)).toEqual(["d1", "d3"]);
    const aside = await fixture.db.read
      .selectFrom("unknown_entry")
      .select(["seq", "stream", "reason"])
      .orderBy("stream")
      .execute();
    expect(aside).toEqual([
      { seq: 2, stream: "bulk", reason: "no d2" },
      { seq: 2, stream: "urgent", reason: "no d2" },
    ]);
    expect(await fixture.db.read.selectFrom("chunk").select("id").execute()).toHaveLength(2);
  });

  test("are not set aside for a trouble of the database's own", async () => {
    const line = await connected();
    const { event } = recordingDevices;
    recordingDevices.event = async () => {
      throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
    };
    line.sayEntries("urgent", 0, [registered(1)]);
    expect(await line.untilClosed()).toEqual({ code: 1013, reason: "internal.error" });
    recordingDevices.event = event;
    expect(await kept()).toEqual([]);
    expect((await fixture.connect(gateway).begin()).uplog).toEqual({ urgent: 0, bulk: 0 });
  });

  test("a failure between the entries and the cursor undoes both, nothing is acknowledged, and they come again", async () => {
    const line = await connected();
    await fixture.db.writer.executeQuery(
      CompiledQuery.raw(
        "CREATE TRIGGER fail BEFORE INSERT ON uplog_cursor BEGIN SELECT RAISE(ABORT, 'power cut'); END",
      ),
    );
    line.sayEntries("urgent", 0, [registered(1), registered(2)]);
    expect(await line.untilClosed()).toEqual({ code: 1013, reason: "internal.error" });
    expect(line.heard.some((frame) => frame.type === "ack")).toBe(false);
    expect(await fixture.appliedKeys(gateway)).toEqual([]);
    expect(fixture.heard.some((event) => event.type === "applied")).toBe(false);

    await fixture.db.writer.executeQuery(CompiledQuery.raw("DROP TRIGGER fail"));
    const again = fixture.connect(gateway);
    expect((await again.begin()).uplog).toEqual({ urgent: 0, bulk: 0 });
    again.sayEntries("urgent", 0, [registered(1), registered(2)]);
    await again.acknowledged("urgent", 2);
    expect(await fixture.appliedKeys(gateway)).toEqual(["d1", "d2"]);
  });

  test("of one gateway that cannot be applied do not keep another's from being applied", async () => {
    const bad = await connected();
    const good = await connected(await fixture.addGateway());
    const when = `WHEN NEW.gateway_id = '${gateway.id}'`;
    const body = "BEGIN SELECT RAISE(ABORT, 'no'); END";
    await fixture.db.writer.executeQuery(
      CompiledQuery.raw(`CREATE TRIGGER fail BEFORE INSERT ON uplog_cursor ${when} ${body}`),
    );
    bad.sayEntries("urgent", 0, [registered(1)]);
    good.sayEntries("urgent", 0, [registered(1)]);
    await good.acknowledged("urgent", 1);
    expect(await bad.untilClosed()).toEqual({ code: 1013, reason: "internal.error" });
    expect(await fixture.appliedKeys(gateway)).toEqual([]);
    expect(await fixture.appliedKeys(good.gateway)).toEqual(["d1"]);
  });

  test("a gateway revoked while it sends is refused, and nothing of what follows is applied", async () => {
    const line = await connected();
    await fixture.db.write((trx) => trx.updateTable("gateway").set({ revoked_ms: 1 }).execute());
    line.sayEntries("urgent", 0, [registered(1)]);
    expect(await line.untilClosed()).toEqual({ code: 1008, reason: "gateway.revoked" });
    expect(await fixture.appliedKeys(gateway)).toEqual([]);
  });

  test("what is urgent is acknowledged before a backlog of telemetry, and no gateway starves another", async () => {
    const order: string[] = [];
    const busy = await connected();
    const other = await connected(await fixture.addGateway());
    const note = (line: GatewayLine, name: string) => {
      const send = line.send.bind(line);
      line.send = (bytes) => {
        send(bytes);
        const frame = line.heard.at(-1)!;
        if (frame.type === "ack") order.push(`${name} ${frame.stream} ${frame.seq}`);
      };
    };
    note(busy, "busy");
    note(other, "other");
    const bulky = (seq: number): Entry => ({ seq, kind: "x", atMs: 1, payload: new Uint8Array(100_000) });
    for (const seq of range(1, 8)) busy.sayEntries("bulk", seq - 1, [bulky(seq)]);
    other.sayEntries("bulk", 0, [bulky(1)]);
    busy.sayEntries("urgent", 0, [registered(1)]);
    await busy.acknowledged("bulk", 8);
    expect(order.slice(0, 3)).toEqual(["busy urgent 1", "busy bulk 1", "other bulk 1"]);
  });
});
