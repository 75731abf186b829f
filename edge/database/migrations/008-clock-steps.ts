/** Where in the log the clock was set, and by how much; null for a start of the gateway. */
export const migration008 = `
CREATE TABLE clock_step (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  urgent_seq INTEGER NOT NULL,
  bulk_seq INTEGER NOT NULL,
  by_ms INTEGER
) STRICT;
`;
