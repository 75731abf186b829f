import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import type { MqttClient } from "mqtt";
import { DAY } from "../../../protocol/units.ts";
import { makeAuthority, makeCertificate } from "../../certificates/authority.ts";
import { temporaryDirectory } from "../../testing/temporary-directory.ts";
import { passwordOf, type SiteListeners, startSiteListeners, until } from "../testing/site-listeners.ts";

const publish = (client: MqttClient) =>
  client.publishAsync("homepot/till-1/telemetry", '{"temperature":4}', { qos: 1 });

/** Writes a certificate by this authority where the settings say. */
async function certify(
  authority: Awaited<ReturnType<typeof makeAuthority>>,
  directory: string,
  serial: string,
) {
  const made = await makeCertificate(authority, {
    commonName: "localhost",
    names: ["localhost"],
    use: "server",
    serial,
    notAfterMs: Date.now() + DAY,
  });
  await Bun.write(join(directory, "server.pem"), made.certificate);
  await Bun.write(join(directory, "server.key"), made.key);
}
/** The serial of the certificate that a listener shows. */
function shown(start: SiteListeners, kind: "tls" | "wss"): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port: start.ports[kind], host: "localhost", rejectUnauthorized: false });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
  });
}

describe("certificates that are replaced", () => {
  test("are shown to who comes later, and nobody's connection ends", async () => {
    using directory = temporaryDirectory();
    const authority = await makeAuthority("Site", "41");
    await certify(authority, directory.path, "42");
    const settings = {
      mqttTlsCertificate: join(directory.path, "server.pem"),
      mqttTlsKey: join(directory.path, "server.key"),
    };
    await using start = await startSiteListeners({ settings });
    const login = { ...passwordOf(start, "till-1"), ca: authority.certificate };
    const kinds = ["tls", "wss"] as const;
    const before = await Promise.all(
      kinds.map((kind) => start.connect(kind, { ...login, clientId: `old-${kind}` })),
    );
    for (const kind of kinds) expect(await shown(start, kind)).toBe("42");
    await certify(authority, directory.path, "43");
    start.clock.advance(30_000);
    await until(() => start.logged.some(({ message }) => message.includes("were replaced")));
    for (const kind of kinds) expect(await shown(start, kind)).toBe("43");
    for (const client of before) await publish(client);
    for (const kind of kinds) await publish(await start.connect(kind, { ...login, clientId: `new-${kind}` }));

    await Bun.write(join(directory.path, "server.key"), "nonsense");
    await start.listeners.reload();
    expect(start.logged.at(-1)?.message).toContain("cannot be used");
    for (const kind of kinds) expect(await shown(start, kind)).toBe("43");
    for (const client of before) expect(client.connected).toBe(true);

    const ends = before.map(
      (client) => new Promise<void>((resolve) => client.once("close", () => resolve())),
    );
    await start.site.broker.stop();
    await Promise.all(ends);
    expect(start.clock.pending).toBe(0);
    await start.listeners.reload();
  });
});
