import { expect, test } from "bun:test";
import { sql } from "kysely";
import type { Job } from "../../protocol/jobs/job.ts";
import { startJobs } from "./testing/job-rig.ts";

/** As many as one organisation may have, on 40 gateways' worth of one. */
const DEVICES = 20_000;

test("a job on twenty thousand devices is answered at once, and worked through in pieces that hold up nobody", async () => {
  await using rig = await startJobs();
  const { cloud, estate } = rig;
  await cloud.db.write((trx) =>
    sql`insert into device (id, organization_id, site_id, gateway_id, key, name, type, provenance, lifecycle,
        connectivity, attributes, created_ms, updated_ms)
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${DEVICES})
      select printf('many-%06d', i), ${cloud.owner.scope.organizationId}, ${estate.site}, ${estate.gateway},
        printf('many-%06d', i), printf('many-%06d', i), 'meter', 'real', 'active', 'online', '{}', 0, 0 from n`.execute(
      trx,
    ),
  );
  const json = rig.restart({
    targets: { filter: { type: "meter" } },
    rollout: { kind: "batches", size: 700 },
  });
  const answer = await cloud.api("/jobs", cloud.owner, { json });
  const job = (await answer.json()) as Job;
  expect(job.run?.total).toBeLessThan(1_000);
  // While it is worked through others are answered.
  expect((await cloud.api("/jobs", cloud.owner)).status).toBe(200);
  await cloud.cloud.jobs.idle();
  expect((await rig.read(job.id)).run).toMatchObject({
    total: DEVICES,
    released: 700,
    counts: { queued: DEVICES },
  });
  await rig.post(`/jobs/${job.id}/cancel`);
  await cloud.cloud.jobs.idle();
  expect((await rig.read(job.id)).run?.counts).toMatchObject({ queued: 700, cancelled: DEVICES - 700 });
}, 60_000);
