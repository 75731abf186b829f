import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { SECOND } from "../../protocol/units.ts";
import { openDatabase } from "../database/database.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { brokerAnswers, databaseTakesWrites, sendDatagram } from "./supervision.ts";
import { DatagramSocket } from "./testing/datagram-socket.ts";

const clock = new ManualClock(1_000);

test("a notification goes out as a datagram, to a path and to an abstract name", () => {
  using directory = temporaryDirectory();
  for (const address of [join(directory.path, "notify"), `@homepot-test-${process.pid}`]) {
    using socket = new DatagramSocket(address);
    expect(sendDatagram(address, "READY=1")).toBe(true);
    expect(sendDatagram(address, "STATUS=well\nWATCHDOG=1")).toBe(true);
    expect([socket.read(), socket.read(), socket.read()]).toEqual([
      "READY=1",
      "STATUS=well\nWATCHDOG=1",
      null,
    ]);
  }
  expect(sendDatagram(join(directory.path, "nobody"), "READY=1")).toBe(false);
  expect(() => sendDatagram(`/${"x".repeat(200)}`, "READY=1")).toThrow("too long");
});

let listener: Bun.TCPSocketListener | undefined;
afterEach(() => listener?.stop(true));

test("a broker that ends a connection when the other side does is alive; one that takes none is not", async () => {
  listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const { port } = listener;
  const sign = brokerAnswers(() => ({ hostname: "127.0.0.1", port }), clock);
  expect(await sign()).toBeNull();
  listener.stop(true);
  expect(await sign()).toEqual({ fatal: true, says: "the broker takes no connections" });
});

test("a broker that takes a connection and never ends it is not alive, and is let go of", async () => {
  const gone = Promise.withResolvers<void>();
  listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    allowHalfOpen: true,
    socket: { data: () => undefined, close: () => gone.resolve() },
  });
  const { port } = listener;
  const asked = brokerAnswers(() => ({ hostname: "127.0.0.1", port }), clock)();
  clock.advance(5 * SECOND);
  expect(await asked).toEqual({ fatal: true, says: "the broker takes no connections" });
  await gone.promise;
});

test("a database that commits is alive; one that is closed is not; one without room is waited for", async () => {
  const db = openDatabase(":memory:", { clock, random: seededRandom(1) });
  const sign = databaseTakesWrites(db);
  expect(await sign()).toBeNull();
  const { page_count: pages } = db.sqlite.query<{ page_count: number }, []>("PRAGMA page_count").get()!;
  db.sqlite.run(`PRAGMA max_page_count = ${pages}`);
  db.sqlite.run(
    "CREATE TEMP TRIGGER fill AFTER UPDATE ON identity BEGIN INSERT INTO unknown_entry (epoch, seq, kind, at_ms, payload) VALUES ('e', 1, 'k', 0, zeroblob(100000)); END",
  );
  expect(await sign()).toEqual({ fatal: false, says: "the disk is full: nothing is acknowledged" });
  db.close();
  expect(await sign()).toMatchObject({ fatal: true });
});
