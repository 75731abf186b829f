/**
 * Executions of jobs, with what each came to. `seq` is the order in which they came. `memo` is what a kind of job has to
 * know again after a crash, JSON. `begun_here`: a schedule of this gateway made it.
 */
export const migration014 = `
CREATE TABLE job_execution (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  job TEXT NOT NULL,
  kind TEXT NOT NULL,
  arguments TEXT NOT NULL,
  device TEXT,
  position INTEGER NOT NULL,
  timeout_ms INTEGER NOT NULL,
  retries TEXT NOT NULL,
  time_window TEXT,
  slot_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  not_before_ms INTEGER NOT NULL,
  begun_here INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  since_ms INTEGER NOT NULL,
  reason TEXT,
  output TEXT,
  memo TEXT,
  lines INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX job_execution_waiting ON job_execution (position, seq) WHERE state = 'delivered';
CREATE INDEX job_execution_running ON job_execution (device) WHERE state = 'running';
CREATE INDEX job_execution_job ON job_execution (job);
CREATE INDEX job_execution_ended ON job_execution (since_ms) WHERE state NOT IN ('delivered', 'running');
`;
