import { beforeEach, expect, test } from "bun:test";
import { ManualClock } from "../testing/manual-clock.ts";
import { SECOND } from "../units.ts";
import { createSupervision, type SupervisionParts, type VitalSign } from "./supervision.ts";

const clock = new ManualClock(1_000);
let heard: string[];
beforeEach(() => {
  heard = [];
});

const supervision = (parts: Partial<SupervisionParts> = {}) =>
  createSupervision({
    clock,
    log: { warn: () => undefined, error: () => undefined },
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
