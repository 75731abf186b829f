import { describe, expect, test } from "bun:test";
import { readUplogEvent } from "../../protocol/log/kinds.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { openDatabase } from "../database/database.ts";
import { createUplog } from "../uplog/uplog.ts";
import { createDevices } from "./devices.ts";

const HASH = expect.stringMatching(/^[0-9a-f]{64}$/);

function start() {
  const clock = new ManualClock(1_000);
  const random = seededRandom(1);
  const db = openDatabase(":memory:", { clock, random });
  const uplog = createUplog(db);
  const devices = createDevices({ db, uplog, clock, random });
  const told = () =>
    uplog.read("urgent", 0, 1_000_000).map((entry) => {
      const event = readUplogEvent(entry);
      return event.ok && event.value.known ? event.value.event : event;
    });
  return { clock, devices, told, db };
}

describe("devices", () => {
  test("get a password that is shown once and lets in nobody else", () => {
    const { devices, told } = start();
    const added = devices.add("till-1");
    if (!added.ok) throw new Error("refused");
    expect(added.value).toMatchObject({ device: "till-1", username: "till-1" });
    expect(devices.authenticate("till-1", added.value.password)).toBe(true);
    expect(devices.authenticate("till-1", "wrong")).toBe(false);
    expect(devices.authenticate("till-2", added.value.password)).toBe(false);
    expect(devices.authenticate("till-2", "")).toBe(false);
    const passwordHash = new Bun.CryptoHasher("sha256").update(added.value.password).digest("hex");
    expect(told()).toEqual([
      { kind: "device.registered", device: "till-1", provenance: "real", passwordHash },
    ]);
  });

  test("of the machine before connect with the password they have; one that is known stays", () => {
    const before = start();
    const added = before.devices.add("till-1");
    const [registered] = before.told();
    if (!added.ok || registered === undefined || !("passwordHash" in registered)) throw new Error("refused");
    const passwordHash = registered.passwordHash!;
    const { devices, told } = start();
    const restore = { kind: "device.restore", device: "till-1", passwordHash } as const;
    devices.restore(restore);
    devices.restore({ ...restore, passwordHash: "0".repeat(64) });
    expect(devices.authenticate("till-1", added.value.password)).toBe(true);
    expect(told()).toMatchObject([registered, { kind: "device.connectivity", connectivity: "offline" }]);
  });

  test("of an older version have their passwords' hashes told once", () => {
    const { devices, told, db } = start();
    devices.add("till-1");
    db.sqlite.run("UPDATE device SET password_told = 0");
    devices.tellPasswords();
    devices.tellPasswords();
    expect(told()).toEqual([told()[0]!, told()[0]!]);
  });

  test("are refused a second time, and with a bad id, and nothing is told", () => {
    const { devices, told } = start();
    devices.add("sensor", "simulated");
    expect(devices.add("sensor")).toMatchObject({ refusal: { code: "device.exists", detail: "sensor" } });
    expect(devices.add("no spaces")).toMatchObject({
      refusal: { code: "request.invalid", errors: [{ path: "device" }] },
    });
    expect(devices.list().map((device) => [device.key, device.provenance])).toEqual([
      ["sensor", "simulated"],
    ]);
    expect(told().length).toBe(1);
  });

  test("that are removed are out at once", () => {
    const { devices, told } = start();
    const added = devices.add("till-1");
    expect(devices.remove("till-1")).toEqual({ ok: true, value: undefined });
    expect(devices.authenticate("till-1", added.ok ? added.value.password : "")).toBe(false);
    expect(devices.get("till-1")).toBeNull();
    expect(devices.remove("till-1")).toMatchObject({ refusal: { code: "device.unknown" } });
    expect(told().at(-1)).toEqual({ kind: "device.removed", device: "till-1" });
  });

  test("that the cloud deleted are out, and so told whether or not they were known", () => {
    const { devices, told } = start();
    const added = devices.add("till-1");
    devices.discard("till-1");
    devices.discard("never-there");
    expect(devices.authenticate("till-1", added.ok ? added.value.password : "")).toBe(false);
    expect(told().slice(-2)).toEqual([
      { kind: "device.removed", device: "till-1" },
      { kind: "device.removed", device: "never-there" },
    ]);
  });

  test("tell the cloud only what changed", () => {
    const { clock, devices, told } = start();
    devices.add("till-1");
    devices.setAttributes("till-1", { model: "P400" });
    devices.setAttributes("till-1", { model: "P400" });
    devices.heard("till-1");
    clock.advance(5);
    devices.heard("till-1");
    devices.setConnectivity("till-1", "offline", "connection lost");
    devices.setConnectivity("till-1", "offline", "again");
    devices.setConnectivity("nobody", "online", "x");
    devices.setAttributes("nobody", {});
    expect(told().slice(1)).toEqual([
      { kind: "device.attributes", device: "till-1", attributes: { model: "P400" } },
      {
        kind: "device.connectivity",
        device: "till-1",
        connectivity: "online",
        sinceMs: 1_000,
        reason: "sent a message",
      },
      {
        kind: "device.connectivity",
        device: "till-1",
        connectivity: "offline",
        sinceMs: 1_005,
        reason: "connection lost",
      },
    ]);
    expect(devices.get("till-1")).toEqual({
      key: "till-1",
      provenance: "real",
      createdMs: 1_000,
      attributes: { model: "P400" },
      connectivity: "offline",
      connectivitySinceMs: 1_005,
      lastHeardMs: 1_005,
    });
  });

  test("cost one write in ten seconds for being heard, but for coming back none is spared", () => {
    const { clock, devices } = start();
    devices.add("till-1");
    expect(devices.heardLately("till-1")).toBe(false);
    devices.heard("till-1");
    expect(devices.heardLately("till-1")).toBe(true);
    clock.advance(10_000);
    expect(devices.heardLately("till-1")).toBe(false);
    devices.heard("till-1");
    clock.jump(-60_000);
    expect(devices.heardLately("till-1")).toBe(false);
    devices.heard("till-1");
    devices.setConnectivity("till-1", "offline", "connection lost");
    expect(devices.heardLately("till-1")).toBe(false);
    devices.heard("till-1");
    devices.remove("till-1");
    expect(devices.heardLately("till-1")).toBe(false);
  });

  test("are told of anew, each with all that is known of it, to a cloud that has lost it", () => {
    const { clock, devices, told } = start();
    devices.add("till-1");
    devices.add("till-2", "simulated");
    devices.setAttributes("till-1", { model: "P400" });
    devices.heard("till-1");
    clock.advance(1_000);
    const before = told().length;
    devices.announce();
    expect(told().slice(before)).toEqual([
      { kind: "device.registered", device: "till-1", provenance: "real", passwordHash: HASH },
      { kind: "device.attributes", device: "till-1", attributes: { model: "P400" } },
      { kind: "device.connectivity", device: "till-1", connectivity: "online", sinceMs: 1_000 },
      { kind: "device.registered", device: "till-2", provenance: "simulated", passwordHash: HASH },
      { kind: "device.attributes", device: "till-2", attributes: {} },
    ]);
  });

  test("have the newest twenty of their refused messages kept, and all counted", () => {
    const { devices } = start();
    const refusal = { code: "payload.not-json", detail: "why" } as const;
    for (let index = 0; index < 25; index += 1) {
      devices.reject(
        "till-1",
        "homepot/till-1/telemetry",
        refusal,
        new TextEncoder().encode(`${index} ${"x".repeat(500)}`),
      );
    }
    devices.reject("door-1", "homepot/door-1/telemetry", refusal, new Uint8Array());
    const kept = devices.rejected("till-1");
    expect([
      kept.total,
      kept.newest.length,
      kept.newest[0]?.sample.slice(0, 3),
      kept.newest[0]?.sample.length,
    ]).toEqual([25, 20, "24 ", 200]);
    expect(kept.newest.at(-1)?.sample.slice(0, 2)).toBe("5 ");
    expect(devices.rejected().total).toBe(26);
  });
});
