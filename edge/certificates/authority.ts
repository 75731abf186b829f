import type { X509Certificate } from "@peculiar/x509";
import type { Random } from "../../protocol/random.ts";
import type { KeyedCertificate } from "./keyed-certificate.ts";

/** What a certificate is for, and of whom. Names are DNS names or IP addresses. */
export interface CertificateRequest {
  commonName: string;
  names: readonly string[];
  use: "server" | "client";
  serial: string;
  notAfterMs: number;
}

/** P-256 is what small devices' TLS libraries all have. */
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
/**
 * A gateway without a battery-backed clock starts in 1970 and learns the time later: what it makes must be valid then.
 * 2049 is the last year that UTCTime can say (RFC 5280 section 4.1.2.5).
 */
const NOT_BEFORE = new Date("2024-01-01T00:00:00Z");
const NOT_AFTER = new Date("2049-12-31T23:59:59Z");
const SERIAL_BYTES = 16;

/**
 * The library is loaded when the first certificate is made, which few starts need. What it stands on looks for
 * reflect-metadata when it is loaded; in a bundle only two loads one after the other keep that order.
 */
async function loadX509() {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

/** A serial number nobody has: positive, and without a leading zero (RFC 5280 section 4.1.2.2). */
export function makeSerial(random: Random): string {
  const bytes = random.bytes(SERIAL_BYTES);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return Buffer.from(bytes).toString("hex");
}

/** Makes a certificate authority that signs itself. */
export async function makeAuthority(commonName: string, serial: string): Promise<KeyedCertificate> {
  const x509 = await loadX509();
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial,
    name: [{ CN: [commonName] }],
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return toPem(certificate, keys.privateKey);
}

/** Makes a key and a certificate for it, signed by an authority. */
export async function makeCertificate(
  authority: KeyedCertificate,
  request: CertificateRequest,
): Promise<KeyedCertificate> {
  const x509 = await loadX509();
  const issuer = new x509.X509Certificate(authority.certificate);
  const signingKey = await crypto.subtle.importKey(
    "pkcs8",
    x509.PemConverter.decodeFirst(authority.key),
    ALGORITHM,
    false,
    ["sign"],
  );
  const keys = await makeKeys();
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: request.serial,
    subject: [{ CN: [request.commonName] }],
    issuer: issuer.subjectName,
    notBefore: NOT_BEFORE,
    notAfter: new Date(Math.min(request.notAfterMs, NOT_AFTER.getTime())),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([request.use === "server" ? serverAuth : clientAuth]),
      ...(request.names.length === 0
        ? []
        : [new x509.SubjectAlternativeNameExtension(request.names.map(alternativeName))]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return toPem(certificate, keys.privateKey);
}

function alternativeName(name: string): { type: "ip" | "dns"; value: string } {
  return { type: /^[\d.]+$|:/.test(name) ? "ip" : "dns", value: name };
}

async function makeKeys(): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as CryptoKeyPair;
}

async function toPem(certificate: X509Certificate, key: CryptoKey): Promise<KeyedCertificate> {
  const { PemConverter } = await loadX509();
  return {
    certificate: `${certificate.toString("pem").trim()}\n`,
    key: `${PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY").trim()}\n`,
  };
}
