/**
 * From how many migrations on a program can work with this database. A gateway whose update does not work goes back to the
 * program before it, which then finds migrations it does not know, and devices' acknowledged readings behind them. So a
 * migration only adds, and what it adds may be left out; one that does not would have to raise this number, and no gateway
 * could come back over it.
 */
export const migration016 = `
CREATE TABLE schema_reader (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  needs INTEGER NOT NULL
) STRICT;
INSERT INTO schema_reader (only, needs) VALUES (1, 15);
`;
