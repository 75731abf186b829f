import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { systemClock } from "../clock/clock.ts";
import { makeLocalCertificate } from "../testing/local-certificate.ts";
import { ANSWER_MAX_BYTES, createOutbound, type Outbound } from "./outbound.ts";
import { isPublicAddress } from "./public-address.ts";
import { systemResolve } from "./resolve.ts";
import { readTarget } from "./target.ts";

describe("an address of the public internet", () => {
  test.each([["1.1.1.1"], ["100.63.255.255"], ["172.32.0.1"], ["198.17.0.1"], ["2606:4700:4700::1111"]])(
    "%s is one",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each([
    ...["0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1"],
    ...[
      "172.31.255.255",
      "192.0.0.8",
      "192.0.2.1",
      "192.168.1.1",
      "198.18.0.1",
      "198.51.100.1",
      "203.0.113.1",
    ],
    ...[
      "224.0.0.1",
      "255.255.255.255",
      "::",
      "::1",
      "::ffff:1.1.1.1",
      "::ffff:7f00:1",
      "::127.0.0.1",
      "fe80::1",
    ],
    ...[
      "fe80::1%eth0",
      "fc00::1",
      "fd00:ec2::254",
      "ff02::1",
      "64:ff9b::7f00:1",
      "64:ff9b:1::1",
      "2001:db8::1",
    ],
    ...["2001::1", "2002:7f00:1::", "3fff::1", "100::1", "5f00::1", "not an address", "", "127.1"],
  ])("%s is none", (address) => expect(isPublicAddress(address)).toBe(false));
});

describe("where a request may go", () => {
  test.each([
    ["https://push.example/a?b"],
    ["https://push.example:8443/"],
    ["https://[2606:4700::1]/"],
    ["https://1.1.1.1/"],
  ])("%s", (url) => expect(readTarget(url, []).ok).toBe(true));

  test.each([
    ["http://push.example/"],
    ["mqtt://broker.example/"],
    ["mqtts://127.0.0.1:8883"],
    ["mqtts://0x7f.1/"],
    ["ftp://push.example/"],
    ["file:///etc/passwd"],
    ["gopher://push.example/"],
    ["javascript:alert(1)"],
    ["push.example"],
    ["https://"],
    ["https://user@push.example/"],
    ["https://user:pass@push.example/"],
    ["https://localhost/"],
    ["https://localhost./"],
    ["https://LOCALHOST/"],
    ["https://a.localhost/"],
    ["https://metadata/"],
    ["https://metadata.google.internal/"],
    ["https://printer.local/"],
    ["https://router.lan/"],
    ["https://127.0.0.1/"],
    ["https://127.1/"],
    ["https://0x7f.1/"],
    ["https://0x7f000001/"],
    ["https://2130706433/"],
    ["https://0177.0.0.1/"],
    ["https://017700000001/"],
    ["https://127.0.0.1./"],
    ["https://①②⑦.⓪.⓪.①/"],
    ["https://0/"],
    ["https://169.254.169.254/latest/meta-data"],
    ["https://0xa9fea9fe/"],
    ["https://[::1]/"],
    ["https://[::]/"],
    ["https://[::ffff:127.0.0.1]/"],
    ["https://[::ffff:7f00:1]/"],
    ["https://[0:0:0:0:0:ffff:a9fe:a9fe]/"],
    ["https://[64:ff9b::7f00:1]/"],
    ["https://[fd00:ec2::254]/"],
    ["https://[fe80::1]/"],
  ])("not %s", (url) => {
    expect(readTarget(url, [])).toMatchObject({ ok: false, refusal: { code: "outbound.forbidden" } });
  });

  test("an origin that the settings name is one, and only that", () => {
    const allowed = ["https://127.0.0.1:8443", "http://localhost:9000", "mqtt://127.0.0.1:1883"];
    expect(readTarget("mqtt://127.0.0.1:1883", allowed)).toMatchObject({ value: { isAllowed: true } });
    expect(readTarget("http://127.0.0.1:1883", allowed).ok).toBe(false);
    expect(readTarget("https://127.0.0.1:8443/a", allowed)).toMatchObject({ value: { isAllowed: true } });
    expect(readTarget("http://localhost:9000/a", allowed)).toMatchObject({ value: { isAllowed: true } });
    for (const url of [
      "https://127.0.0.1/",
      "https://127.0.0.1:8444/",
      "http://127.0.0.1:8443/",
      "http://localhost/",
    ])
      expect(readTarget(url, allowed).ok).toBe(false);
  });
});

describe("a request", () => {
  let server: ReturnType<typeof Bun.serve>;
  let authority: string;
  let hits = 0;
  beforeAll(async () => {
    const { certificate: cert, key } = await makeLocalCertificate();
    authority = cert;
    server = Bun.serve({
      ...{ port: 0, hostname: "127.0.0.1", tls: { cert, key } },
      async fetch(request) {
        hits += 1;
        const { pathname } = new URL(request.url);
        if (pathname === "/redirect") return Response.redirect("https://169.254.169.254/", 302);
        if (pathname === "/endless") return new Response(endless());
        if (pathname === "/never") return new Promise<Response>(() => undefined);
        return Response.json({ host: request.headers.get("host"), body: await request.text() });
      },
    });
  });
  afterAll(() => server.stop(true));

  function endless(): ReadableStream<Uint8Array> {
    return new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setImmediate(resolve));
        controller.enqueue(new Uint8Array(4_096).fill(120));
      },
    });
  }
  const allowing = (
    resolve = systemResolve,
    clock: ManualClock | typeof systemClock = systemClock,
  ): Outbound =>
    createOutbound({ clock, resolve, fetch, allowed: [`https://localhost:${server.port}`], authority });
  const at = (path: string) => `https://localhost:${server.port}${path}`;
  const post = { method: "POST", headers: { "x-a": "b" }, body: "hello" } as const;

  test("goes to the name's address with the name's certificate", async () => {
    const answer = await allowing().fetch(at("/echo"), post);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      200,
      { host: `localhost:${server.port}`, body: "hello" },
    ]);
  });

  test("to an authority that is not known ends before anything is sent", async () => {
    const before = hits;
    const outbound = createOutbound({
      ...{ clock: systemClock, fetch, resolve: systemResolve, authority: null },
      allowed: [`https://localhost:${server.port}`],
    });
    await expect(outbound.fetch(at("/echo"), post)).rejects.toThrow();
    expect(hits).toBe(before);
  });

  test("to a name whose certificate is another's ends too", async () => {
    const before = hits;
    const outbound = createOutbound({
      ...{ clock: systemClock, fetch, authority, resolve: async () => ["127.0.0.1"] },
      allowed: [`https://push.example:${server.port}`],
    });
    await expect(outbound.fetch(`https://push.example:${server.port}/`, post)).rejects.toThrow();
    expect(hits).toBe(before);
  });

  test("is not led on by a redirect", async () => {
    expect(await allowing().fetch(at("/redirect"), post)).toMatchObject({ status: 302 });
  });

  test("reads no more of an answer than the bound", async () => {
    expect((await allowing().fetch(at("/endless"), post)).text.length).toBe(ANSWER_MAX_BYTES);
  });

  test("does not wait for ever, for an answer or for a name", async () => {
    const clock = new ManualClock();
    const before = hits;
    const waiting = allowing(systemResolve, clock).fetch(at("/never"), { ...post, timeoutMs: 500 });
    while (hits === before) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(500);
    await expect(waiting).rejects.toThrow("no answer within 0.5 s");
    const unresolved = allowing(() => new Promise(() => undefined), clock).fetch(at("/"), post);
    clock.advance(15_000);
    await expect(unresolved).rejects.toThrow("no answer within 15 s");
  });

  test("to a name that leads inside is refused, whatever else it leads to, and says not where", async () => {
    const before = hits;
    for (const addresses of [["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["::1"], ["::ffff:127.0.0.1"]]) {
      const outbound = createOutbound({
        ...{ clock: systemClock, fetch, allowed: [], authority, resolve: async () => addresses },
      });
      const refused = outbound.fetch(`https://rebind.example:${server.port}/`, post);
      await expect(refused).rejects.toThrow("not of the public internet");
      await refused.catch((error: Error) => expect(error.message).not.toContain(addresses.at(-1)!));
    }
    expect(hits).toBe(before);
  });

  test("asks for a name once: what answers otherwise a moment later is not asked, and not connected to", async () => {
    const clock = new ManualClock();
    const asked: string[] = [];
    const connected: string[] = [];
    const outbound = createOutbound({
      ...{ clock, allowed: [], authority: null },
      resolve: async (host) => {
        asked.push(host);
        return asked.length === 1 ? ["1.1.1.1"] : ["127.0.0.1"];
      },
      fetch: async (url) => {
        connected.push(new URL(url).hostname);
        return new Response("");
      },
    });
    const url = "https://rebind.example/hook";
    for (let index = 0; index < 3; index += 1) await outbound.fetch(url, post);
    expect([asked, connected]).toEqual([["rebind.example"], ["1.1.1.1", "1.1.1.1", "1.1.1.1"]]);
    clock.advance(30_000);
    await expect(outbound.fetch(url, post)).rejects.toThrow("not of the public internet");
    expect([asked.length, connected.length]).toEqual([2, 3]);
  });
});

describe("one of many requests", () => {
  const post = { method: "POST", headers: {}, body: "hello", isOneOfMany: true } as const;
  const serve = async (http2: boolean) => {
    const { certificate: cert, key } = await makeLocalCertificate();
    const versions: string[] = [];
    const server = Bun.serve({
      ...{ port: 0, hostname: "127.0.0.1", tls: { cert, key }, http2 },
      async fetch(request) {
        return Response.json({ host: request.headers.get("host"), body: await request.text() });
      },
    });
    const clock = new ManualClock();
    const outbound = createOutbound({
      ...{ clock, resolve: systemResolve, allowed: [`https://localhost:${server.port}`], authority: cert },
      fetch(url, init) {
        versions.push((init as { protocol?: string }).protocol ?? "as the host wishes");
        return fetch(url, init);
      },
    });
    return { server, outbound, clock, versions, url: `https://localhost:${server.port}/` };
  };

  test("goes over HTTP/2 to the name's address, with the name's certificate", async () => {
    const { server, outbound, versions, url } = await serve(true);
    const { status, text } = await outbound.fetch(url, post);
    expect([status, JSON.parse(text)]).toEqual([200, { host: new URL(url).host, body: "hello" }]);
    await outbound.fetch(url, { ...post, isOneOfMany: false });
    expect(versions).toEqual(["http2", "as the host wishes"]);
    await server.stop(true);
  });

  test("goes as it always did to a host that has no HTTP/2, which is remembered for a while", async () => {
    const { server, outbound, clock, versions, url } = await serve(false);
    const { status, text } = await outbound.fetch(url, post);
    expect([status, JSON.parse(text).body]).toEqual([200, "hello"]);
    await outbound.fetch(url, post);
    expect(versions).toEqual(["http2", "as the host wishes", "as the host wishes"]);
    clock.advance(10 * 60_000);
    await outbound.fetch(url, post);
    expect(versions.slice(3)).toEqual(["http2", "as the host wishes"]);
    await server.stop(true);
    await expect(outbound.fetch(url, post)).rejects.toThrow();
  });

  test("is sent to nobody whose certificate is not the name's, or of no known authority", async () => {
    const { certificate: cert, key } = await makeLocalCertificate();
    let hits = 0;
    const server = Bun.serve({
      ...{ port: 0, hostname: "127.0.0.1", tls: { cert, key }, http2: true },
      fetch() {
        hits += 1;
        return new Response("");
      },
    });
    for (const [name, authority] of [
      ["localhost", null],
      ["push.example", cert],
    ] as const) {
      const origin = `https://${name}:${server.port}`;
      const outbound = createOutbound({
        ...{ clock: systemClock, fetch, authority, allowed: [origin], resolve: async () => ["127.0.0.1"] },
      });
      await expect(outbound.fetch(`${origin}/`, post)).rejects.toThrow();
    }
    expect(hits).toBe(0);
    await server.stop(true);
  });
});
