/**
 * The gateway's tables. Times are integer ms since 1970 UTC; JSON is text. The two lanes of the uplog and the
 * journal are rowid tables that only grow at their end, which is what SQLite writes fastest; AUTOINCREMENT keeps a
 * seq from being given twice after the newest entries were deleted.
 */
export const migration001 = `
CREATE TABLE identity (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  uplog_epoch TEXT NOT NULL,
  gateway_id TEXT,
  site TEXT,
  organization TEXT,
  cloud_url TEXT,
  downlog_epoch TEXT,
  downlog_seq INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE device (
  key TEXT PRIMARY KEY,
  provenance TEXT NOT NULL CHECK (provenance IN ('real', 'simulated')),
  password_hash TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  attributes TEXT NOT NULL DEFAULT '{}',
  connectivity TEXT NOT NULL DEFAULT 'never',
  connectivity_since_ms INTEGER,
  last_heard_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE device_config (
  device TEXT PRIMARY KEY,
  desired_version INTEGER,
  desired TEXT,
  reported_version INTEGER,
  reported TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  device TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  "values" TEXT NOT NULL
) STRICT;
CREATE INDEX journal_device ON journal (device, id);

CREATE TABLE uplog_urgent (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  payload BLOB NOT NULL
) STRICT;

CREATE TABLE uplog_bulk (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  payload BLOB NOT NULL
) STRICT;

CREATE TABLE uplog_acked (
  stream TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE unknown_entry (
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  payload BLOB NOT NULL,
  PRIMARY KEY (epoch, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE rejected (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  device TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  topic TEXT NOT NULL,
  code TEXT NOT NULL,
  reason TEXT NOT NULL,
  sample TEXT NOT NULL
) STRICT;
CREATE INDEX rejected_device ON rejected (device, id);

CREATE TABLE rejected_count (
  device TEXT PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
