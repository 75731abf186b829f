import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MINUTE } from "../../protocol/units.ts";
import { passwordOf, startSiteListeners } from "../broker/testing/site-listeners.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { examineLogin } from "./broker-login.ts";
import { examinePermissions } from "./permissions.ts";
import { examineFreePorts } from "./ports.ts";
import { examineTime } from "./time.ts";

describe("ports", () => {
  const wanted = (port: number, host = "127.0.0.1") => [
    { use: "MQTT", setting: "mqtt.listen", listen: { host, port } },
  ];

  test("that are free are named", async () => {
    expect(await examineFreePorts(wanted(0))).toEqual([
      { subject: "ports", level: "ok", says: "free: 0 (MQTT)", advice: null },
    ]);
  });

  test("that somebody has are told with who", async () => {
    using holder = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
    const [finding] = await examineFreePorts(wanted(holder.port));
    expect(finding).toMatchObject({
      level: "problem",
      says: expect.stringMatching(new RegExp(`taken by \\S+ \\(process ${process.pid}\\)$`)),
      advice: expect.stringContaining("mqtt.listen"),
    });
  });

  test("at an address the machine does not have are told", async () => {
    const [finding] = await examineFreePorts(wanted(1_883, "192.0.2.1"));
    expect(finding).toMatchObject({ level: "problem", says: expect.stringContaining("192.0.2.1") });
  });
});

describe("the log-in", () => {
  test("of a real broker refuses nobody, takes a device with its password and not with another", async () => {
    await using start = await startSiteListeners();
    const listen = { host: "127.0.0.1", port: start.ports.tcp };
    const { username = "", password = "" } = passwordOf(start, "till-1");
    expect(await examineLogin(listen, null)).toMatchObject({ level: "ok" });
    expect(await examineLogin(listen, { username, password: String(password) })).toMatchObject({
      level: "ok",
    });
    expect(await examineLogin(listen, { username, password: "x".repeat(200) })).toMatchObject({
      level: "problem",
      says: "till-1 cannot log in with this password",
    });
  });

  test("of something else is found out", async () => {
    const answering = (bytes: number[]) => {
      const data = (socket: { write(bytes: Uint8Array): number }) => void socket.write(new Uint8Array(bytes));
      return Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data } });
    };
    using open = answering([0x20, 2, 0, 0]);
    using web = answering([...Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")]);
    const login = (port: number) => examineLogin({ host: "127.0.0.1", port }, null);
    expect(await login(open.port)).toMatchObject({ says: expect.stringContaining("without a password") });
    expect(await login(web.port)).toMatchObject({ says: expect.stringContaining("does not answer an MQTT") });
    expect(await login(1)).toMatchObject({ level: "problem" });
  });
});

describe("permissions", () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  beforeEach(() => {
    directory = temporaryDirectory();
    writeFileSync(join(directory.path, "gateway.key"), "", { mode: 0o600 });
  });
  afterEach(() => directory[Symbol.dispose]());

  test("are right when directory and key are one account's", () => {
    expect(examinePermissions(directory.path).level).toBe("ok");
  });

  test("that let others read the key are told with the cure", () => {
    chmodSync(join(directory.path, "gateway.key"), 0o640);
    expect(examinePermissions(directory.path)).toMatchObject({
      level: "warning",
      says: expect.stringContaining("gateway.key"),
      advice: expect.stringContaining("chmod"),
    });
    chmodSync(directory.path, 0o755);
    expect(examinePermissions(directory.path).says).toContain(`${directory.path}, `);
  });

  test("of a file that root has left are told with the cure", () => {
    chownSync(directory.path, 65_534, 65_534);
    expect(examinePermissions(directory.path)).toMatchObject({
      level: "problem",
      advice: expect.stringContaining("chown"),
    });
  });
});

test("a clock is off, or right, or right with nothing to keep it so", () => {
  const level = (skewMs: number | null, synchronised: boolean | null) =>
    examineTime({ skewMs, synchronised }).level;
  expect([level(90 * MINUTE, true), level(-MINUTE, null)]).toEqual(["warning", "warning"]);
  expect([level(10, true), level(null, null), level(10, false)]).toEqual(["ok", "ok", "warning"]);
});
