import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { MIB } from "../../protocol/units.ts";
import type { Connection } from "../gateways/gateways.ts";
import { FAREWELL_MS } from "../live/farewells.ts";
import { type Person, startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { trustNetworks } from "./client-address.ts";
import { type HttpServer, listen } from "./server.ts";

let cloud: TestCloud;
let other: Person;
let server: HttpServer;

beforeAll(async () => {
  cloud = await startCloud();
  other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
  server = listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await server.stop();
  await cloud[Symbol.asyncDispose]();
});

const serve = (
  gateways: Parameters<HttpServer["serve"]>[0]["sockets"]["gateways"] = cloud.cloud.gateways.hub,
  rightOfWay: Parameters<HttpServer["serve"]>[0]["rightOfWay"] = cloud.cloud.rightOfWay,
) =>
  server.serve({
    app: cloud.app,
    accounts: cloud.cloud.accounts,
    rightOfWay,
    sockets: { gateways, browsers: cloud.cloud.live },
    publicOrigin: server.url.origin,
    trustsProxy: trustNetworks(["127.0.0.1/32"]),
  });
const open = (path: string, headers: Record<string, string> = {}): WebSocket => {
  const url = new URL(path, server.url);
  url.protocol = "ws:";
  // The browser's type knows no headers; the runtime takes them.
  return new WebSocket(url, { headers } as unknown as string[]);
};
const event = <T extends Event>(socket: WebSocket, name: string): Promise<T> =>
  new Promise((resolve) => socket.addEventListener(name, (heard) => resolve(heard as T), { once: true }));
/** The answer to an upgrade that is not granted. */
const upgrade = async (path: string, headers: Record<string, string>): Promise<unknown[]> => {
  const answer = await fetch(new URL(path, server.url), {
    headers: {
      connection: "upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
      ...headers,
    },
  });
  return [answer.status, ((await answer.json()) as { code: string }).code];
};

test("before there is anything to serve it says that it starts", async () => {
  const answer = await fetch(new URL("/api/v1/sites", server.url));
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
    503,
    "store.unavailable",
  ]);
});

test("a port that is taken is told with the next step", () => {
  expect(() => listen({ host: "127.0.0.1", port: Number(server.url.port) })).toThrow("cannot be listened on");
});

describe("the server", () => {
  beforeAll(() => serve());

  test("serves the app, and knows who asks", async () => {
    const login = (password: string) =>
      fetch(new URL("/api/v1/auth/login", server.url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email: "guess@homepot.test", password }),
      });
    const statuses = [];
    for (let attempt = 0; attempt < 11; attempt += 1) statuses.push((await login("wrong")).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
  });

  test("counts who asks, and not the trusted proxy that asks for them", async () => {
    const from = async (forwarded: string) => {
      const answer = await fetch(new URL("/api/v1/auth/login", server.url), {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": forwarded },
        body: JSON.stringify({ email: "proxied@homepot.test", password: "wrong" }),
      });
      return answer.status;
    };
    const statuses = [];
    for (let attempt = 0; attempt < 11; attempt += 1) statuses.push(await from("invented, 203.0.113.7"));
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
    expect(await from("203.0.113.8")).toBe(401);
  });

  test("refuses what is far too large with the reason, and reads none of it", async () => {
    const answer = await fetch(new URL("/api/v1/sites", server.url), {
      method: "POST",
      headers: { authorization: `Bearer ${cloud.owner.token}`, "content-type": "application/json" },
      body: new Uint8Array(8 * MIB),
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      413,
      "request.too-large",
    ]);
  });

  test("tells a browser of its own organisation only", async () => {
    const socket = open("/api/v1/events", { authorization: `Bearer ${cloud.owner.token}` });
    const hello = await event<MessageEvent>(socket, "message");
    expect(JSON.parse(String(hello.data))).toMatchObject({ type: "heartbeat" });
    const next = event<MessageEvent>(socket, "message");
    const site = "0190b8e0-7c1a-7000-8000-000000000001";
    const update = { type: "site:update", site, gatewayConnected: true } as const;
    cloud.cloud.live.publish(other.scope.organizationId, { ...update, gatewayConnected: false });
    cloud.cloud.live.publish(cloud.owner.scope.organizationId, update);
    expect(JSON.parse(String((await next).data))).toEqual({ ...update, id: expect.any(String) });
    const closed = event<CloseEvent>(socket, "close");
    socket.send('{"watch":["not an id"]}');
    expect((await closed).code).toBe(1008);
  });

  test("takes only text from a browser", async () => {
    const socket = open("/api/v1/events", { authorization: `Bearer ${cloud.owner.token}` });
    await event(socket, "open");
    socket.send(new Uint8Array(3));
    expect((await event<CloseEvent>(socket, "close")).code).toBe(1003);
  });

  test("closes the sockets of who has logged out, and of nobody else", async () => {
    const guest = await cloud.addOwner("guest@elsewhere.test", "Guests");
    const [leaves, stays] = [guest, other].map(({ token }) =>
      open("/api/v1/events", { authorization: `Bearer ${token}` }),
    ) as [WebSocket, WebSocket];
    await Promise.all([event(leaves, "message"), event(stays, "message")]);
    const closed = event<CloseEvent>(leaves, "close");
    expect((await cloud.api("/auth/logout", guest, { method: "POST" })).status).toBeLessThan(300);
    cloud.clock.advance(FAREWELL_MS);
    expect(await closed).toMatchObject({ code: 1008, reason: "auth.required" });
    expect(stays.readyState).toBe(WebSocket.OPEN);
    stays.close();
  });

  test("lets no browser in that has no session, or comes from another site's page", async () => {
    const authorization = `Bearer ${cloud.owner.token}`;
    expect(await upgrade("/api/v1/events", {})).toEqual([401, "auth.required"]);
    const evil = { authorization, origin: "https://evil.example" };
    expect(await upgrade("/api/v1/events", evil)).toEqual([403, "request.cross-site"]);
    expect(await upgrade("/api/v1/sites", { authorization: "" })).toEqual([401, "auth.required"]);
  });

  test("says of addresses for WebSockets what they are", async () => {
    const authorization = `Bearer ${cloud.owner.token}`;
    for (const path of ["/api/v1/events", "/api/v1/gateways/connect"]) {
      const answer = await fetch(new URL(path, server.url), { headers: { authorization } });
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("WebSocket")]);
    }
  });

  test("does not repeat what it was sent to a TRACE", async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(server.url.port), "127.0.0.1", () =>
        socket.end(
          "TRACE / HTTP/1.1\r\nHost: homepot.test\r\nX-Secret: swordfish\r\nConnection: close\r\n\r\n",
        ),
      );
      let heard = "";
      socket.on("data", (bytes) => {
        heard += String(bytes);
      });
      socket.on("close", () => resolve(heard));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toContain("swordfish");
  });

  test.each([
    ["two lengths", "Content-Length: 4\r\nContent-Length: 40\r\n"],
    ["a length beside chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"],
  ])("takes no request whose end can be read in two ways: %s", async (_, lengths) => {
    const smuggled = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    const answers = await new Promise<string>((resolve) => {
      const socket = connect(Number(server.url.port), "127.0.0.1", () =>
        socket.end(
          `POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${lengths}\r\n0\r\n\r\n${smuggled}`,
        ),
      );
      let heard = "";
      socket.on("data", (bytes) => {
        heard += String(bytes);
      });
      socket.on("close", () => resolve(heard));
    });
    expect(answers.match(/HTTP\/1\.1 \d{3}/g)).toEqual(["HTTP/1.1 400"]);
  });

  test("who asks is waited for until the answer is there; who writes is not, nor who waits for gateways", async () => {
    const said: string[] = [];
    serve(undefined, {
      begin() {
        said.push("waits");
        return () => said.push("answered");
      },
    });
    await fetch(new URL("/healthz", server.url));
    expect(said).toEqual(["waits", "answered"]);
    await fetch(new URL("/api/v1/sites", server.url), { method: "POST", body: "{}" });
    await fetch(new URL("/api/v1/jobs/none?wait=1", server.url));
    expect(said).toEqual(["waits", "answered"]);
  });

  test("brings a gateway's bytes to the hub and the hub's to the gateway", async () => {
    const heard: unknown[] = [];
    const closed = Promise.withResolvers<void>();
    serve({
      open: (connection: Connection) => {
        connection.send(new Uint8Array([1, 2]));
        heard.push(connection.bufferedAmount() >= 0);
      },
      message: (connection, bytes) => {
        heard.push([...bytes]);
        if (bytes.length === 0) connection.close(1008, "no text");
      },
      close: () => closed.resolve(),
    });
    const socket = open("/api/v1/gateways/connect");
    socket.binaryType = "arraybuffer";
    const first = await event<MessageEvent<ArrayBuffer>>(socket, "message");
    expect([...new Uint8Array(first.data)]).toEqual([1, 2]);
    socket.send(new Uint8Array([3]));
    socket.send("text");
    await closed.promise;
    expect(heard).toEqual([true, [3], []]);
  });
});
