import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { CloudDouble } from "./testing/cloud-double.ts";
import { heardAll, Rig } from "./testing/rig.ts";
import { Site } from "./testing/site.ts";
import { until } from "./testing/until.ts";

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});

afterEach(() => rig[Symbol.dispose]());

describe("who the gateway is", () => {
  test("it proves itself, and says where both logs stand", async () => {
    rig.site.appendEvent();
    rig.site.appendChunk(5);
    rig.site.appendChunk(5);
    const connection = await rig.connect();
    const hello = connection.of("hello")[0]!;
    expect(hello).toMatchObject({
      epoch: rig.site.uplog.epoch,
      uplog: { urgent: { head: 1 }, bulk: { head: 2 } },
      downlog: null,
      version: "0.1.0",
      protocol: { min: 1, max: 1 },
    });
    expect(await rig.cloud.isGenuine(hello)).toBe(true);
  });

  test("a gateway that is enrolled by a command while it runs connects by itself", async () => {
    rig.site.uplink.start();
    expect(rig.site.uplink.status()).toMatchObject({ state: "unenrolled" });
    using command = new Site(rig.directory.path, 2);
    await command.enrol(rig.cloud.url);
    rig.site.clock.advance(500);
    await rig.site.state("connected");
  });

  test("a gateway that is given another identity hangs up and comes as the new one", async () => {
    const first = await rig.connect();
    rig.site.appendEvent();
    await until("the entry", () => rig.cloud.appliedSeqs(rig.site.uplog.epoch, "urgent").length === 1);
    await heardAll(first);
    using other = new CloudDouble();
    using command = new Site(rig.directory.path, 2);
    await command.enrol(other.url, true);
    rig.site.clock.advance(500);
    // The old cloud's acknowledgement says nothing about the new one.
    expect(rig.site.uplog.acked("urgent")).toBe(0);
    const connection = await other.greeted(0);
    await until("the old line to end", () => first.closed !== null);
    expect(await other.isGenuine(connection.of("hello")[0]!)).toBe(true);
    await until(
      "the log to be told anew",
      () => other.appliedSeqs(rig.site.uplog.epoch, "urgent").length === 1,
    );
  });

  test("a gateway whose key is gone says so, and the cloud hears no hello", async () => {
    await rig.site.enrol(rig.cloud.url);
    rmSync(`${rig.directory.path}/gateway.key`);
    rig.site.uplink.start();
    await rig.site.state("refused");
    expect(rig.site.uplink.status().reason).toMatchObject({
      code: "gateway.key-unusable",
      detail: expect.stringContaining("gateway.key"),
      hint: expect.stringContaining("--force"),
    });
    const connection = await rig.cloud.connection(0);
    await until("the line to end", () => connection.closed !== null);
    expect(connection.of("hello")).toEqual([]);
  });
});

describe("start and stop", () => {
  test("a stopped uplink says good-bye and does not come again", async () => {
    const connection = await rig.connect();
    rig.site.uplink.stop();
    await until("the line to end", () => connection.closed);
    expect(connection.closed).toEqual({ code: 1000, reason: "done" });
    rig.site.clock.advance(120_000);
    rig.site.appendEvent();
    expect([rig.site.uplink.status().state, rig.site.dials, rig.site.clock.pending]).toEqual([
      "stopped",
      1,
      0,
    ]);
  });

  test("who wants to know is told of every change of state", async () => {
    const states: string[] = [];
    const end = rig.site.uplink.onStatus(() => states.push(rig.site.uplink.status().state));
    await rig.connect();
    rig.site.uplink.stop();
    end();
    rig.site.uplink.start();
    expect(states).toEqual(["connecting", "connected", "stopped"]);
  });
});
