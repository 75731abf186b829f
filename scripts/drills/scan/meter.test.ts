import { expect, test } from "bun:test";
import { Meter } from "./meter.ts";

test("a meter hands on what was asked, from another address each time, and counts how it was answered", async () => {
  await using service = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) =>
      new Response(`${request.headers.get("x-forwarded-for")} ${await request.text()}`, {
        status: new URL(request.url).pathname === "/broken" ? 503 : 200,
      }),
  });
  await using meter = await Meter.before(service.port ?? 0, /^POST \/logout/);
  const ask = async (path: string, body?: string) =>
    (await fetch(`${meter.url}${path}`, body === undefined ? {} : { method: "POST", body })).text();
  const long = "HTTP/1.1 500 ".repeat(50_000);
  expect(await ask("/sites/0198f0c0-0000-7000-8000-000000000000?q=1")).toBe("10.0.0.0 ");
  expect(await ask("/sites/7", long)).toBe(`10.0.0.1 ${long}`);
  expect(await ask("/broken")).toBe("10.0.0.2 ");
  expect((await fetch(`${meter.url}/logout`, { method: "POST", body: "a=b" })).status).toBe(404);
  expect([...meter.statuses]).toEqual([
    [200, 2],
    [503, 1],
  ]);
  expect([...meter.places]).toEqual([
    ["GET /sites/…: 200", 1],
    ["POST /sites/…: 200", 1],
    ["GET /broken: 503", 1],
  ]);
  expect([...meter.broken]).toEqual([["GET /broken: 503", 1]]);
});
