/**
 * What the broker keeps for its clients; `client` is `<device>/<client id>`. A packet is its fields as JSON, and its
 * payload beside them. Times are ms since 1970 UTC.
 */
export const migration005 = `
CREATE TABLE mqtt_session (
  client TEXT PRIMARY KEY,
  seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mqtt_subscription (
  client TEXT NOT NULL,
  filter TEXT NOT NULL,
  options TEXT NOT NULL,
  PRIMARY KEY (client, filter)
) STRICT, WITHOUT ROWID;

CREATE TABLE mqtt_retained (
  topic TEXT PRIMARY KEY,
  fields TEXT NOT NULL,
  payload BLOB NOT NULL
) STRICT;

CREATE TABLE mqtt_outgoing (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  client TEXT NOT NULL,
  broker_id TEXT,
  broker_counter INTEGER,
  message_id INTEGER,
  fields TEXT NOT NULL,
  payload BLOB NOT NULL
) STRICT;
CREATE INDEX mqtt_outgoing_client ON mqtt_outgoing (client, id);
CREATE INDEX mqtt_outgoing_counter ON mqtt_outgoing (client, broker_counter);
CREATE INDEX mqtt_outgoing_message ON mqtt_outgoing (client, message_id);

CREATE TABLE mqtt_incoming (
  client TEXT NOT NULL,
  message_id INTEGER NOT NULL,
  fields TEXT NOT NULL,
  payload BLOB NOT NULL,
  PRIMARY KEY (client, message_id)
) STRICT;

CREATE TABLE mqtt_will (
  client TEXT PRIMARY KEY,
  broker_id TEXT,
  fields TEXT NOT NULL,
  payload BLOB NOT NULL
) STRICT;

CREATE TABLE mqtt_dropped (
  client TEXT PRIMARY KEY,
  messages INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
