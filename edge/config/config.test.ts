import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { readConfig } from "./config.ts";

afterEach(() => {
  delete process.env.HOMEPOT_EDGE_MQTT_LISTEN;
  delete process.env.HOMEPOT_EDGE_LOG_LEVL;
});

describe("the gateway's settings", () => {
  test("come from the command line over the environment over the file over the defaults", async () => {
    using directory = temporaryDirectory();
    const config = join(directory.path, "edge.toml");
    await Bun.write(config, '[mqtt]\nlisten = "0.0.0.0:1"\nmax-connections = 7\n[log]\nlevel = "error"\n');
    process.env.HOMEPOT_EDGE_MQTT_LISTEN = "0.0.0.0:2";
    expect(readConfig({ config, "log-level": "debug" })).toMatchObject({
      ok: true,
      value: {
        mqttListen: { host: "0.0.0.0", port: 2 },
        mqttMaxConnections: 7,
        logLevel: "debug",
        sealReadings: 1_000,
      },
    });
  });

  test("that do not exist are refused in the environment too, naming the nearest", () => {
    process.env.HOMEPOT_EDGE_LOG_LEVL = "info";
    const read = readConfig({});
    expect(read).toMatchObject({ ok: false, refusal: { code: "config.unknown-setting" } });
    expect(read.ok ? "" : read.refusal.detail).toContain("HOMEPOT_EDGE_LOG_LEVEL");
  });
});
