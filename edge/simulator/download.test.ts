import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { KIB } from "../../protocol/units.ts";
import { httpDownload } from "./download.ts";

const download = httpDownload(fetch);
let server: Bun.Server<undefined>;
beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      switch (new URL(request.url).pathname) {
        case "/config":
          return Response.json({ merchantId: "M-1" });
        case "/words":
          return new Response("not JSON");
        case "/large":
          return new Response("x".repeat(64 * KIB + 1));
        case "/elsewhere":
          return Response.redirect("/config");
        default:
          return new Response("nothing", { status: 404 });
      }
    },
  });
});
afterAll(() => server.stop(true));

const at = (path: string): string => `http://127.0.0.1:${server.port}${path}`;

describe("what a simulated device fetches", () => {
  test("is JSON, or the checksum of any bytes", async () => {
    expect(await download.json(at("/config"))).toEqual({ ok: true, value: { merchantId: "M-1" } });
    const sha256 = new Bun.CryptoHasher("sha256").update("not JSON").digest("hex");
    expect(await download.digest(at("/words"))).toEqual({ ok: true, value: { sha256, sizeBytes: 8 } });
  });

  test.each([
    ["/words", "it is not JSON"],
    ["/large", "it is larger than 64 KiB"],
    ["/none", "the server answered 404"],
    ["/elsewhere", "redirect"],
  ])("is not %s, and why is said", async (path, reason) => {
    const answer = await download.json(at(path));
    expect(answer.ok ? "" : answer.refusal.detail.toLowerCase()).toContain(reason.toLowerCase());
  });

  test("is at an address of the web, and nowhere else", async () => {
    for (const url of ["file:///etc/passwd", "nowhere", "ftp://127.0.0.1/x"]) {
      expect(await download.json(url)).toMatchObject({ ok: false, refusal: { code: "request.invalid" } });
    }
    expect(await download.digest("http://127.0.0.1:1/")).toMatchObject({ ok: false });
  });
});
