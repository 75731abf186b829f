/** What the cloud was told last of how a device behaves, as JSON; who behaves well is not in it. */
export const migration019 = `
CREATE TABLE device_conduct (
  device TEXT PRIMARY KEY,
  told TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
