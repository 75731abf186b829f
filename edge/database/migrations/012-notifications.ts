/**
 * Notifications for devices, each with the payload it is published with. `received` is the newest word of the device,
 * or `expired`; null while it waits. Times are ms since 1970 UTC.
 */
export const migration012 = `
CREATE TABLE notification (
  id TEXT PRIMARY KEY,
  device TEXT NOT NULL,
  payload TEXT NOT NULL,
  expires_ms INTEGER NOT NULL,
  received TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX notification_waiting ON notification (device, id) WHERE received IS NULL;
CREATE INDEX notification_expires ON notification (expires_ms);
`;
