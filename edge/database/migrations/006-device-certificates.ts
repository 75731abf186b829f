/** Certificates that devices log in with, issued by the gateway and not taken back. Times are ms since 1970 UTC. */
export const migration006 = `
CREATE TABLE device_certificate (
  serial TEXT PRIMARY KEY,
  device TEXT NOT NULL REFERENCES device (key) ON DELETE CASCADE,
  issued_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX device_certificate_device ON device_certificate (device);
`;
