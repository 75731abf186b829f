import { afterEach, beforeEach, expect, test } from "bun:test";
import { markOf } from "../../protocol/log/entry.ts";
import { toEntry, type UplogEvent } from "../../protocol/log/kinds.ts";
import type { TestGateway } from "./testing/gateway-line.ts";
import { type HubFixture, registered, startHub } from "./testing/start-hub.ts";

let fixture: HubFixture;
let gateway: TestGateway;
beforeEach(async () => {
  fixture = await startHub();
  gateway = await fixture.addGateway();
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const forgotten = (before: number, devices?: string[]) => {
  const event: UplogEvent = {
    kind: "log.forgotten",
    stream: "urgent",
    after: 2,
    before,
    ...(devices && { devices }),
  };
  return toEntry(event, 5);
};

test("a welcome names the marks of the entries at its cursors, once there are any", async () => {
  const line = fixture.connect(gateway);
  expect((await line.begin()).marks).toEqual({});
  const [first, second] = [registered(1), registered(2)];
  line.sayEntries("urgent", 0, [first, second]);
  await line.acknowledged("urgent", 2);
  const { marks } = await fixture.connect(gateway).begin();
  expect(marks).toEqual({ urgent: markOf(second) });
  expect(markOf(first)).not.toBe(markOf(second));
  expect(markOf({ ...second, atMs: second.atMs + 1 })).not.toBe(markOf(second));
});

test("what a gateway no longer had is kept as how much it was, and devices that are no more are so here", async () => {
  const line = fixture.connect(gateway);
  await line.begin();
  line.sayEntries("urgent", 0, [registered(1), registered(2)]);
  line.sayEntries("urgent", 2, [{ seq: 9, ...forgotten(9, ["d2"]) }]);
  await line.acknowledged("urgent", 9);
  expect(await fixture.appliedKeys(gateway)).toEqual(["d2"]);
  // Restored once more, when more was gone.
  line.sayEntries("urgent", 9, [{ seq: 20, ...forgotten(20) }]);
  await line.acknowledged("urgent", 20);
  const rows = await fixture.db.read.selectFrom("forgotten_entries").selectAll().execute();
  expect(rows).toEqual([
    {
      gateway_id: gateway.id,
      epoch: gateway.epoch,
      stream: "urgent",
      after_seq: 2,
      before_seq: 20,
      at_ms: fixture.clock.nowMs(),
    },
  ]);
});
