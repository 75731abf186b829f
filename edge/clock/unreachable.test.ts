import { expect, test } from "bun:test";
import { unreachable } from "./unreachable.ts";

const URL = "wss://cloud/connect";

test("a certificate that is of another time points at the clock, anything else at the way to the cloud", () => {
  const codes = [
    "TLS handshake failed: certificate is not yet valid CERT_NOT_YET_VALID",
    "certificate has expired",
    "Failed to connect",
    "self signed certificate",
  ].map((why) => unreachable(URL, why, 0).code);
  expect(codes).toEqual([
    "cloud.certificate-time",
    "cloud.certificate-time",
    "cloud.unreachable",
    "cloud.unreachable",
  ]);
  expect(unreachable(URL, "certificate has expired", 5_000).detail).toBe(
    "wss://cloud/connect: certificate has expired, at 1970-01-01T00:00:05.000Z by this machine's clock",
  );
});
