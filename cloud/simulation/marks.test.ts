import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Activity } from "../../protocol/activity/activity.ts";
import type { AuditEntry } from "../../protocol/audit/audit.ts";
import type { Job } from "../../protocol/jobs/job.ts";
import type { JobExecution } from "../../protocol/jobs/job-execution.ts";
import type { Delivery } from "../../protocol/notifications/delivery-view.ts";
import type { Notification } from "../../protocol/notifications/notification.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

/** Simulated devices are marked wherever one is named, by the API and on the pages; real ones beside them are not. */

let pages: TestPages;
let estate: Estate;
beforeEach(async () => {
  pages = await startPages();
  estate = await addEstate(pages.cloud, pages.cloud.owner, "Cardiff", {
    till: {},
    toy: { simulated: true, connectivity: "offline" },
  });
});
afterEach(() => pages[Symbol.asyncDispose]());

const read = <Of>(path: string) => pages.cloud.read<Of>(path);
const both = () => [estate.devices.till!, estate.devices.toy!];
async function ask<Of>(path: string, json: object, method = "POST"): Promise<Of> {
  const answer = await pages.cloud.api(path, pages.cloud.owner, { json, method });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Of;
}
async function makeJob(): Promise<Job> {
  const job = await ask<Job>("/jobs", { name: "Look", kind: "ping", targets: { devices: both() } });
  await pages.cloud.cloud.jobs.idle();
  return job;
}

/** The gateway says that the job failed on each device. */
async function fail(job: string): Promise<void> {
  const { organizationId: organization_id } = pages.cloud.owner.scope;
  const from = { id: estate.gateway, organization_id, site_id: estate.site };
  const { items } = await read<{ items: JobExecution[] }>(`/jobs/${job}/executions`);
  const atMs = pages.cloud.clock.nowMs();
  await pages.cloud.db.write(async (trx) => {
    for (const { id: execution } of items) {
      const said = { kind: "job.state", execution, state: "failed", attempt: 1, atMs } as const;
      await pages.cloud.cloud.jobs.apply(trx, from, [said], atMs);
    }
  });
  await pages.cloud.cloud.jobs.idle();
}

/** For each device whether the row, item, fact or field with its name has the mark. */
async function marks(path: string, form?: Record<string, string>): Promise<Record<string, boolean>> {
  const answer = form === undefined ? await pages.open(path) : await pages.send(path, form);
  const [, page = ""] = (await answer.text()).split("<main");
  const pieces = page.split(/<(?:tr|li|h1|dt|label|g)\b/);
  const isMarked = (name: string) => {
    const naming = pieces.filter((piece) => new RegExp(`[>\\s]${name}[\\s<:,]`).test(piece));
    if (naming.length === 0) throw new Error(`${path} does not name ${name}`);
    return naming.some((piece) => piece.includes('class="badge"') || piece.includes(`${name} (simulated)`));
  };
  return { till: isMarked("till"), toy: isMarked("toy") };
}
const ONLY_TOY = { till: false, toy: true };
const byName = (some: readonly { name: string; provenance: string }[]) =>
  Object.fromEntries(some.map(({ name, provenance }) => [name, provenance]));
const TOLD = { till: "real", toy: "simulated" };

describe("simulated devices are marked", () => {
  test("among the targets of a job, also of one that was tried again, and when they are gone", async () => {
    const { id } = await makeJob();
    const targets = async () =>
      (await read<{ items: JobExecution[] }>(`/jobs/${id}/executions`)).items.map(({ target }) => target);
    expect(byName(await targets())).toEqual(TOLD);
    expect(await marks(`/jobs/${id}`)).toEqual(ONLY_TOY);
    await fail(id);
    expect(await marks(`/jobs/${id}`)).toEqual(ONLY_TOY);
    await pages.cloud.api(`/jobs/${id}/retry`, pages.cloud.owner, { method: "POST" });
    await pages.cloud.cloud.jobs.idle();
    await pages.cloud.db.write((trx) => trx.updateTable("device").set({ provenance: "real" }).execute());
    const { items } = await read<{ items: JobExecution[] }>(`/jobs/${id}/executions`);
    expect(items.map(({ round }) => round)).toEqual([2, 2]);
    expect(byName(items.map(({ target }) => target))).toEqual(TOLD);
    const toy = items.find(({ target }) => target.name === "toy")!;
    const page = await (await pages.open(`/jobs/${id}/executions/${toy.id}`)).text();
    expect(page).toContain('class="badge"');
  });

  test("where a job, a change of many and a message are made", async () => {
    const { some } = await ask<{ some: { name: string; provenance: string }[] }>("/jobs/preview", {
      ...{ kind: "ping", targets: { devices: both() } },
    });
    expect(byName(some)).toEqual(TOLD);
    const bulk = await ask<{ some: { name: string; provenance: string }[] }>("/devices/bulk/preview", {
      ids: both(),
    });
    expect(byName(bulk.some)).toEqual(TOLD);
    expect(await marks(`/jobs/new?kind=ping&devices=${both().join(",")}`)).toEqual(ONLY_TOY);
    expect(await marks(`/notifications/new?devices=${both().join(",")}`)).toEqual(ONLY_TOY);
    expect(await marks("/devices/bulk", { scope: "all", query: `site=${estate.site}` })).toEqual(ONLY_TOY);
  });

  test("among the recipients of a message, and of those who would not get it", async () => {
    const { id } = await ask<Notification>("/notifications", {
      ...{ message: { title: "Closed", body: "" }, targets: { devices: both() } },
    });
    await pages.cloud.cloud.notifications.idle();
    const { targetNames, simulatedTargets } = await read<Notification>(`/notifications/${id}`);
    expect(Object.values(targetNames).toSorted()).toEqual(["till", "toy"]);
    expect(simulatedTargets).toEqual([estate.devices.toy!]);
    const { items } = await read<{ items: Delivery[] }>(`/notifications/${id}/deliveries`);
    expect(byName(items.map(({ recipient }) => recipient))).toEqual(TOLD);
    expect(await marks(`/notifications/${id}`)).toEqual(ONLY_TOY);
    const { reach } = await ask<{ reach: { leftOut: { first: { name: string; provenance: string }[] }[] } }>(
      "/notifications/preview",
      { message: { title: "Closed", body: "" }, targets: { devices: both() }, channels: ["apns"] },
    );
    expect(byName(reach.leftOut.flatMap(({ first }) => first))).toEqual(TOLD);
    const filtered = await pages.open(`/notifications/history?device=${estate.devices.toy}`);
    expect(await filtered.text()).toContain("toy (simulated)");
  });

  test("in what a search finds, in what happened and in the audit log", async () => {
    const found = await read<{ devices: { name: string; provenance: string }[] }>("/search?q=t");
    expect(byName(found.devices)).toEqual(TOLD);
    expect(await marks("/search?q=t")).toEqual(ONLY_TOY);
    for (const key of ["till", "toy"])
      await ask(`/devices/${estate.devices[key]}/config`, { config: { volume: 1 } }, "PUT");
    const { id } = await makeJob();
    const { items } = await read<{ items: JobExecution[] }>(`/jobs/${id}/executions`);
    for (const { id: of } of items) await ask(`/jobs/${id}/executions/${of}/cancel`, {});
    const entries = await read<{ items: AuditEntry[] }>("/audit?limit=5");
    expect(byName(entries.items.map(({ target }) => target))).toEqual({
      ...{ ...TOLD, Look: "real" },
      ...{ "Look: till": "real", "Look: toy": "simulated" },
    });
    expect(await marks("/settings/audit")).toEqual(ONLY_TOY);
    const { items: lines } = await read<{ items: Activity[] }>("/activity");
    expect(byName(lines.flatMap(({ deed }) => deed?.target ?? []))).toMatchObject(TOLD);
    expect(lines.find(({ kind }) => kind === "device.offline")?.device).toMatchObject({
      ...{ name: "toy", provenance: "simulated" },
    });
  });

  test("among those that are deleted", async () => {
    for (const id of both()) await pages.cloud.api(`/devices/${id}`, pages.cloud.owner, { method: "DELETE" });
    expect(await marks("/devices?deleted=true")).toEqual(ONLY_TOY);
  });
});
