import { describe, expect, test } from "bun:test";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import type { DeviceRecord } from "../devices/devices.ts";
import { Rhythm } from "./rhythm.ts";
import { connectPacket, publishPacket, RawClient, startSiteBroker } from "./testing/site-broker.ts";

function start() {
  const clock = new ManualClock();
  const told: string[] = [];
  const connectivity = new Map<string, string>();
  const rhythm = new Rhythm({
    clock,
    devices: {
      get: (key) => {
        const now = connectivity.get(key);
        return now === undefined ? null : ({ key, connectivity: now } as DeviceRecord);
      },
    },
    presence: {
      late: (device, reason) => {
        connectivity.set(device, "late");
        told.push(`${device}: ${reason}`);
      },
    },
  });
  rhythm.start();
  const send = (device: string, ...pausesMs: number[]) => {
    connectivity.set(device, "online");
    rhythm.heard(device);
    for (const pauseMs of pausesMs) {
      clock.advance(pauseMs);
      rhythm.heard(device);
    }
  };
  return { clock, told, connectivity, rhythm, send };
}

const every = (pauseMs: number, times = 8) => Array.from({ length: times }, () => pauseMs);

describe("a device that keeps time", () => {
  test("is late when it is silent for three of its pauses, and told so once, with what is expected", () => {
    const { clock, told, send } = start();
    send("meter", ...every(MINUTE));
    clock.advance(3 * MINUTE - SECOND);
    expect(told).toEqual([]);
    clock.advance(HOUR);
    expect(told).toEqual(["meter: expected every 60 s"]);
  });

  test("may send in bursts, and a little off", () => {
    const { clock, told, send } = start();
    send("meter", 290_000, 10, 300_000, 20, 310_000, 10, 300_000, 5);
    clock.advance(20 * MINUTE);
    expect(told).toEqual(["meter: expected every 5 min"]);
  });

  test("that sends every second is not late at once", () => {
    const { clock, told, send } = start();
    send("meter", ...every(SECOND));
    clock.advance(30 * SECOND);
    expect(told).toEqual([]);
    clock.advance(20 * SECOND);
    expect(told).toEqual(["meter: expected every 1 s"]);
  });

  test("is expected to speak only while it is there", () => {
    const { clock, told, connectivity, send } = start();
    send("meter", ...every(MINUTE));
    connectivity.set("meter", "offline");
    clock.advance(HOUR);
    connectivity.delete("meter");
    clock.advance(HOUR);
    expect(told).toEqual([]);
  });
});

test("of a device that speaks when something happens, or was heard a few times, nothing is expected", () => {
  const { clock, told, send, rhythm } = start();
  send("door", 5_000, 90_000, 20_000, 400_000, 8_000, 60_000, 30_000, 10_000, 200_000);
  send("new", ...every(MINUTE, 7));
  clock.advance(HOUR);
  expect(told).toEqual([]);
  send("meter", ...every(MINUTE));
  rhythm.stop();
  clock.advance(HOUR);
  expect(told).toEqual([]);
});

test("a device that falls silent with its connection up is late, and online with its next message", async () => {
  await using site = await startSiteBroker();
  using till = new RawClient(site.port);
  till.write(
    connectPacket({ device: "till-1", password: site.password("till-1"), clientId: "pos", keepAlive: 0 }),
  );
  await till.take(4);
  const publish = async (packetId: number) => {
    const topic = "homepot/till-1/telemetry";
    till.write(publishPacket({ topic, payload: `{"n":${packetId}}`, qos: 1, packetId }));
    await till.take(4);
  };
  for (let packetId = 1; packetId <= 9; packetId++) {
    await publish(packetId);
    site.clock.advance(MINUTE);
  }
  expect(site.devices.get("till-1")?.connectivity).toBe("online");
  site.clock.advance(4 * MINUTE);
  expect(site.devices.get("till-1")?.connectivity).toBe("late");
  await publish(10);
  expect(site.devices.get("till-1")?.connectivity).toBe("online");
});
