/**
 * Schedules that this gateway runs by itself. `work`: what is to be done each time, JSON. `next_ms`: the slot that comes due
 * next; null when none will. `as_of_ms`: what had come due by then is dealt with. `done`: spans of time, JSON, whose slots
 * are never made again, whatever the clock is set to. `schedule_waiting`: slots that begin when the run before has ended.
 */
export const migration015 = `
CREATE TABLE schedule (
  job TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  next_ms INTEGER,
  as_of_ms INTEGER NOT NULL,
  done TEXT NOT NULL,
  work TEXT NOT NULL
) STRICT;
CREATE INDEX schedule_next ON schedule (next_ms) WHERE next_ms IS NOT NULL;
CREATE INDEX schedule_as_of ON schedule (as_of_ms, from_ms);
CREATE TABLE schedule_waiting (
  job TEXT NOT NULL,
  slot_ms INTEGER NOT NULL,
  PRIMARY KEY (job, slot_ms)
) STRICT, WITHOUT ROWID;
`;
