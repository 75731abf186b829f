import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Cloud, type DeviceCredential, Gateway, until } from "./stack.ts";

/** A real client, from Debian's mosquitto-clients, against a real gateway and a real cloud. */

interface Series {
  metric: string;
  unit: string;
  points: [number, number, number, number, number][];
}

let cloud: Cloud;
let gateway: Gateway;
let credential: DeviceCredential;

beforeAll(async () => {
  cloud = await Cloud.start();
  gateway = await Gateway.start(cloud, "Cardiff Bay");
  credential = await gateway.addDevice("fridge-1");
}, 60_000);

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

/** Runs mosquitto_pub as the device; gives its exit code and what it said. */
async function mosquittoPub(topic: string, message: string, as: Partial<DeviceCredential> = {}) {
  const { username, password } = { ...credential, ...as };
  const login = ["-u", username, "-P", password];
  const child = Bun.spawn(
    ["mosquitto_pub", "-h", "127.0.0.1", "-p", String(gateway.port), ...login, "-q", "1", "-t", topic, "-s"],
    { stdin: new Blob([message]), stdout: "pipe", stderr: "pipe", timeout: 10_000, killSignal: "SIGKILL" },
  );
  return { code: await child.exited, said: await new Response(child.stderr).text() };
}

async function deviceId(key: string): Promise<string> {
  return until(`device ${key} in the cloud`, async () => {
    const list = await cloud.api<{ items: { id: string; key: string }[] }>(`/devices?q=${key}`);
    return list.items.find((item) => item.key === key)?.id;
  });
}

describe("a reading published with mosquitto_pub", () => {
  test("is readable through the cloud's API, exactly", async () => {
    const published = await mosquittoPub("homepot/fridge-1/telemetry", '{"temperature":4.25,"door":false}');
    expect(published).toMatchObject({ code: 0 });
    const id = await deviceId("fridge-1");
    const series = await until("the reading", async () => {
      const answer = await cloud.api<Series>(`/devices/${id}/telemetry?metric=temperature`).catch(() => null);
      return answer !== null && answer.points.length > 0 ? answer : null;
    });
    expect(series).toMatchObject({
      metric: "temperature",
      unit: "°C",
      points: [[expect.any(Number), 4.25, 4.25, 4.25, 1]],
    });
  });

  test("reaches a browser that watches the device within a second", async () => {
    const id = await deviceId("fridge-1");
    const login = await fetch(`${cloud.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "operator@homepot.example", password: "a long pass phrase" }),
    });
    const cookie = login.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const socket = new WebSocket(`${cloud.url.replace("http", "ws")}/api/v1/events`, {
      headers: { cookie, origin: cloud.url },
    } as unknown as string[]);
    const heard: { type: string; device?: string; readings?: [string, number, unknown][] }[] = [];
    socket.onmessage = (event) => heard.push(JSON.parse(String(event.data)));
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    socket.send(JSON.stringify({ watch: [id] }));
    await until("the channel to answer", () => heard.length > 0);
    // The watch reaches the gateway a moment after the channel opens: publish until the first one comes through.
    await until("a first live value", async () => {
      await mosquittoPub("homepot/fridge-1/telemetry", '{"temperature":5}');
      return heard.some((event) => event.type === "telemetry");
    });
    const startMs = performance.now();
    await mosquittoPub("homepot/fridge-1/telemetry", '{"temperature":6.5}');
    await until(
      "the live value",
      () =>
        heard.some((event) =>
          event.readings?.some(([metric, , value]) => metric === "temperature" && value === 6.5),
        ),
      5_000,
    );
    expect(performance.now() - startMs).toBeLessThan(1_000);
    socket.close();
  });
});

describe("what mosquitto_pub may not do", () => {
  test("a wrong password is refused as such, and an unknown user alike", async () => {
    for (const as of [{ password: "wrong" }, { username: "nobody" }]) {
      const refused = await mosquittoPub("homepot/fridge-1/telemetry", "{}", as);
      expect(refused.code).not.toBe(0);
      expect(refused.said).toContain("bad user name or password");
    }
  });

  test("another device's topic is refused and nothing of it is stored", async () => {
    await gateway.addDevice("fridge-2");
    const refused = await mosquittoPub("homepot/fridge-2/telemetry", '{"temperature":99}');
    expect(refused.code).not.toBe(0);
    const id = await deviceId("fridge-2");
    const series = await cloud.api<Series>(`/devices/${id}/telemetry`).catch(() => null);
    expect(series?.points ?? []).toEqual([]);
  });

  test.each([
    ["text that is not JSON", "temperature=4"],
    ["a number that is not finite", '{"temperature":1e999}'],
    ["ten megabytes", `{"text":"${"x".repeat(10_000_000)}"}`],
  ])("%s is not stored and stops nothing", async (what, message) => {
    const published = await mosquittoPub("homepot/fridge-1/telemetry", message);
    // What cannot be understood is acknowledged; what is too large is cut off when its length is announced.
    expect(published.code === 0).toBe(what !== "ten megabytes");
    expect(await mosquittoPub("homepot/fridge-1/telemetry", '{"humidity":40}')).toMatchObject({ code: 0 });
  });
});
