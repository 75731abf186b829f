import type { Kysely } from "kysely";

/** Runs by when they ended: what is kept of old ones is little, and they are looked for every hour. */
export const migration033 = () => ({
  async up({ schema }: Kysely<unknown>): Promise<void> {
    await schema.createIndex("job_run_ended").on("job_run").columns(["ended_ms"]).execute();
  },
});
