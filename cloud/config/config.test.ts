import { afterAll, afterEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { readConfig } from "./config.ts";
import { originSetting } from "./origin-setting.ts";
import { readPushCredentials } from "./push-credentials.ts";
import { readSecret } from "./secrets.ts";

const directory = mkdtempSync(join(tmpdir(), "homepot-config-"));
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => {
  delete process.env.HOMEPOT_CLOUD_LOG_LEVEL;
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
});

test("settings come from the command line over the environment over the file over the defaults", () => {
  const config = join(directory, "homepot.toml");
  writeFileSync(
    config,
    'listen = "0.0.0.0:80"\n[log]\nlevel = "error"\n[accounts]\nsignup = "open"\n[proxy]\ntrusted = ["10.0.0.0/8", "::1"]\n',
  );
  process.env.HOMEPOT_CLOUD_LOG_LEVEL = "debug";
  expect(
    readConfig({ config, listen: "[::1]:1", "cors-origins": "https://a.example, https://b.example/" }),
  ).toEqual({
    ok: true,
    value: {
      data: "/var/lib/homepot-cloud",
      listen: { host: "::1", port: 1 },
      publicUrl: null,
      trustedProxies: ["10.0.0.0/8", "::1/128"],
      corsOrigins: ["https://a.example", "https://b.example"],
      perAddress: 6_000,
      perPerson: 1_200,
      signup: "open",
      mailHost: null,
      mailPort: 587,
      mailTls: "starttls",
      mailAuthority: null,
      mailUser: null,
      mailPassword: null,
      mailFrom: null,
      rawDays: 400,
      keepDays: 3_650,
      releasesDirectory: null,
      jobsKeepDays: 90,
      firmwareMaxMib: 256,
      firmwareTotalMib: 4_096,
      masterKey: null,
      pushCredentials: null,
      outboundAllowed: [],
      outboundAuthority: null,
      fcmUrl: null,
      fcmTokenUrl: null,
      apnsUrl: null,
      wnsTokenUrl: null,
      ...{ fcmPerSecond: 10_000, fcmAtOnce: 256, apnsPerSecond: 0, apnsAtOnce: 1_000 },
      ...{ webPushPerSecond: 0, webPushAtOnce: 512, wnsPerSecond: 1_000, wnsAtOnce: 128 },
      ...{ brokerPerSecond: 0, brokerAtOnce: 2_048, mailPerSecond: 10, mailAtOnce: 4 },
      logLevel: "debug",
      logFormat: "json",
    },
  });
});

test.each([["*"], ["null"], ["https://a.example,*"], ["https://a.example/path"]])(
  "%p is no list of origins",
  (origins) => {
    expect(readConfig({ "cors-origins": origins })).toMatchObject({ refusal: { code: "config.invalid" } });
  },
);

test("a proxy that is no address is refused", () => {
  for (const trusted of ["*", "proxy.example", "10.0.0.0/99"])
    expect(readConfig({ "proxy-trusted": trusted })).toMatchObject({ refusal: { code: "config.invalid" } });
});

test("a file that cannot be read, or is no TOML, is told with its name", () => {
  const config = join(directory, "bad.toml");
  expect(readConfig({ config })).toMatchObject({ refusal: { code: "config.invalid" } });
  writeFileSync(config, "listen = = 1");
  expect(readConfig({ config })).toMatchObject({ refusal: { detail: expect.stringContaining("bad.toml") } });
  writeFileSync(config, "lisen = 1");
  expect(readConfig({ config })).toMatchObject({
    refusal: { code: "config.unknown-setting", detail: expect.stringContaining("did you mean listen?") },
  });
});

test.each([
  ["https://homepot.example", "https://homepot.example"],
  ["https://homepot.example/", "https://homepot.example"],
  [" http://[::1]:8080 ", "http://[::1]:8080"],
  ["https://homepot.example/path", null],
  ["https://me@homepot.example", null],
  ["https://homepot.example/?x", null],
  ["ftp://homepot.example", null],
  ["homepot.example", null],
  [7, null],
])("%p as the public address is %p", (input, expected) => {
  const read = originSetting({ name: "public-url", about: "" }).read(input);
  expect(read.ok ? read.value : null).toBe(expected);
});

test("origins of an MQTT broker may be allowed, as they are", () => {
  const allowed = readConfig({ "outbound-allowed": "MQTTS://Broker.example:8883, https://hooks.example" });
  expect(allowed).toMatchObject({
    value: { outboundAllowed: ["mqtts://broker.example:8883", "https://hooks.example"] },
  });
  expect(readConfig({ "outbound-allowed": "ftp://a.example" }).ok).toBe(false);
  expect(readConfig({ "outbound-allowed": "https://a.example/path" }).ok).toBe(false);
});

test("credentials of platforms are read from TOML or JSON, and a bad file is told with its name only", () => {
  const toml = join(directory, "push.toml");
  writeFileSync(toml, '[wns]\ntenantId = "a"\n');
  expect(readPushCredentials(toml)).toEqual({ wns: { tenantId: "a" } });
  const json = join(directory, "push.json");
  writeFileSync(json, '{"wns":{"tenantId":"b"}}');
  expect(readPushCredentials(json)).toEqual({ wns: { tenantId: "b" } });
  expect(readPushCredentials(null)).toEqual({});
  writeFileSync(json, '{"wns":{"clientSecret":"hunter2"');
  expect(() => readPushCredentials(json)).toThrow(/push.json/);
  expect(() => readPushCredentials(json)).not.toThrow(/hunter2/);
});

test("the secret is made once and kept", () => {
  const first = readSecret(directory, seededRandom(1));
  expect(readSecret(directory, seededRandom(2))).toBe(first);
  expect(Buffer.from(first, "base64url")).toHaveLength(48);
  expect(readdirSync(directory)).toEqual(["secret.key"]);
});

test.each([
  ["push-fcm-per-second", "-1"],
  ["push-apns-at-once", "0"],
  ["push-web-push-at-once", "4097"],
  ["mail-per-second", "ten"],
])("how much a platform is handed is bounded: --%s %s is refused by its name", (option, value) => {
  const read = readConfig({ [option]: value });
  expect(read).toMatchObject({ refusal: { code: "config.invalid" } });
  expect(JSON.stringify(read)).toContain(option);
});
