/** Topic filters a device may use beyond its own prefix, to publish (1) or to hear (0). */
export const migration011 = `
CREATE TABLE device_topic (
  device TEXT NOT NULL,
  publishes INTEGER NOT NULL,
  filter TEXT NOT NULL,
  PRIMARY KEY (device, publishes, filter)
) WITHOUT ROWID;
`;
