import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { SECOND } from "../../protocol/units.ts";
import { openDatabase } from "../database/database.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import {
  brokerAnswers,
  createSupervision,
  databaseTakesWrites,
  type SupervisionParts,
  type VitalSign,
} from "./supervision.ts";
import { DatagramSocket } from "./testing/datagram-socket.ts";

const clock = new ManualClock(1_000);
let heard: string[];
beforeEach(() => {
  heard = [];
});

const supervision = (parts: Partial<SupervisionParts> = {}) =>
  createSupervision({
    clock,
    log: getLogger(["test"]),
    environment: { notifySocket: "/run/systemd/notify", watchdogMicroseconds: "30000000" },
    signs: [],
    describe: () => "2 devices",
    send: (_address, text) => heard.push(text) > 0,
    ...parts,
  });
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};
const fine: VitalSign = async () => null;
const sick: VitalSign = async () => ({ fatal: true, says: "the broker takes no connections" });
const full: VitalSign = async () => ({ fatal: false, says: "the disk is full" });

test("systemd hears that the gateway is ready, then how it is, three times within each watchdog's time", async () => {
  const service = supervision({ signs: [fine] });
  service.ready();
  await settled();
  expect(heard).toEqual(["READY=1", "STATUS=2 devices\nWATCHDOG=1"]);
  for (let beat = 0; beat < 3; beat += 1) {
    clock.advance(10 * SECOND);
    await settled();
  }
  expect(heard.length).toBe(5);
  service.stopping();
  clock.advance(60 * SECOND);
  await settled();
  expect(heard.at(-1)).toBe("STOPPING=1\nSTATUS=stopping");
});

test("the watchdog hears nothing of a gateway that does not get on, and everything of one with a full disk", async () => {
  const service = supervision({ signs: [sick, full] });
  service.ready();
  await settled();
  expect(heard.at(-1)).toBe("STATUS=the broker takes no connections; the disk is full; 2 devices");
  service.stopping();
  const other = supervision({ signs: [full] });
  other.ready();
  await settled();
  expect(heard.at(-1)).toBe("STATUS=the disk is full; 2 devices\nWATCHDOG=1");
  other.stopping();
});

test("what a device is called adds nothing to a notification", async () => {
  const service = supervision({ describe: () => "till\nMAINPID=1" });
  service.ready();
  await settled();
  expect(heard.at(-1)).toBe("STATUS=till MAINPID=1\nWATCHDOG=1");
  service.stopping();
});

test("without systemd nothing is sent and nothing is looked at", async () => {
  const service = supervision({ environment: {}, signs: [async () => Promise.reject(new Error("looked"))] });
  service.ready();
  await settled();
  service.stopping();
  expect(heard).toEqual([]);
});

test("a socket that takes nothing does not stop the gateway", async () => {
  for (const send of [
    () => false,
    () => {
      throw new Error("no such library");
    },
  ]) {
    const service = supervision({ send });
    service.ready();
    await settled();
    service.stopping();
  }
});

test("notifications go out as datagrams, to a path and to an abstract name", async () => {
  using directory = temporaryDirectory();
  for (const address of [join(directory.path, "notify"), `@homepot-test-${process.pid}`]) {
    using socket = new DatagramSocket(address);
    const service = createSupervision({
      clock,
      log: getLogger(["test"]),
      environment: { notifySocket: address },
      signs: [],
      describe: () => "well",
    });
    service.ready();
    await settled();
    service.stopping();
    expect([socket.read(), socket.read(), socket.read()]).toEqual([
      "READY=1",
      "STATUS=well\nWATCHDOG=1",
      "STOPPING=1\nSTATUS=stopping",
    ]);
    expect(socket.read()).toBeNull();
  }
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

test("a broker that takes a connection and never ends it is not alive", async () => {
  listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    allowHalfOpen: true,
    socket: { data: () => undefined },
  });
  const { port } = listener;
  const asked = brokerAnswers(() => ({ hostname: "127.0.0.1", port }), clock)();
  clock.advance(5 * SECOND);
  expect(await asked).toEqual({ fatal: true, says: "the broker takes no connections" });
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
