/**
 * Executions that wait for their time or their device are put aside: a gateway looks for what may begin hundreds of times a second, and
 * read all that waited at each look. `waits_for`: null for those that are looked at.
 */
export const migration020 = `
ALTER TABLE job_execution ADD COLUMN waits_for TEXT CHECK (waits_for IN ('time', 'device'));
DROP INDEX job_execution_waiting;
CREATE INDEX job_execution_waiting ON job_execution (position, seq, not_before_ms, expires_ms)
  WHERE state = 'delivered' AND waits_for IS NULL;
CREATE INDEX job_execution_aside_until ON job_execution (not_before_ms)
  WHERE state = 'delivered' AND waits_for = 'time';
CREATE INDEX job_execution_aside_device ON job_execution (device)
  WHERE state = 'delivered' AND waits_for IS NOT NULL;
CREATE INDEX job_execution_aside_expires ON job_execution (expires_ms)
  WHERE state = 'delivered' AND waits_for IS NOT NULL;
`;
