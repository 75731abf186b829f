/** The simulated devices that the cloud wants run here, and what each of them remembers. `faults` and `cleared` are JSON. */
export const migration013 = `
CREATE TABLE simulation (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  run TEXT,
  scenario TEXT,
  started_ms INTEGER NOT NULL,
  faults TEXT NOT NULL,
  cleared TEXT NOT NULL
) STRICT;
CREATE TABLE simulated_memory (
  device TEXT PRIMARY KEY,
  memory TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE simulated_leftover (
  device TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
`;
