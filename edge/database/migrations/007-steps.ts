/**
 * What the disk budget needs to know of telemetry that waits: of which device an entry is, how coarse its chunk is
 * (`step`: 0 raw, then the spans of `protocol/chunks/thin.ts`), how many bytes each step holds, up to where entries may
 * be on their way to the cloud, and what was dropped. Entries of before may all be on their way.
 */
export const migration007 = `
ALTER TABLE uplog_bulk ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE uplog_bulk ADD COLUMN step INTEGER NOT NULL DEFAULT 0;
CREATE INDEX uplog_bulk_step ON uplog_bulk (step, seq);
CREATE INDEX uplog_bulk_device ON uplog_bulk (device, step, seq);

ALTER TABLE identity ADD COLUMN bulk_offered INTEGER NOT NULL DEFAULT 0;
UPDATE identity SET bulk_offered = (SELECT coalesce(max(seq), 0) FROM uplog_bulk);

CREATE TABLE uplog_step (
  step INTEGER PRIMARY KEY,
  bytes INTEGER NOT NULL
) STRICT;
INSERT INTO uplog_step (step, bytes)
  VALUES (0, (SELECT coalesce(sum(length(payload)), 0) FROM uplog_bulk)), (1, 0), (2, 0), (3, 0), (4, 0);
CREATE TRIGGER uplog_bulk_came AFTER INSERT ON uplog_bulk BEGIN
  UPDATE uplog_step SET bytes = bytes + length(new.payload) WHERE step = new.step;
END;
CREATE TRIGGER uplog_bulk_went AFTER DELETE ON uplog_bulk BEGIN
  UPDATE uplog_step SET bytes = bytes - length(old.payload) WHERE step = old.step;
END;
CREATE TRIGGER uplog_bulk_thinned AFTER UPDATE OF step, payload ON uplog_bulk BEGIN
  UPDATE uplog_step SET bytes = bytes - length(old.payload) WHERE step = old.step;
  UPDATE uplog_step SET bytes = bytes + length(new.payload) WHERE step = new.step;
END;

CREATE TABLE dropped_telemetry (
  device TEXT PRIMARY KEY,
  readings INTEGER NOT NULL,
  told_readings INTEGER NOT NULL DEFAULT 0,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
