import { cp, rm } from "node:fs/promises";
import { until } from "../../e2e/stack.ts";
import { findingsOf, settle } from "../verdict.ts";
import type { CloudInside } from "./cloud-inside.ts";
import type { Held, InstalledGateway } from "./gateway.ts";
import { LedgerInside } from "./ledger-inside.ts";
import type { Releases } from "./releases.ts";

/**
 * Whoever is at the site brings the gateway to the cloud's newest release with its own command, while a device sends; and to one
 * that does not work, from a stick.
 */
export async function upgraded(
  gateway: InstalledGateway,
  cloud: CloudInside,
  { next, broken }: Releases,
  held: Held,
): Promise<void> {
  const { machine } = gateway;
  const none = await machine.run("homepot-edge upgrade");
  held(
    "with nothing newer in the cloud, upgrade says so",
    none.code === 0 && /nothing newer/.test(none.said),
    none.said,
  );

  await using device = new LedgerInside(machine, await gateway.addDevice("ledger-1"));
  cloud.publish(next.folder);
  const done = await machine.run("homepot-edge upgrade");
  held(
    "upgrade brings the newest release of the cloud",
    done.code === 0 && done.said.includes(`The gateway runs ${next.version}.`),
    done.said,
  );
  await runs(gateway, next.version, held);

  const stick = `${machine.root}/media/broken`;
  await cp(broken.folder, stick, { recursive: true });
  const failed = await machine.run("homepot-edge upgrade --from /media/broken");
  held(
    "a release that does not run is told, and taken back",
    failed.code === 1 && failed.said.includes("and the one before runs again"),
    failed.said,
  );
  await rm(stick, { recursive: true });
  await runs(gateway, next.version, held);

  await device.drain();
  const known = { status: () => until("its status", () => gateway.status()) };
  const { faults, figures } = findingsOf(await settle(cloud, known, device));
  held(
    `none of ${figures.acknowledged} readings of meanwhile is missing or there twice`,
    faults.length === 0,
    faults.join("; "),
  );
}

async function runs(gateway: InstalledGateway, version: string, held: Held): Promise<void> {
  await gateway.isConnected();
  const said = (await gateway.machine.run("homepot-edge --version")).said.trim();
  const { version: running } = (await gateway.status()) ?? {};
  const active = (await gateway.machine.run("systemctl is-active homepot-edge")).said.trim();
  held(
    "its version runs, and the service is active",
    said === version && running === version && active === "active",
    `${said}, ${running}, ${active}`,
  );
}
