import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connectPacket, RawClient, type SiteBroker, startSiteBroker } from "../testing/site-broker.ts";
import { CONNECT_ROWS } from "./table-connect.ts";
import { SESSION_ROWS } from "./table-session.ts";

let site: SiteBroker;
beforeAll(async () => {
  site = await startSiteBroker();
});
afterAll(() => site[Symbol.asyncDispose]());

const TABLE = [...CONNECT_ROWS, ...SESSION_ROWS];
const PINGREQ = [0xc0, 0];

describe("the byte table of MQTT 3.1.1, at a real socket", () => {
  test.each(TABLE.map((row) => [row.statement, row.says, row] as const))("[%s] %s", async (_s, _w, row) => {
    using client = new RawClient(site.port);
    const credential = { user: "till-1", password: site.password("till-1") };
    if (row.before === "connect") {
      client.write(connectPacket({ device: "till-1", password: credential.password, clientId: "table" }));
      await client.take(4);
    }
    client.write(row.bytes(credential));
    const wanted = row.expect.bytes ?? "";
    if (wanted !== "") {
      const got = await Promise.race([
        client.take(wanted.length / 2),
        client.closed.then(() => client.received),
      ]);
      expect(got.toString("hex")).toBe(wanted);
    }
    if (row.expect.open) {
      client.write(PINGREQ);
      expect((await client.take(2)).toString("hex")).toBe("d000");
    } else {
      await client.closed;
      expect(client.received.toString("hex")).toBe("");
    }
  });
});
