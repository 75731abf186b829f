import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import type { Random } from "../../protocol/random.ts";
import { DAY } from "../../protocol/units.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Devices } from "../devices/devices.ts";
import { makeAuthority, makeCertificate, makeSerial } from "./authority.ts";
import { type KeyedCertificate, readKeyed, writeKeyed } from "./keyed-certificate.ts";
import { CertificateStore } from "./store.ts";

export type { KeyedCertificate } from "./keyed-certificate.ts";

/**
 * The gateway's own certificate authority: it signs the broker's certificate and those that devices log in with.
 *
 * Promises: the authority is made once, on the gateway, and its key never leaves the data directory; the broker's
 * certificate is renewed before it expires; a device's counts until it expires, is taken back, or the device is
 * removed. A command beside the running gateway may issue. It never opens a socket.
 */
export interface Certificates {
  /** The authority's certificate in PEM, for devices to trust. Made when there is none. */
  authority(): Promise<string>;
  /** The broker's certificate for these names; made anew when it is about to expire or was made for other names. */
  server(names: readonly string[]): Promise<KeyedCertificate>;
  /** A certificate with which a device logs in. The key is not kept. Code: `device.unknown`. */
  issue(device: string, validMs: number): Promise<Result<IssuedToDevice>>;
  /** Takes all of a device's certificates back; gives how many there were. Code: `device.unknown`. */
  revoke(device: string): Result<number>;
  /** Whether the authority issued this one to this device and has not taken it back. */
  isValid(certificate: { serial: string; commonName: string }): boolean;
}

export interface IssuedToDevice extends KeyedCertificate {
  device: string;
  serial: string;
  expiresMs: number;
  /** The authority's certificate. */
  authority: string;
}

/** Renewed so long before it expires, and good for so long: a device that checks it must not care how often. */
const SERVER_VALID_MS = 397 * DAY;
const RENEW_BEFORE_MS = 30 * DAY;
/** A clock that says less has not been set yet. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);

export function createCertificates(parts: {
  db: EdgeDatabase;
  devices: Devices;
  dataDirectory: string;
  clock: Clock;
  random: Random;
}): Certificates {
  return new OwnAuthority(parts);
}

class OwnAuthority implements Certificates {
  readonly #parts: Parameters<typeof createCertificates>[0];
  readonly #store: CertificateStore;

  constructor(parts: Parameters<typeof createCertificates>[0]) {
    this.#parts = parts;
    this.#store = new CertificateStore(parts.db);
  }

  async authority(): Promise<string> {
    return (await this.#authority()).certificate;
  }

  async server(names: readonly string[]): Promise<KeyedCertificate> {
    const path = this.#path("mqtt-server.pem");
    const authority = await this.#authority();
    const kept = readKeyed(path);
    if (kept !== null && this.#isGood(kept.certificate, authority.certificate, names)) return kept;
    const made = await makeCertificate(authority, {
      commonName: names[0] ?? "homepot gateway",
      names,
      use: "server",
      serial: makeSerial(this.#parts.random),
      notAfterMs: this.#nowMs() + SERVER_VALID_MS,
    });
    writeKeyed(path, made, false);
    return made;
  }

  async issue(device: string, validMs: number): Promise<Result<IssuedToDevice>> {
    const { db, devices, random } = this.#parts;
    if (devices.get(device) === null) return refuse("device.unknown", device);
    const authority = await this.#authority();
    const serial = makeSerial(random);
    const issuedMs = this.#nowMs();
    const notAfterMs = issuedMs + validMs;
    const made = await makeCertificate(authority, {
      commonName: device,
      names: [],
      use: "client",
      serial,
      notAfterMs,
    });
    const expiresMs = Date.parse(new X509Certificate(made.certificate).validTo);
    return db.transaction(() => {
      // It may have been removed meanwhile.
      if (devices.get(device) === null) return refuse("device.unknown", device);
      this.#store.insert({ serial, device, issuedMs, expiresMs });
      return accept({ ...made, device, serial, expiresMs, authority: authority.certificate });
    });
  }

  revoke(device: string): Result<number> {
    return this.#parts.db.transaction(() =>
      this.#parts.devices.get(device) === null
        ? refuse("device.unknown", device)
        : accept(this.#store.deleteOf(device)),
    );
  }

  isValid({ serial, commonName }: { serial: string; commonName: string }): boolean {
    const issued = this.#store.get(serial.toLowerCase());
    return issued !== null && issued.device === commonName && this.#parts.clock.nowMs() < issued.expiresMs;
  }

  async #authority(): Promise<KeyedCertificate> {
    const path = this.#path("mqtt-authority.pem");
    const kept = readKeyed(path);
    if (kept !== null) return kept;
    const serial = makeSerial(this.#parts.random);
    // The name differs from gateway to gateway: TLS libraries look issuers up by it.
    writeKeyed(path, await makeAuthority(`HOMEPOT gateway ${serial.slice(0, 8)}`, serial), true);
    return readKeyed(path)!;
  }

  #isGood(certificate: string, authority: string, names: readonly string[]): boolean {
    const parsed = new X509Certificate(certificate);
    const leftMs = Date.parse(parsed.validTo) - this.#nowMs();
    const kept = new Set(alternativeNames(parsed));
    const wanted = new Set(names.map(canonical));
    return (
      // More than it can be: it was made while the clock was ahead.
      leftMs > RENEW_BEFORE_MS &&
      leftMs <= SERVER_VALID_MS &&
      parsed.checkIssued(new X509Certificate(authority)) &&
      kept.size === wanted.size &&
      kept.isSubsetOf(wanted)
    );
  }

  #nowMs(): number {
    return Math.max(this.#parts.clock.nowMs(), EARLIEST_MS);
  }

  #path(name: string): string {
    return join(this.#parts.dataDirectory, name);
  }
}

/** `DNS:localhost, IP Address:127.0.0.1` as names. */
function alternativeNames({ subjectAltName }: X509Certificate): string[] {
  return (subjectAltName ?? "").split(", ").map((name) => canonical(name.replace(/^(DNS|IP Address):/, "")));
}

/** An IPv6 address has several spellings, of which the library and the system choose different ones. */
function canonical(name: string): string {
  return name.includes(":") ? new URL(`http://[${name}]`).hostname.slice(1, -1) : name.toLowerCase();
}
