/** QoS 2 messages of devices that were taken in and not released yet; `client` is `<device>/<client id>`. */
export const migration004 = `
CREATE TABLE received (
  client TEXT NOT NULL,
  packet_id INTEGER NOT NULL,
  PRIMARY KEY (client, packet_id)
) STRICT, WITHOUT ROWID;
`;
