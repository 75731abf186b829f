import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeLocalCertificate } from "../../testing/local-certificate.ts";
import { DELIVERY, keyPair, message, platformParts } from "../testing/platform-parts.ts";
import { apns } from "./apns.ts";
import type { Sender } from "./platform.ts";

/**
 * Against an HTTP/2 server that others wrote, and another implementation of the protocol: Debian's nghttpd, which answers with a file
 * for each device that it knows. What Apple says of a message it does not know; how requests are framed and how many of
 * them one connection may have it holds to.
 */
const NGHTTPD = "/usr/sbin/nghttpd";
const STREAMS_MAX = 16;
const KNOWN = 400;

const token = (index: number) => index.toString(16).padStart(64, "0");
let directory: string;
let server: Bun.Subprocess;
let sender: Sender<"apns">;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "homepot-nghttpd-"));
  const certificate = await makeLocalCertificate();
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  writeFileSync(key, certificate.key);
  writeFileSync(cert, certificate.certificate);
  mkdirSync(join(directory, "3", "device"), { recursive: true });
  for (let index = 0; index < KNOWN; index += 1)
    writeFileSync(join(directory, "3", "device", token(index)), "{}");
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  server = Bun.spawn(
    [NGHTTPD, "-a", "127.0.0.1", "-m", String(STREAMS_MAX), "-d", directory, String(port), key, cert],
    { stdout: "ignore", stderr: "ignore" },
  );
  const parts = await platformParts({
    hosts: { apns: `https://localhost:${port}` },
    authority: certificate.certificate,
  });
  const made = apns.open(
    {
      ...{ key: keyPair("ec").privateKey, keyId: "ABC123DEFG", teamId: "DEF123GHIJ" },
      ...{ topic: "test.homepot.app", environment: "production" },
    },
    parts,
  );
  if (!made.ok) throw new Error(made.refusal.detail);
  sender = made.value;
  while ((await send(0)).outcome !== "sent") await new Promise((resolve) => setImmediate(resolve));
});
afterAll(async () => {
  sender.close();
  server.kill();
  await server.exited;
  rmSync(directory, { recursive: true, force: true });
});

const send = (index: number) =>
  sender.send({
    ...{ id: DELIVERY, message: message(), expiresMs: Date.now() + 60_000 },
    address: { platform: "apns", token: token(index) },
  });

test("many at once arrive, more than one connection may have under way", async () => {
  const outcomes = await Promise.all(Array.from({ length: KNOWN }, (_, index) => send(index)));
  expect(outcomes.filter(({ outcome }) => outcome !== "sent")).toEqual([]);
});

test("a device that it does not know is refused, and nothing of its page is told", async () => {
  expect(await send(KNOWN)).toEqual({ outcome: "refused", reason: "404" });
});
