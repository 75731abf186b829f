/**
 * The journal by commits: one row holds everything a commit took in, so that a message costs a few bytes of a row and
 * not a row. `sealed_to` says up to which row a device's readings are in chunks.
 */
export const migration003 = `
DROP TABLE journal;
CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  body BLOB NOT NULL
) STRICT;

CREATE TABLE sealed_to (
  device TEXT PRIMARY KEY,
  journal_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
