import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "../../protocol/api/list.ts";
import type { Gateway } from "../../protocol/gateways/gateway.ts";
import type { Job } from "../../protocol/jobs/job.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { addRelease } from "../testing/release-folder.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

const directory = mkdtempSync(join(tmpdir(), "homepot-updates-"));
let pages: TestPages;
let bay: Estate;
let quay: Estate;

beforeAll(async () => {
  pages = await startPages({ releasesDirectory: directory });
  const { cloud } = pages;
  bay = await addEstate(cloud, cloud.owner, "Bay", {});
  quay = await addEstate(cloud, cloud.owner, "Quay", {});
  addRelease(join(directory, "new"), { sequence: 20, version: "0.1.20" });
  await runs(bay.gateway, "0.1.10");
  await runs(quay.gateway, "0.1.20");
});
afterAll(async () => {
  await pages[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const runs = (id: string, version: string) =>
  pages.cloud.db.write((trx) => trx.updateTable("gateway").set({ version }).where("id", "=", id).execute());
const text = async (path: string) => (await pages.open(path)).text();

test("the list says how many do not run the newest release, and leads to a careful job for them", async () => {
  const { items } = await pages.cloud.read<Page<Gateway>>("/gateways?notVersion=0.1.20");
  expect(items.map(({ siteName, update }) => [siteName, update])).toEqual([["Bay", null]]);
  const list = await text("/gateways");
  expect(list).toContain("Update 1 gateway");
  expect(list).toContain("0.1.20 is there");
  const form = await text("/jobs/new?kind=gateway.update&amp;gateways=outdated".replace("&amp;", "&"));
  expect(form).toMatch(new RegExp(`value="${bay.gateway}" checked`));
  expect(form).not.toMatch(new RegExp(`value="${quay.gateway}" checked`));
  expect(form).toMatch(/<option value="20" selected[^>]*>0.1.20</);
  expect(form).toMatch(/<option value="canary" selected/);
});

test("a gateway shows how its newest update is", async () => {
  const { cloud } = pages;
  const made = await cloud.api("/jobs", cloud.owner, {
    json: {
      ...{ kind: "gateway.update", arguments: { sequence: 20 } },
      targets: { gateways: [bay.gateway] },
    },
  });
  const job = (await made.json()) as Job;
  const shown = () => cloud.read<Gateway>(`/gateways/${bay.gateway}`);
  expect((await shown()).update).toMatchObject({ jobId: job.id, state: "queued", reason: null });
  const { executionId } = (await shown()).update!;
  const reason = "0.1.20 was taken back, 0.1.10 runs: the broker takes no connections";
  await cloud.db.write((trx) =>
    trx
      .updateTable("job_execution")
      .set({ state: "failed", reason, percent: 99 })
      .where("id", "=", executionId)
      .execute(),
  );
  expect((await shown()).update).toMatchObject({ executionId, state: "failed", reason });
  expect(await text("/gateways")).toContain("Update did not work");
  const page = await text(`/gateways/${bay.gateway}`);
  // What another program said is set apart.
  expect(page.replaceAll(/<\/?q[^>]*>/g, "")).toContain(reason);
  expect(page).toContain(`/jobs/new?kind=gateway.update&amp;gateways=${bay.gateway}`);
  // What runs the newest has nothing to be brought to.
  expect(await text(`/gateways/${quay.gateway}`)).not.toContain("kind=gateway.update&amp;gateways");
});
