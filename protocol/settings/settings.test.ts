import { describe, expect, test } from "bun:test";
import { choiceSetting, listenSetting, numberSetting, secretSetting, textSetting } from "./setting.ts";
import { nearest, readSettings } from "./settings.ts";

const TABLE = {
  data: textSetting({ name: "data", about: "Where data is kept.", fallback: null }),
  mqttListen: listenSetting({ name: "mqtt.listen", about: "x", fallback: { host: "127.0.0.1", port: 1883 } }),
  sealReadings: numberSetting({
    name: "telemetry.seal-readings",
    about: "x",
    fallback: 1_000,
    min: 1,
    max: 10_000,
  }),
  logLevel: choiceSetting({
    name: "log.level",
    about: "x",
    fallback: "info",
    choices: ["debug", "info", "error"],
  }),
};
const read = (sources: Partial<Parameters<typeof readSettings>[1]>) =>
  readSettings(TABLE, { args: {}, env: {}, prefix: "HOMEPOT_EDGE_", file: null, ...sources });

describe("settings", () => {
  test("have defaults", () => {
    expect(read({})).toEqual({
      ok: true,
      value: {
        data: null,
        mqttListen: { host: "127.0.0.1", port: 1883 },
        sealReadings: 1_000,
        logLevel: "info",
      },
    });
  });

  test("come from the command line over the environment over the file", () => {
    const file = {
      telemetry: { "seal-readings": 1 },
      log: { level: "error" },
      mqtt: { listen: "0.0.0.0:1" },
    };
    const env = { HOMEPOT_EDGE_LOG_LEVEL: "debug", HOMEPOT_EDGE_MQTT_LISTEN: "[::1]:2", PATH: "/bin" };
    expect(read({ args: { "mqtt-listen": "localhost:3" }, env, file })).toEqual({
      ok: true,
      value: { data: null, mqttListen: { host: "localhost", port: 3 }, sealReadings: 1, logLevel: "debug" },
    });
  });

  test("an empty variable is as good as none", () => {
    expect(read({ env: { HOMEPOT_EDGE_LOG_LEVEL: "" } }).ok).toBe(true);
  });

  test("an unknown key names the nearest known one, in the file and in the environment", () => {
    expect(read({ file: { log: { levle: "info" } }, env: { HOMEPOT_EDGE_MQTT_LISTN: "x" } })).toMatchObject({
      refusal: {
        code: "config.unknown-setting",
        errors: [
          { path: "log.levle", message: "is not a setting; did you mean log.level?" },
          {
            path: "HOMEPOT_EDGE_MQTT_LISTN",
            message: "is not a setting; did you mean HOMEPOT_EDGE_MQTT_LISTEN?",
          },
        ],
      },
    });
  });

  test.each([
    ["mqtt-listen", "1883"],
    ["mqtt-listen", "host:99999"],
    ["telemetry-seal-readings", "0"],
    ["telemetry-seal-readings", "1.5"],
    ["log-level", "loud"],
    ["data", " "],
  ])("--%s %p is refused under that name", (option, text) => {
    expect(read({ args: { [option]: text } })).toMatchObject({
      refusal: { code: "config.invalid", errors: [{ path: `--${option}` }] },
    });
  });

  test("a table where a value belongs is refused by that setting", () => {
    expect(read({ file: { data: { x: 1 } } })).toMatchObject({ refusal: { errors: [{ path: "data" }] } });
  });

  test("nothing is nearest to no names", () => {
    expect(nearest("x", [])).toBe("");
  });

  test("a secret is never shown, nor taken from the command line, where everybody can read it", () => {
    const table = { password: secretSetting({ name: "mail.password", about: "x" }) };
    const readSecret = (sources: Partial<Parameters<typeof readSettings>[1]>) =>
      readSettings(table, { args: {}, env: {}, prefix: "HOMEPOT_EDGE_", file: null, ...sources });
    expect(readSecret({ env: { HOMEPOT_EDGE_MAIL_PASSWORD: " x " } })).toEqual({
      ok: true,
      value: { password: " x " },
    });
    expect(readSecret({ args: { "mail-password": "x" } })).toEqual({ ok: true, value: { password: null } });
    expect(readSecret({ file: { mail: { password: 471100 } } })).toMatchObject({
      refusal: { detail: "mail.password: must be a text" },
    });
  });
});
