import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { RefusalError, type Result } from "../../protocol/errors.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { DAY } from "../../protocol/units.ts";
import { type EdgeDatabase, openDatabase } from "../database/database.ts";
import { createDevices, type Devices } from "../devices/devices.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createUplog } from "../uplog/uplog.ts";
import { type Certificates, createCertificates } from "./certificates.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let clock: ManualClock;
let db: EdgeDatabase;
let devices: Devices;
let certificates: Certificates;

beforeEach(() => {
  directory = temporaryDirectory();
  clock = new ManualClock(Date.UTC(2026, 10, 23));
  const random = seededRandom(5);
  db = openDatabase(join(directory.path, "edge.db"), { clock, random });
  devices = createDevices({ db, uplog: createUplog(db), clock, random });
  devices.add("till-1");
  certificates = createCertificates({ db, devices, dataDirectory: directory.path, clock, random });
});
afterEach(() => {
  db.close();
  directory[Symbol.dispose]();
});

function granted<T>(result: Result<T>): T {
  if (!result.ok) throw new RefusalError(result.refusal);
  return result.value;
}
/** What the listener would ask about a certificate that was shown to it. */
function valid(certificate: string): boolean {
  const { serialNumber: serial, subject } = new X509Certificate(certificate);
  return certificates.isValid({ serial, commonName: subject.replace("CN=", "") });
}
const NAMES = ["gateway.local", "localhost", "127.0.0.1", "::1", "fe80::1:2"];

describe("the gateway's own authority", () => {
  test("is made once, also when two ask at the same moment, and only its owner may read the key", async () => {
    const [first, second] = await Promise.all([certificates.authority(), certificates.authority()]);
    expect(second).toBe(first);
    expect(new X509Certificate(first).ca).toBe(true);
    expect(first).not.toContain("PRIVATE");
    expect(statSync(join(directory.path, "mqtt-authority.pem")).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory.path, "mqtt-authority.pem")).nlink).toBe(1);
  });

  test("says which file is damaged, and does not replace an authority that devices trust", async () => {
    await Bun.write(join(directory.path, "mqtt-authority.pem"), "-----BEGIN");
    await expect(certificates.authority()).rejects.toThrow("mqtt-authority.pem");
  });

  test("signs a server certificate for its names and keeps it until a month before it expires", async () => {
    const first = await certificates.server(NAMES);
    const parsed = new X509Certificate(first.certificate);
    const authority = new X509Certificate(await certificates.authority());
    expect(parsed.verify(authority.publicKey)).toBe(true);
    expect(parsed.checkHost("gateway.local")).toBe("gateway.local");
    expect(parsed.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(parsed.ca).toBe(false);
    expect(await certificates.server(NAMES)).toEqual(first);
    clock.advance(366 * DAY);
    expect(await certificates.server(NAMES)).toEqual(first);
    clock.advance(2 * DAY);
    const renewed = await certificates.server(NAMES);
    expect(renewed.certificate).not.toBe(first.certificate);
    expect(new X509Certificate(renewed.certificate).checkIssued(authority)).toBe(true);
    expect(await certificates.server(NAMES)).toEqual(renewed);
  });

  test("signs another one when the gateway has got another name or address", async () => {
    const first = await certificates.server(NAMES);
    const other = await certificates.server([...NAMES, "10.0.0.7"]);
    expect(other.certificate).not.toBe(first.certificate);
    expect((await certificates.server(NAMES)).certificate).not.toBe(other.certificate);
  });

  test("makes what is valid when the clock, which said 1970 or 2040, is set", async () => {
    for (const wrong of [0, Date.UTC(2040, 0, 1)]) {
      clock.jump(wrong - clock.nowMs());
      await certificates.server(NAMES);
      clock.jump(Date.UTC(2026, 10, 23) - clock.nowMs());
      const { validFrom, validTo } = new X509Certificate((await certificates.server(NAMES)).certificate);
      expect(Date.parse(validFrom)).toBeLessThan(clock.nowMs());
      expect(Date.parse(validTo)).toBeGreaterThan(clock.nowMs() + 30 * DAY);
      expect(Date.parse(validTo)).toBeLessThan(clock.nowMs() + 398 * DAY);
    }
  });
});

describe("a device's certificate", () => {
  test("is signed for its key, and counts until it expires", async () => {
    const issued = granted(await certificates.issue("till-1", 10 * DAY));
    const parsed = new X509Certificate(issued.certificate);
    expect(parsed.subject).toBe("CN=till-1");
    expect(parsed.verify(new X509Certificate(issued.authority).publicKey)).toBe(true);
    expect(parsed.checkPrivateKey((await import("node:crypto")).createPrivateKey(issued.key))).toBe(true);
    expect(valid(issued.certificate)).toBe(true);
    expect(certificates.isValid({ serial: parsed.serialNumber, commonName: "till-2" })).toBe(false);
    clock.advance(10 * DAY);
    expect(valid(issued.certificate)).toBe(false);
  });

  test("is of no use after it was taken back; one issued later is", async () => {
    const first = granted(await certificates.issue("till-1", DAY));
    await certificates.issue("till-1", DAY);
    expect(granted(certificates.revoke("till-1"))).toBe(2);
    expect(valid(first.certificate)).toBe(false);
    expect(granted(certificates.revoke("till-1"))).toBe(0);
    expect(valid(granted(await certificates.issue("till-1", DAY)).certificate)).toBe(true);
  });

  test("goes with its device, and does not come back with one of the same name", async () => {
    const issued = granted(await certificates.issue("till-1", DAY));
    devices.remove("till-1");
    devices.add("till-1");
    expect(valid(issued.certificate)).toBe(false);
  });

  test("is issued to devices that there are", async () => {
    const refused = await certificates.issue("nobody", DAY);
    expect(refused).toMatchObject({ ok: false, refusal: { code: "device.unknown" } });
    expect(certificates.revoke("nobody")).toMatchObject({ ok: false, refusal: { code: "device.unknown" } });
  });

  test("is not issued to one that was removed while its key was made", async () => {
    const issuing = certificates.issue("till-1", DAY);
    devices.remove("till-1");
    expect(await issuing).toMatchObject({ ok: false, refusal: { code: "device.unknown" } });
  });
});
