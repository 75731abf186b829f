import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { toEntry } from "../../protocol/log/kinds.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { CloudDouble, DOWNLOG_EPOCH } from "./testing/cloud-double.ts";
import { Site } from "./testing/site.ts";
import { until } from "./testing/until.ts";

test("a gateway killed between applying an entry and acknowledging it applies it once", async () => {
  using directory = temporaryDirectory();
  using cloud = new CloudDouble();
  {
    using site = new Site(directory.path);
    await site.enrol(cloud.url);
  }
  const start = (...args: string[]): Bun.Subprocess =>
    Bun.spawn([process.execPath, `${import.meta.dir}/testing/kill-fixture.ts`, directory.path, ...args]);
  const entries = [1, 2].map((version) => ({
    seq: version,
    ...toEntry({ kind: "config.desired", device: "till-1", version, config: {} }, 5),
  }));

  const killed = start("kill");
  const first = await cloud.greeted(0);
  first.say({ type: "entries", stream: "down", after: 0, head: 1, entries: entries.slice(0, 1) });
  await killed.exited;
  expect(killed.signalCode).toBe("SIGKILL");
  expect(first.of("ack")).toEqual([]);

  // The cloud has no acknowledgement and may well send from the beginning again.
  const again = start();
  const second = await cloud.greeted(1);
  expect(second.of("hello")[0]?.downlog).toMatchObject({ epoch: DOWNLOG_EPOCH, seq: 1 });
  second.say({ type: "entries", stream: "down", after: 0, head: 2, entries });
  await until("the acknowledgement", () => second.of("ack")[0]?.seq === 2);
  again.kill("SIGKILL");
  await again.exited;

  using db = new Database(`${directory.path}/edge.db`);
  expect(db.query("SELECT version FROM effect").all()).toEqual([{ version: 1 }, { version: 2 }]);
});
