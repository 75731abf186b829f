import { afterAll, beforeAll, expect, spyOn, test } from "bun:test";
import { once } from "node:events";
import { PushApiModel } from "web-push-testing/src/PushApiModel.js";
import WebPushTestingServer from "web-push-testing/src/server.js";
import type { AddressOf } from "../../../protocol/notifications/address.ts";
import { DELIVERY, memoryVapid, message, platformParts } from "../testing/platform-parts.ts";
import type { Sender } from "./platform.ts";
import { webPush } from "./web-push.ts";

/** Against a push service that others wrote: web-push-testing decrypts with http_ece and verifies with jsonwebtoken. */
let server: WebPushTestingServer;
let origin: string;
let sender: Sender<"web-push">;
let vapid: Awaited<ReturnType<typeof memoryVapid>>;
const quiet = spyOn(console, "log").mockImplementation(() => undefined);

beforeAll(async () => {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  origin = `http://localhost:${port}`;
  server = new WebPushTestingServer(new PushApiModel(), port);
  server.startServer();
  if (!server._server.listening) await once(server._server, "listening");
  vapid = await memoryVapid();
  const made = webPush.open(null, await platformParts({ allowed: [origin], vapid }));
  if (!made.ok) throw new Error(made.refusal.detail);
  sender = made.value;
});
afterAll(() => {
  server._server.close();
  quiet.mockRestore();
});

const ask = async (path: string, body: object): Promise<{ data: unknown }> => {
  const answer = await fetch(`${origin}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return path.startsWith("/expire") ? { data: null } : ((await answer.json()) as { data: unknown });
};
const subscribe = async () => {
  const { data } = await ask("/subscribe", {
    userVisibleOnly: "true",
    applicationServerKey: vapid.keys[0]!.publicKey,
  });
  const { clientHash, endpoint, keys } = data as { clientHash: string } & AddressOf<"web-push">;
  const unpadded = { p256dh: keys.p256dh.replace(/=+$/, ""), auth: keys.auth.replace(/=+$/, "") };
  return { clientHash, address: { platform: "web-push", endpoint, keys: unpadded } as const };
};
const send = (address: AddressOf<"web-push">) =>
  sender.send({ id: DELIVERY, address, message: message(), expiresMs: Date.now() + 60_000 });

test("a message arrives, decrypted by others", async () => {
  const { clientHash, address } = await subscribe();
  expect(await send(address)).toMatchObject({ outcome: "sent" });
  const { data } = await ask("/get-notifications", { clientHash });
  const { messages } = data as { messages: string[] };
  expect(messages.map((text) => JSON.parse(text))).toEqual([
    { id: DELIVERY, title: "Door open", body: "Cold room 2", tag: DELIVERY },
  ]);
});

test("a subscription that has expired there is gone here", async () => {
  const { clientHash, address } = await subscribe();
  await ask(`/expire-subscription/${clientHash}`, {});
  expect(await send(address)).toMatchObject({ outcome: "gone" });
});
