import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { runCaptured } from "../cli/testing/run-captured.ts";
import { readConfig } from "../config/config.ts";
import { createDevices } from "../devices/devices.ts";
import { makeAccessCode } from "../status-page/status-page.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { CloudDouble } from "../uplink/testing/cloud-double.ts";
import { Site } from "../uplink/testing/site.ts";
import { redact } from "./redact.ts";
import { gatherSupport } from "./support.ts";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory[Symbol.dispose]());

const PROXY = "http://me:pr0xy%21word@proxy.example:3128";

/** A gateway that has every kind of secret, and those by themselves. */
async function secretiveSite(cloud: CloudDouble): Promise<{ site: Site; secrets: string[] }> {
  const site = new Site(directory.path);
  await site.enrol(cloud.url);
  const devices = createDevices({ ...site, random: seededRandom(3) });
  const added = devices.add("till-1");
  const refusal = { code: "payload.not-json", detail: "not JSON" } as const;
  devices.reject("till-1", "homepot/till-1/telemetry", refusal, new TextEncoder().encode("card 4111 1111"));
  const code = makeAccessCode(directory.path, seededRandom(4));
  const keyLines = readFileSync(join(directory.path, "gateway.key"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("-----"));
  const password = added.ok ? added.value.password : "";
  return {
    site,
    secrets: [
      code,
      `${code.slice(0, 4)}-${code.slice(4)}`,
      password,
      ...keyLines,
      "pr0xy",
      "4111 1111",
      "7KQF-2M9D",
    ],
  };
}

describe("a support bundle", () => {
  test("has no secret in it, wherever one stands", async () => {
    using cloud = new CloudDouble();
    const { site, secrets } = await secretiveSite(cloud);
    using db = site.db;
    const config = join(directory.path, "edge.toml");
    await Bun.write(config, `[cloud]\nproxy = "${PROXY}"\n`);
    const settings = readConfig({ config, data: directory.path });
    if (!settings.ok) throw new Error(settings.refusal.detail);
    const [code = "", dashed = "", password = "", keyLine = ""] = secrets;
    const everywhere = [
      `device added password=${password} user=till-1`,
      JSON.stringify({ message: "x", password, nested: JSON.stringify({ token: password }) }),
      `enroll --cloud https://c --claim 7KQF-2M9D --data /x`,
      `proxy ${PROXY} and pr0xy!word`,
      `Authorization: Bearer ${password}`,
      `-----BEGIN PRIVATE KEY-----\n${keyLine}\n-----END PRIVATE KEY-----`,
      `code ${code} or ${dashed}`,
    ].join("\n");
    const files = gatherSupport({
      ...{ dataDirectory: directory.path, settings: settings.value, db, doctor: everywhere },
      status: {
        page: { code: dashed },
        rejected: { newest: [{ code: "payload.not-json", sample: "card 4111 1111" }] },
      },
      run: () => everywhere,
    });
    const all = Object.values(files).join("\n");
    expect(secrets.filter((secret) => secret === "" || all.includes(secret))).toEqual([]);
    expect(files["status.json"]).toContain("payload.not-json");
    expect(files["settings.json"]).toContain('"cloud.proxy": "set"');
    expect(files["log.txt"]).toContain("user=till-1");
    expect(files["log.txt"]).toContain("https://c");
    expect(JSON.parse(files["database.json"] ?? "")).toMatchObject({ device: 1 });
  });

  test("is one file that the command writes, whole", async () => {
    using cloud = new CloudDouble();
    const { site, secrets } = await secretiveSite(cloud);
    site[Symbol.dispose]();
    const out = join(directory.path, "bundle.tar.gz");
    const { code, stdout } = await runCaptured("support-bundle", "--data", directory.path, "--out", out);
    expect([code, stdout.includes("read it before you pass it on")]).toEqual([0, true]);
    const unpacked = join(directory.path, "unpacked");
    await new Bun.Archive(await Bun.file(out).bytes()).extract(unpacked);
    const names = readdirSync(unpacked);
    expect(names).toEqual(
      expect.arrayContaining(["README.txt", "status.json", "doctor.txt", "log.txt", "disks.txt"]),
    );
    const all = names.map((name) => readFileSync(join(unpacked, name), "utf8")).join("\n");
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
    expect(all).toContain("Cardiff Bay");
  });

  test("of no gateway is none", async () => {
    const { code, stderr } = await runCaptured("support-bundle", "--data", join(directory.path, "none"));
    expect([code, stderr.includes("there is no gateway in")]).toEqual([2, true]);
  });
});

test.each([
  ["password: nothing to see", "password: nothing to see"],
  ['{"gatewayToken":"abc","level":"WARN"}', '{"gatewayToken":"[removed]","level":"WARN"}'],
  ["https://ada:pw@host/x?y=1", "https://[removed]@host/x?y=1"],
  ["set-cookie: homepot_status=abc; Path=/", "set-cookie: [removed]"],
  ["gateway 0190b8e0-7c1a-7000-8000-000000000001", "gateway 0190b8e0-7c1a-7000-8000-000000000001"],
  ["basic dXNlcjpwdw==", "basic [removed]"],
])("%s becomes %s", (text, expected) => {
  expect(redact(text)).toBe(expected);
});
