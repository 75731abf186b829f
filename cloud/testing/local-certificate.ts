import "reflect-metadata";
import { SECOND } from "../../protocol/units.ts";

export interface KeyedCertificate {
  /** PEM */
  key: string;
  certificate: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate for `localhost` that signs itself, good for an hour. */
export async function makeLocalCertificate(): Promise<KeyedCertificate> {
  const x509 = await import("@peculiar/x509");
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const nowMs = Date.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ["localhost"] }],
    notBefore: new Date(nowMs - 60 * SECOND),
    notAfter: new Date(nowMs + 3_600 * SECOND),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "localhost" }])],
  });
  const key = x509.PemConverter.encode(
    await crypto.subtle.exportKey("pkcs8", keys.privateKey),
    "PRIVATE KEY",
  );
  return { key, certificate: certificate.toString("pem") };
}
