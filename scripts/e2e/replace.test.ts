import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import mqtt from "mqtt";
import { Cloud, type DeviceCredential, Gateway, runCommand, until } from "./stack.ts";

interface GatewayView {
  id: string;
  connected: boolean;
  clonedAt: string | null;
}
interface DeviceView {
  id: string;
  siteId: string;
  key: string;
  lifecycle: string;
  connectivity: string;
}

const gatewaysOf = async (cloud: Cloud) => (await cloud.api<{ items: GatewayView[] }>("/gateways")).items;
const devicesOf = async (cloud: Cloud) => (await cloud.api<{ items: DeviceView[] }>("/devices")).items;
const schedulesOf = (gateway: Gateway): string[] => {
  using database = new Database(join(gateway.directory, "edge.db"), { readonly: true });
  return database
    .query<{ job: string }, []>("SELECT job FROM schedule")
    .all()
    .map(({ job }) => job);
};
const post = (body: unknown, method = "POST") => ({ method, body: JSON.stringify(body) });

/** Connects as the device and gives the configuration that lies on its topic. */
async function configAt(
  gateway: Gateway,
  { device, username, password }: DeviceCredential,
): Promise<unknown> {
  const client = await mqtt.connectAsync({ host: "127.0.0.1", port: gateway.port, username, password });
  try {
    let said: unknown = null;
    client.on("message", (_topic, payload) => {
      said = JSON.parse(payload.toString());
    });
    await client.subscribeAsync(`homepot/${device}/config/desired`, { qos: 1 });
    return await until("its configuration", () => said);
  } finally {
    await client.endAsync();
  }
}

const enrollReplacing = (gateway: Gateway, cloud: Cloud, claim: string) =>
  runCommand([
    ...["edge/main.ts", "enroll", "--cloud", cloud.url, "--claim", claim],
    ...["--data", gateway.directory, "--replace"],
  ]);

test("a new machine takes a dead gateway's place with its devices, passwords, configuration and schedules; the old one is out", async () => {
  await using cloud = await Cloud.start();
  await using dead = await Gateway.start(cloud, "Cardiff Bay");
  const till = await dead.addDevice("till");
  await dead.addDevice("removed");
  await dead.removeDevice("removed");
  const known = await until("the device", async () =>
    (await devicesOf(cloud)).find(({ key }) => key === "till"),
  );
  await cloud.api(`/devices/${known.id}/config`, post({ config: { brightness: 7 } }, "PUT"));
  expect(await configAt(dead, till)).toMatchObject({ config: { brightness: 7 } });
  const nightly = {
    ...{ kind: "device.command", arguments: { command: "restart" }, targets: { sites: [known.siteId] } },
    timing: { kind: "cron", cron: "0 4 * * *" },
  };
  const { id: schedule } = await cloud.api<{ id: string }>("/jobs", post(nightly));
  await until("the schedule", () => schedulesOf(dead).includes(schedule));
  await until("the gateway to be in step", async () => {
    const { uplink, waiting } = await dead.status();
    return uplink?.state === "connected" && waiting.urgent + waiting.bulk === 0;
  });
  await dead.program.kill();
  const [before] = await gatewaysOf(cloud);

  await using box = await Gateway.create();
  const forSite = await enrollReplacing(box, cloud, await cloud.claim("Cardiff Bay"));
  expect([forSite.code, forSite.stderr]).toEqual([1, expect.stringContaining("for a new gateway")]);
  const { claim } = await cloud.api<{ claim: string }>("/gateways/claim", post({ replaces: before!.id }));
  const enrolled = await enrollReplacing(box, cloud, claim);
  expect([enrolled.code, enrolled.stderr, enrolled.stdout]).toEqual([
    0,
    expect.anything(),
    expect.stringContaining("taken the place"),
  ]);
  await box.run();
  await until("the new machine", async () => (await gatewaysOf(cloud))[0]?.connected);
  await until("the device at the new machine", async () => (await configAt(box, till)) !== null);
  expect(await configAt(box, till)).toMatchObject({ config: { brightness: 7 } });
  await until("the schedule at the new machine", () => schedulesOf(box).includes(schedule));
  const devices = await devicesOf(cloud);
  expect(devices.filter(({ lifecycle }) => lifecycle === "active").map(({ id }) => id)).toEqual([known.id]);
  expect((await gatewaysOf(cloud)).map(({ id }) => id)).toEqual([before!.id]);

  await dead.run();
  const status = await until("the old machine to be refused", async () => {
    const { uplink } = await dead.status();
    return uplink?.state === "refused" && uplink;
  });
  expect(status).toMatchObject({ reason: { code: "gateway.replaced" } });
  expect(await gatewaysOf(cloud)).toMatchObject([{ connected: true, clonedAt: null }]);
}, 120_000);
