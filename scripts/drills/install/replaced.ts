import { until } from "../../e2e/stack.ts";
import type { CloudInside } from "./cloud-inside.ts";
import { type Held, InstalledGateway } from "./gateway.ts";
import { Machine } from "./machine.ts";
import { tracesOf } from "./traces.ts";

/** The new machine's, of the addresses that are for examples. */
const ADDRESS = "192.0.2.2";

/**
 * The machine of a gateway is dead, and a second one takes its place with a code for that: what the cloud has of it comes back.
 * Then the first one is switched on again.
 */
export async function replaced(
  dead: InstalledGateway,
  cloud: CloudInside,
  suite: string,
  held: Held,
): Promise<void> {
  const enrolled = await cloud.install(await cloud.claim("Barry"));
  if (enrolled.code !== 0) throw new Error(enrolled.said);
  await dead.isConnected();
  const { gateway, till, schedule } = await furnish(dead, cloud);
  await dead.machine.run("systemctl stop homepot-edge");

  await using machine = await Machine.boot(suite);
  await dead.machine.cable(machine, cloud.address, ADDRESS);
  const box = new InstalledGateway(machine);
  const before = await tracesOf(machine);
  const claim = { method: "POST", body: JSON.stringify({ replaces: gateway }) };
  const { claim: code } = await cloud.api<{ claim: string }>("/gateways/claim", claim);
  const installed = await cloud.install(code, machine);
  held("a second machine is installed with the code to replace it", installed.code === 0, installed.said);
  await box.isConnected();
  held("it is the same gateway", (await box.status())?.enrolment?.gatewayId === gateway);
  const isBack = await comesBack("the device", async () => (await box.status())?.devices.count === 1);
  held("the device is back", isBack);
  held("and logs in with the password that it has", isBack && (await box.acknowledges(till)));
  const configuration = await box.configurationAt(till);
  held("and its configuration is", configuration.includes('"brightness":7'), configuration);
  held("and so is the schedule", await comesBack("the schedule", () => box.schedules().includes(schedule)));

  await dead.machine.run("systemctl start homepot-edge");
  const isRefused = await comesBack("the old machine to be refused", async () => {
    const uplink = (await dead.status())?.uplink;
    return uplink?.state === "refused" && uplink.reason?.code === "gateway.replaced";
  });
  held("the old machine is refused", isRefused);
  for (const command of ["status", "doctor"]) {
    const { said } = await dead.machine.run(`homepot-edge ${command}`);
    const tells =
      said.includes("Another machine has taken this gateway's place") && said.includes("Switch this one off");
    held(`and says so, and what to do, in its ${command}`, tells, said);
  }
  held("the new one is still connected", (await box.status())?.uplink?.state === "connected");
  await dead.isGone(held);
  await box.isGone(held, before);
}

/** Gives the gateway a device with a configuration and a schedule. */
async function furnish(gateway: InstalledGateway, cloud: CloudInside) {
  const till = await gateway.addDevice("till-4");
  await gateway.acknowledges(till);
  const device = await until("the device in the cloud", async () => {
    const { items } = await cloud.api<{ items: { id: string; siteId: string; key: string }[] }>("/devices");
    return items.find(({ key }) => key === till.device);
  });
  const config = { method: "PUT", body: JSON.stringify({ config: { brightness: 7 } }) };
  await cloud.api(`/devices/${device.id}/config`, config);
  const nightly = {
    ...{ kind: "device.command", arguments: { command: "restart" }, targets: { sites: [device.siteId] } },
    timing: { kind: "cron", cron: "0 4 * * *" },
  };
  const job = await cloud.api<{ id: string }>("/jobs", { method: "POST", body: JSON.stringify(nightly) });
  await until("the schedule", () => gateway.schedules().includes(job.id));
  const status = await until("the gateway to be in step", async () => {
    const now = await gateway.status();
    return now !== null && now.waiting.urgent + now.waiting.bulk === 0 && now;
  });
  return { gateway: status.enrolment?.gatewayId ?? "", till, schedule: job.id };
}

/** Whether it has come about in good time. */
async function comesBack(what: string, probe: () => Promise<boolean> | boolean): Promise<boolean> {
  return until(what, probe).catch(() => false);
}
