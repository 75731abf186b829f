import { expect, test } from "bun:test";
import { CLOSE_NORMAL, connectThrough, connectWebSocket, gatewayUrl } from "./line.ts";
import { CloudDouble } from "./testing/cloud-double.ts";
import { TunnellingProxy } from "./testing/tunnelling-proxy.ts";
import { until } from "./testing/until.ts";

test("gateways connect below the cloud's address, encrypted when the cloud is", () => {
  expect([gatewayUrl("http://127.0.0.1:8080"), gatewayUrl("https://homepot.example/base")]).toEqual([
    "ws://127.0.0.1:8080/api/v1/gateways/connect",
    "wss://homepot.example/base/api/v1/gateways/connect",
  ]);
});

test("a cloud that does not say good-bye does not keep the gateway from stopping", async () => {
  let ended = false;
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, bytes) {
        // The upgrade is answered (RFC 6455 section 4.2.2), everything after it is not.
        const key = /Sec-WebSocket-Key: (\S+)/i.exec(new TextDecoder().decode(bytes))?.[1];
        if (key === undefined) return;
        const accept = new Bun.CryptoHasher("sha1")
          .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
          .digest("base64");
        socket.write(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
        );
      },
      close() {
        ended = true;
      },
    },
  });
  const lost: string[] = [];
  let open = false;
  const line = connectWebSocket(`ws://127.0.0.1:${server.port}/`, {
    opened: () => {
      open = true;
    },
    message: () => undefined,
    lost: (reason) => lost.push(reason),
  });
  await until("the line to open", () => open);
  line.close(CLOSE_NORMAL, "done");
  await until("the line to end", () => ended && lost.length === 1);
  // Nothing happens when nobody is there any more.
  line.send(new Uint8Array(1));
  line.close(CLOSE_NORMAL, "done");
});

test("a line takes the proxy it is told of", async () => {
  using cloud = new CloudDouble();
  using proxy = new TunnellingProxy(cloud.port);
  const heard: unknown[] = [];
  const line = connectThrough(() => proxy.url)("ws://homepot.example/api/v1/gateways/connect", {
    opened: () => undefined,
    message: (data) => heard.push(data),
    lost: (reason) => heard.push(reason),
  });
  await until("the cloud's first word", () => heard.length > 0);
  expect(heard[0]).toBeInstanceOf(Uint8Array);
  expect(proxy.asked).toEqual(["CONNECT homepot.example:80 HTTP/1.1"]);
  line.cut();
});
