import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { DAY } from "../../../protocol/units.ts";
import { makeAuthority, makeCertificate } from "../../certificates/authority.ts";
import { journalled } from "../../telemetry/testing/journalled.ts";
import { passwordOf, type SiteListeners, startSiteListeners, until } from "../testing/site-listeners.ts";

/** The gateway's own authority against real clients: mqtt.js, and Debian's mosquitto-clients, which are OpenSSL's. */

const publish = (client: MqttClient) =>
  client.publishAsync("homepot/till-1/telemetry", '{"temperature":4}', { qos: 1 });

async function issue(
  { certificates }: SiteListeners,
  device: string,
): Promise<{ cert: string; key: string }> {
  const issued = await certificates.issue(device, DAY);
  if (!issued.ok) throw new Error(issued.refusal.detail);
  return { cert: issued.value.certificate, key: issued.value.key };
}
const isGone = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => client.once("close", () => resolve()));

/** Runs mosquitto_pub over TLS with these files of `directory`; gives its exit code and what it said. */
async function mosquitto(
  start: SiteListeners,
  files: Record<string, string>,
  options: string[] = [],
): Promise<{ code: number; said: string }> {
  const named: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    const path = join(start.directory, `client-${name}`);
    await Bun.write(path, text);
    named.push(`--${name}`, path);
  }
  const message = ["-q", "1", "-t", "homepot/till-1/telemetry", "-m", '{"temperature":4}'];
  const run = Bun.spawn(
    ["mosquitto_pub", "-h", "localhost", "-p", String(start.ports.tls), ...named, ...options, ...message],
    { stdout: "ignore", stderr: "pipe" },
  );
  const said = await new Response(run.stderr).text();
  return { code: await run.exited, said };
}

describe("a device with a certificate of the gateway's own authority", () => {
  test("logs in without a password, as itself", async () => {
    await using start = await startSiteListeners();
    await publish(await start.connect("tls", { ...(await issue(start, "till-1")), clientId: "pos" }));
    expect(journalled(start.site.db)[0]?.device).toBe("till-1");
    const client = await start.connect("tls", await issue(start, "till-2"));
    const elsewhere = isGone(client);
    publish(client).catch(() => undefined);
    await elsewhere;
    expect(journalled(start.site.db).length).toBe(1);
  });

  test("is not let in for another device", async () => {
    await using start = await startSiteListeners();
    const login = { ...(await issue(start, "till-1")), username: "till-2", password: "" };
    await expect(start.connect("tls", login)).rejects.toThrow();
  });

  test("is disconnected when it is taken back, and not let in again; its password still is", async () => {
    await using start = await startSiteListeners();
    const certificate = await issue(start, "till-1");
    const other = await start.connect("tls", await issue(start, "till-2"));
    const client = await start.connect("tls", certificate);
    const gone = isGone(client);
    start.certificates.revoke("till-1");
    start.listeners.recheck();
    await gone;
    expect(other.connected).toBe(true);
    await expect(start.connect("tls", certificate)).rejects.toThrow();
    expect(start.logged.at(-1)).toMatchObject({ commonName: "till-1", remoteAddress: "127.0.0.1" });
    await publish(await start.connect("tls", { ...certificate, ...passwordOf(start, "till-1") }));
  });

  test("is not let in after the device was removed, nor when there is one of that name again", async () => {
    await using start = await startSiteListeners();
    const certificate = await issue(start, "till-1");
    start.site.devices.remove("till-1");
    await expect(start.connect("tls", certificate)).rejects.toThrow();
    start.site.devices.add("till-1");
    await expect(start.connect("tls", certificate)).rejects.toThrow();
  });

  test("is served by mosquitto_pub with --cafile, --cert and --key", async () => {
    await using start = await startSiteListeners();
    const { cert, key } = await issue(start, "till-1");
    const cafile = await start.certificates.authority();
    expect(await mosquitto(start, { cafile, cert, key })).toEqual({ code: 0, said: "" });
    expect(journalled(start.site.db).length).toBe(1);
    const password = start.site.password("till-1");
    expect((await mosquitto(start, { cafile }, ["-u", "till-1", "-P", password])).code).toBe(0);
    expect((await mosquitto(start, { cafile })).code).not.toBe(0);
    expect(journalled(start.site.db).length).toBe(2);
  });

  test("that distrusts the gateway is told of in the log", async () => {
    await using start = await startSiteListeners();
    const stranger = await makeAuthority("Stranger", "42");
    expect((await mosquitto(start, { cafile: stranger.certificate })).code).not.toBe(0);
    await until(() => start.logged.length > 0);
    expect(start.logged[0]?.reason).toContain("homepot-edge device authority");
  });
});

describe("a certificate that does not count", () => {
  test.each(["foreign", "expired", "never issued"])("is told of and lets nobody in: %s", async (kind) => {
    await using start = await startSiteListeners();
    await start.certificates.authority();
    const own = await Bun.file(join(start.directory, "mqtt-authority.pem")).text();
    const [, certificate = "", key = ""] = /([\s\S]*?)(-----BEGIN PRIVATE[\s\S]*)/.exec(own) ?? [];
    const authority = kind === "foreign" ? await makeAuthority("HOMEPOT", "42") : { certificate, key };
    const made = await makeCertificate(authority, {
      commonName: "till-1",
      names: [],
      use: "client",
      serial: "43",
      notAfterMs: Date.now() + (kind === "expired" ? -DAY : DAY),
    });
    const refused = start.connect("tls", { cert: made.certificate, key: made.key });
    await expect(refused).rejects.toThrow();
    const reason = {
      foreign: /unable to verify/,
      expired: /expired/,
      "never issued": /not issued by this gateway/,
    }[kind];
    expect(start.logged).toEqual([
      {
        message: "a client certificate does not count",
        remoteAddress: "127.0.0.1",
        commonName: "till-1",
        reason: expect.stringMatching(reason ?? /never/) as string,
      },
    ]);
    const login = { cert: made.certificate, key: made.key, ...passwordOf(start, "till-1") };
    await publish(await start.connect("tls", login));
  });

  test("of another authority counts when that one is set, as long as the device is there", async () => {
    const authority = await makeAuthority("Factory", "42");
    const request = { commonName: "till-1", names: [], use: "client", serial: "43" } as const;
    const made = await makeCertificate(authority, { ...request, notAfterMs: Date.now() + DAY });
    const file = join(import.meta.dir, "testdata", "authority.pem");
    await using start = await startSiteListeners({ settings: { mqttTlsClientCa: file } });
    const login = { cert: made.certificate, key: made.key };
    await expect(start.connect("tls", login)).rejects.toThrow();
    await expect(start.connect("tls", await issue(start, "till-1"))).rejects.toThrow();
    const testdata = async (name: string): Promise<string> =>
      Bun.file(join(import.meta.dir, "testdata", `${name}.pem`)).text();
    const theirs = { cert: await testdata("till-1"), key: await testdata("till-1-key") };
    await publish(await start.connect("tls", theirs));
    start.site.devices.remove("till-1");
    await expect(start.connect("tls", theirs)).rejects.toThrow();
  });
});
