import { expect, test } from "bun:test";
import type { PlatformStatus } from "../../protocol/notifications/push.ts";
import { startCloud } from "../testing/start-cloud.ts";

const WNS = {
  tenantId: "7a1c0b5e-0000-4000-8000-000000000001",
  clientId: "7a1c0b5e-0000-4000-8000-000000000002",
  clientSecret: "of the service",
};

test("the service's credentials count where an organisation has none of its own", async () => {
  await using cloud = await startCloud({ push: { credentials: { wns: WNS } } });
  const status = async () => {
    const { items } = await cloud.read<{ items: PlatformStatus[] }>("/push/platforms");
    const wns = items.find(({ platform }) => platform === "wns");
    return [wns?.source, wns?.about.clientId, wns?.updatedAt === null];
  };
  expect(await status()).toEqual(["service", WNS.clientId, true]);
  const clientId = "7a1c0b5e-0000-4000-8000-000000000003";
  const path = "/push/platforms/wns/credentials";
  await cloud.api(path, cloud.owner, { method: "PUT", json: { credentials: { ...WNS, clientId } } });
  expect(await status()).toEqual(["organization", clientId, false]);
  await cloud.api(path, cloud.owner, { method: "DELETE" });
  expect(await status()).toEqual(["service", WNS.clientId, true]);
  const text = await (await cloud.api("/push/platforms", cloud.owner)).text();
  expect(text).not.toContain(WNS.clientSecret);
});

test.each([
  [{ pager: {} }, "pager is no platform"],
  [{ wns: { ...WNS, tenantId: "x" } }, "wns: tenantId: must be the directory"],
  [{ "web-push": {} }, "web-push takes no credentials"],
  [{ fcm: { private_key: "PRIVATE KEY of the service" } }, "fcm: project_id"],
])("a service does not start with %j", async (credentials, words) => {
  const started = startCloud({ push: { credentials } });
  await expect(started).rejects.toThrow(words);
  await started.catch((error: Error) => expect(error.message).not.toMatch(/PRIVATE KEY|of the service/));
});
