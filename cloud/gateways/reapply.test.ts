import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { getLogger } from "@logtape/logtape";
import { encodeChunk } from "../../protocol/chunks/chunk.ts";
import { CHUNK_KIND } from "../../protocol/log/kinds.ts";
import { SECOND } from "../../protocol/units.ts";
import { zstd } from "../telemetry/zstd.ts";
import { reapplySetAside } from "./reapply.ts";
import type { TestGateway } from "./testing/gateway-line.ts";
import { type HubFixture, noJobs, recordingDevices, registered, startHub } from "./testing/start-hub.ts";

let fixture: HubFixture;
let gateway: TestGateway;
beforeEach(async () => {
  fixture = await startHub();
  gateway = await fixture.addGateway();
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const upgrade = () =>
  reapplySetAside({
    ...{ ...fixture, log: getLogger(["test"]), compressor: zstd },
    ...{ devices: recordingDevices, jobs: noJobs, simulation: async () => null },
  });

const aside = () =>
  fixture.db.read.selectFrom("unknown_entry").select(["stream", "seq", "kind"]).orderBy("stream").execute();

/** What an older cloud would have written down: the same entries under the names they have to it. */
const learn = (from: string, to: string) =>
  fixture.db.write((trx) =>
    trx.updateTable("unknown_entry").set({ kind: to }).where("kind", "=", from).execute(),
  );

const bytes = (text: string) => new TextEncoder().encode(text);

describe("after an upgrade of the cloud", () => {
  test("entries of a newer gateway's kind hold up nothing, are kept, and are applied in their order", async () => {
    const line = fixture.connect(gateway);
    await line.begin();
    line.sayEntries("urgent", 0, [
      { ...registered(1), kind: "device.new-kind" },
      registered(2),
      { ...registered(3), kind: "device.new-kind" },
      { ...registered(4), kind: "device.newer-still" },
    ]);
    await line.acknowledged("urgent", 4);
    expect(await fixture.appliedKeys(gateway)).toEqual(["d2"]);
    expect(await upgrade()).toBe(0);
    expect(await aside()).toHaveLength(3);

    await learn("device.new-kind", "device.registered");
    expect(await upgrade()).toBe(2);
    expect(await fixture.appliedKeys(gateway)).toEqual(["d2", "d1", "d3"]);
    expect(await aside()).toEqual([{ stream: "urgent", seq: 4, kind: "device.newer-still" }]);
    expect(await upgrade()).toBe(0);
  });

  test("chunks are tried again, and those still damaged stay; a bad entry of a known kind is left alone", async () => {
    const readings = [{ atMs: SECOND, values: { power: 1 } }];
    const whole = encodeChunk({ device: "meter", readings }, zstd);
    const damaged = whole.slice();
    damaged[damaged.length - 1]! ^= 1;
    const line = fixture.connect(gateway);
    await line.begin();
    line.sayEntries("bulk", 0, [
      { seq: 1, kind: CHUNK_KIND, atMs: 1, payload: damaged },
      { seq: 2, kind: CHUNK_KIND, atMs: 1, payload: damaged },
    ]);
    line.sayEntries("urgent", 0, [{ seq: 1, kind: "device.registered", atMs: 1, payload: bytes("no") }]);
    await line.acknowledged("bulk", 2);
    await line.acknowledged("urgent", 1);
    // As if it had been the cloud that could not read them.
    await fixture.db.write(async (trx) => {
      const row = (stream: string) => trx.updateTable("unknown_entry").where("stream", "=", stream);
      await row("bulk").where("seq", "=", 2).set({ payload: whole }).execute();
      await row("urgent")
        .set({ payload: registered(1).payload })
        .execute();
    });
    expect(await upgrade()).toBe(1);
    expect(await fixture.appliedKeys(gateway)).toEqual(["meter"]);
    expect(await fixture.db.read.selectFrom("chunk").select("readings").execute()).toEqual([{ readings: 1 }]);
    expect(await aside()).toEqual([
      { stream: "bulk", seq: 1, kind: CHUNK_KIND },
      { stream: "urgent", seq: 1, kind: "device.registered" },
    ]);
  });

  test("more than one transaction's worth is applied, each once", async () => {
    const line = fixture.connect(gateway);
    await line.begin();
    const entries = Array.from({ length: 250 }, (_, index) => ({
      ...registered(index + 1),
      kind: "device.new-kind",
    }));
    line.sayEntries("urgent", 0, entries);
    await line.acknowledged("urgent", 250);
    await learn("device.new-kind", "device.registered");
    expect(await upgrade()).toBe(250);
    expect(await fixture.appliedKeys(gateway)).toEqual(entries.map(({ seq }) => `d${seq}`));
    expect(await aside()).toEqual([]);
  });
});
