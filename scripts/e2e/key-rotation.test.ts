import { expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { Cloud, Gateway, until } from "./stack.ts";

interface GatewayView {
  id: string;
  connected: boolean;
  keySince: string;
  keyRotation: { askedAt: string; madeAt: string | null } | null;
}

const theGateway = async (cloud: Cloud) =>
  (await cloud.api<{ items: GatewayView[] }>("/gateways")).items[0] as GatewayView;
async function askForKey(cloud: Cloud): Promise<void> {
  const { id } = await theGateway(cloud);
  const headers = { authorization: `Bearer ${cloud.token}` };
  const asked = await fetch(`${cloud.url}/api/v1/gateways/${id}/rotate-key`, { method: "POST", headers });
  expect(asked.status).toBe(204);
}
const keyOf = ({ directory }: Gateway): string => readFileSync(join(directory, "gateway.key"), "utf8");

/** Another key than this one is in use on both sides. */
const rotated = (cloud: Cloud, gateway: Gateway, before: { key: string; since: string }) =>
  until("another key on both sides", async () => {
    const { connected, keySince, keyRotation } = await theGateway(cloud);
    return connected && keyRotation === null && keySince > before.since && keyOf(gateway) !== before.key;
  });

test("a gateway is given another key from afar, killed at any moment of it; who has the old one is out", async () => {
  const random = seededRandom(20);
  await using cloud = await Cloud.start();
  await using gateway = await Gateway.start(cloud, "Cardiff Bay");
  await until("the line", async () => (await theGateway(cloud)).connected);
  const stolen = await Gateway.create();
  await cp(gateway.directory, stolen.directory, { recursive: true });

  for (const victim of ["nobody", "gateway", "gateway", "gateway", "cloud"]) {
    const before = { key: keyOf(gateway), since: (await theGateway(cloud)).keySince };
    await askForKey(cloud);
    if (victim !== "nobody") {
      // Any moment is right: the rotation takes some tens of milliseconds.
      await Bun.sleep(random.next() * 80);
      const killed = victim === "cloud" ? cloud : gateway;
      await killed.program.kill();
      await killed.run();
    }
    await rotated(cloud, gateway, before);
  }
  expect(statSync(join(gateway.directory, "gateway.key")).mode & 0o777).toBe(0o600);
  const { items } = await cloud.api<{ items: { action: string }[] }>("/audit?limit=100");
  const deeds = items.map(({ action }) => action);
  expect(deeds.filter((action) => action === "gateway.key-rotated")).toHaveLength(5);
  expect(deeds.filter((action) => action === "gateway.rotate-key")).toHaveLength(5);

  await gateway.program.kill();
  await stolen.run();
  const status = await until("the stolen key to be refused", async () => {
    const { uplink } = await stolen.status();
    return uplink?.state === "refused" && uplink;
  });
  expect(status).toMatchObject({ reason: { code: "gateway.replaced" } });
  await stolen[Symbol.asyncDispose]();
}, 240_000);
