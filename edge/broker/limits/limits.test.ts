import { describe, expect, test } from "bun:test";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import { ConnectionLimits, DeviceConnections, LogThrottle, MessageRate } from "./limits.ts";

describe("a message rate", () => {
  test("takes a burst of five seconds' worth, then as many as come in a second", () => {
    const clock = new ManualClock();
    const rate = new MessageRate(1_000, clock);
    expect(rate.take(5_000)).toBe(0);
    expect(rate.take(100)).toBe(100);
    clock.advance(100);
    expect(rate.take(1)).toBe(1);
    clock.advance(1_010);
    expect(rate.take(1_000)).toBe(0);
  });

  test("lets over a long time through what it says, and not one burst more", () => {
    const clock = new ManualClock();
    const rate = new MessageRate(50, clock);
    let taken = 0;
    while (clock.monotonicMs() < 100_000) {
      const pauseMs = rate.take(1);
      taken += 1;
      clock.advance(pauseMs);
    }
    expect(taken).toBeGreaterThanOrEqual(100 * 50);
    expect(taken).toBeLessThanOrEqual(105 * 50 + 1);
  });

  test("does not save up more than a burst, and 0 is no limit", () => {
    const clock = new ManualClock();
    const rate = new MessageRate(10, clock);
    clock.advance(1_000_000);
    expect(rate.take(51)).toBe(100);
    expect(new MessageRate(0, clock).take(1_000_000)).toBe(0);
  });
});

describe("connection limits", () => {
  const bounds = { perAddress: 2, connectsPerSecond: 5 };

  test("let an address have so many connections, and more when one has ended", () => {
    const limits = new ConnectionLimits(bounds, new ManualClock());
    expect([limits.open("10.0.0.1"), limits.open("10.0.0.1")]).toEqual([null, null]);
    expect(limits.open("10.0.0.1")).toContain("mqtt.max-connections-per-address");
    expect(limits.open("10.0.0.2")).toBeNull();
    limits.closed("10.0.0.1");
    expect(limits.open("10.0.0.1")).toBeNull();
  });

  test("slow down an address that connects again and again, and forgive it after a while", () => {
    const clock = new ManualClock();
    const limits = new ConnectionLimits(bounds, clock);
    const connect = (): string | null => {
      const refused = limits.open("10.0.0.1");
      if (refused === null) limits.closed("10.0.0.1");
      return refused;
    };
    for (let burst = 0; burst < 100; burst += 1) expect(connect()).toBeNull();
    expect(connect()).toContain("mqtt.max-connects-per-second");
    expect(limits.open("10.0.0.2")).toBeNull();
    clock.advance(200);
    expect(connect()).toBeNull();
    expect(connect()).not.toBeNull();
    clock.advance(60_000);
    for (let burst = 0; burst < 100; burst += 1) expect(connect()).toBeNull();
    expect(connect()).not.toBeNull();
  });

  test("do not bind this machine, nor anybody when they are 0", () => {
    const limits = new ConnectionLimits(bounds, new ManualClock());
    const none = new ConnectionLimits({ perAddress: 0, connectsPerSecond: 0 }, new ManualClock());
    for (let many = 0; many < 1_000; many += 1) {
      expect(limits.open("127.0.0.1")).toBeNull();
      expect(none.open("10.0.0.1")).toBeNull();
    }
    limits.closed("127.0.0.1");
  });

  test("remember who is connected however many others come by", () => {
    const limits = new ConnectionLimits(bounds, new ManualClock());
    for (let twice = 0; twice < 2; twice += 1) limits.open("10.0.0.1");
    for (let other = 0; other < 10_000; other += 1) {
      limits.open(`fd00::${other}`);
      limits.closed(`fd00::${other}`);
    }
    expect(limits.open("10.0.0.1")).toContain("connections already");
  });
});

describe("a device's connections", () => {
  test("are so many, and for one more the oldest has to go", () => {
    const connections = new DeviceConnections<string>(2);
    expect(connections.add("till-1", "a")).toBeNull();
    expect(connections.add("till-1", "b")).toBeNull();
    expect(connections.add("till-2", "x")).toBeNull();
    expect(connections.add("till-1", "c")).toBe("a");
    connections.delete("till-1", "a");
    connections.delete("till-1", "c");
    expect(connections.add("till-1", "d")).toBeNull();
    expect(connections.add("till-1", "e")).toBe("b");
  });

  test("are not bound by 0", () => {
    const connections = new DeviceConnections<number>(0);
    for (let client = 0; client < 1_000; client += 1) expect(connections.add("till-1", client)).toBeNull();
    connections.delete("till-9", 1);
  });
});

describe("a log throttle", () => {
  test("lets the same be said of the same client once a minute, with how often it was not", () => {
    const clock = new ManualClock();
    const throttle = new LogThrottle(clock);
    const said: [string, object][] = [];
    const say = (kind: string, who: string): void =>
      throttle.say(kind, who, (facts) => said.push([`${kind} ${who}`, facts]));
    for (let often = 0; often < 10; often += 1) say("tls", "10.0.0.1");
    say("rate", "10.0.0.1");
    say("tls", "10.0.0.2");
    clock.advance(60_000);
    say("tls", "10.0.0.1");
    expect(said).toEqual([
      ["tls 10.0.0.1", {}],
      ["rate 10.0.0.1", {}],
      ["tls 10.0.0.2", {}],
      ["tls 10.0.0.1", { leftOut: 9 }],
    ]);
  });

  test("forgets who was spoken of longest ago when there are too many", () => {
    const throttle = new LogThrottle(new ManualClock());
    let said = 0;
    for (let who = 0; who < 5_000; who += 1) throttle.say("tls", String(who), () => (said += 1));
    throttle.say("tls", "4999", () => (said += 1));
    throttle.say("tls", "0", () => (said += 1));
    expect(said).toBe(5_001);
  });
});
